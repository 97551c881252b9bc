import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bot } from "../../../extensions/feishu/bot/bot.ts";
import { createBot } from "../../../extensions/feishu/index.ts";
import type { FeishuBot } from "../../../extensions/feishu/index.ts";
import { createEmulator } from "../../../src/emulator/index.ts";
import type { Emulator, VisibleMessage } from "../../../src/emulator/index.ts";
import { sleep } from "../../../src/time/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { seededRandom } from "../../support/reply-bench.ts";
import { SharedProcesses } from "../../support/shared-processes.ts";
import type { SharedProcess } from "../../support/shared-processes.ts";

interface Value {
  readonly run: () => string;
}

interface Replica {
  readonly name: string;
  readonly bot: FeishuBot<Value>;
  readonly process: SharedProcess;
  /** What its handlers were called with. */
  readonly handled: string[];
  take(event: unknown): Promise<Response>;
}

describe("createBot in several processes", () => {
  let clock: FakeClock;
  let emulator: Emulator;
  let processes: SharedProcesses;
  let replicas: Replica[];
  /** Which process the next events come to. */
  let turn: (event: unknown) => readonly Replica[];
  beforeEach(() => {
    clock = new FakeClock();
    emulator = createEmulator({ clock });
    processes = new SharedProcesses(clock);
    replicas = [];
    emulator.onEvent(emulator.app.appId, async (event) => {
      const answers = turn(event).map((replica) => replica.take(event));
      return (await Promise.all(answers))[0]?.json();
    });
  });
  afterEach(() => emulator.close());

  /** Starts processes of one bot. A text `hang …` is answered half, `silent …` not at all. */
  async function start(names: readonly string[], drainMs = 0): Promise<readonly Replica[]> {
    const { appId, appSecret, verificationToken } = emulator.app;
    for (const name of names) {
      const process = processes.add({ drainMs });
      const handled: string[] = [];
      const bot = new Bot<Value>(
        {
          appId,
          appSecret,
          domain: emulator.apiUrl,
          fetch: process.fetch(emulator.fetch),
          clock,
          random: seededRandom(replicas.length + 1),
          webhook: { verificationToken },
          card: { feedback: "asker" },
          onError: () => {},
        },
        process.share,
      );
      bot.on("message", async (message, reply) => {
        handled.push(message.text);
        if (message.text.startsWith("silent")) await new Promise(() => {});
        reply.append(`${name} answers ${message.text}. `);
        if (message.text.startsWith("slow")) await sleep(clock, 3_000);
        if (message.text.startsWith("hang")) await new Promise(() => {});
        reply.button({ text: "Go", value: { run: () => `${name} ran ${message.text}` } });
      });
      bot.command("stop", (message) => (bot.cancel(message) ? `${name} stopped it` : "nothing"), { whileBusy: true });
      bot.on("press", ({ value }) => ({ toast: value.run() }));
      bot.on("reaction", ({ emoji, message }) => void handled.push(`${emoji} on ${message.text}`));
      await clock.runUntil(bot.start());
      const take = (event: unknown): Promise<Response> =>
        bot.fetch(new Request("http://127.0.0.1/events", { method: "POST", body: JSON.stringify(event) }));
      replicas.push({ name, bot, process, handled, take });
    }
    let next = 0;
    turn = () => replicas.slice(next++ % replicas.length).slice(0, 1);
    return replicas;
  }

  const answers = (): VisibleMessage[] =>
    emulator.visibleTexts(emulator.directChatId()).filter(({ sender }) => sender === "app");
  const goTo = (replica: Replica | undefined): void => {
    if (replica !== undefined) turn = () => [replica];
  };
  /** One card of a question that is being answered, and who answers it. */
  async function busy(text: string): Promise<[owner: Replica, other: Replica, messageId: string]> {
    emulator.sendAsUser({ text });
    await clock.advance(2_000);
    const owner = replicas.find(({ handled }) => handled.includes(text));
    const other = replicas.find((replica) => replica !== owner);
    if (owner === undefined || other === undefined) throw new Error("nobody answers");
    return [owner, other, answers().at(-1)?.messageId ?? ""];
  }

  it("handles each message once and a chat's in order, whichever processes Feishu gives them to, also twice", async () => {
    const both = await start(["ann", "bob"]);
    turn = () => both;
    const asked = Array.from({ length: 6 }, (_, index) => `slow ${index}`);
    for (const text of asked) {
      emulator.sendAsUser({ text });
      await clock.advance(50);
    }
    await clock.advance(30_000);
    expect(both.flatMap(({ handled }) => handled).toSorted()).toEqual(asked);
    expect(answers().map(({ text }) => /slow \d/u.exec(text)?.[0])).toEqual(asked);
  });

  it("ends the cards of a process that dies, answers what waits, and runs no handler again", async () => {
    await start(["ann", "bob"]);
    const [owner, other, card] = await busy("hang on");
    goTo(other);
    emulator.sendAsUser({ text: "and this?" });
    await clock.advance(1_000);
    owner.process.freeze();
    await clock.advance(60_000);
    expect(other.handled).toEqual(["and this?"]);
    expect(answers()).toMatchObject([
      { messageId: card, streaming: false, text: expect.stringMatching(/answers hang on.*service restarted/su) },
      { streaming: false, text: expect.stringContaining(`${other.name} answers and this?`) },
    ]);
  });

  it("tells who asked when a process died before it had shown anything", async () => {
    await start(["ann", "bob"]);
    emulator.sendAsUser({ text: "silent one" });
    await clock.advance(1_000);
    const owner = replicas.find(({ handled }) => handled.length > 0);
    owner?.process.freeze();
    await clock.advance(60_000);
    expect(replicas.flatMap(({ handled }) => handled)).toEqual(["silent one"]);
    expect(answers().map(({ text }) => text)).toEqual([expect.stringMatching(/was interrupted.*send it again/u)]);
  });

  it("a process that was taken for dead and comes back writes nothing more, and is of use again", async () => {
    await start(["ann", "bob"]);
    const [owner, other] = await busy("hang on");
    owner.process.freeze();
    await clock.advance(60_000);
    const before = answers();
    owner.process.thaw();
    await clock.advance(60_000);
    expect(answers()).toEqual(before);
    goTo(other);
    other.process.freeze();
    goTo(owner);
    emulator.sendAsUser({ text: "again" });
    await clock.advance(60_000);
    expect(answers().at(-1)?.text).toContain(`${owner.name} answers again`);
  });

  it("a command that does not wait ends the answer, whichever process it comes to", async () => {
    await start(["ann", "bob"]);
    const [owner, other, card] = await busy("hang on");
    goTo(other);
    emulator.sendAsUser({ text: "/stop" });
    await clock.advance(2_000);
    emulator.sendAsUser({ text: "and now" });
    await clock.advance(10_000);
    expect(answers()).toMatchObject([
      { messageId: card, streaming: false },
      { kind: "text", text: `${owner.name} stopped it` },
      { text: expect.stringContaining("answers and now") },
    ]);
  });

  it("a press that comes to another process is answered by the one whose button it is, or says that it is gone", async () => {
    const [ann, bob] = await start(["ann", "bob"]);
    goTo(ann);
    emulator.sendAsUser({ text: "hello" });
    await clock.advance(5_000);
    goTo(bob);
    const press = (label: string) => {
      const card = answers()[0];
      const elementId = card?.labels.indexOf(label) === -1 ? "" : `after${card?.labels.indexOf(label)}`;
      return clock.runUntil(emulator.clickAs({ messageId: card?.messageId ?? "", elementId }));
    };
    expect((await press("Go")).toast?.content).toBe("ann ran hello");
    expect((await press("Go")).toast?.content).toMatch(/used|已使用/u);
    emulator.reactAsUser({ messageId: answers()[0]?.messageId ?? "", emoji: "THUMBSUP" });
    await clock.advance(1_000);
    expect(ann?.handled).toContain("THUMBSUP on hello");
    ann?.process.freeze();
    expect((await press("👍")).toast?.content).toMatch(/press again|再按/u);
    await clock.advance(60_000);
    expect((await press("👍")).toast?.content).toMatch(/no longer in use|已失效/u);
  });

  it("stop() lets answers end, and leaves what waits to the others", async () => {
    await start(["ann", "bob"], 10_000);
    const [owner, other] = await busy("slow one");
    goTo(other);
    emulator.sendAsUser({ text: "two" });
    await clock.advance(100);
    await clock.runUntil(owner.bot.stop());
    await clock.advance(20_000);
    expect(answers().map(({ text }) => text)).toEqual([
      expect.stringMatching(new RegExp(`${owner.name} answers slow one(?!.*restarted)`, "su")),
      expect.stringContaining(`${other.name} answers two`),
    ]);
    await clock.runUntil(other.bot.stop());
  });

  it("answers where they arrive while the state is away, and names a Redis that is not there or cannot be one", async () => {
    const [ann] = await start(["ann"]);
    ann?.process.breakOff();
    emulator.sendAsUser({ text: "hello" });
    await clock.advance(5_000);
    expect(answers().map(({ text }) => text)).toEqual([expect.stringContaining("ann answers hello")]);
    const { appId, appSecret } = emulator.app;
    const options = { appId, appSecret, domain: emulator.apiUrl, fetch: emulator.fetch };
    expect(() => createBot({ ...options, shared: { redis: "localhost:6379" } })).toThrow(/shared\.redis: the address/u);
    const bot = createBot({ ...options, shared: { redis: "redis://:hunter2@127.0.0.1:9" } });
    await expect(bot.start()).rejects.toThrow(
      /^shared\.redis: Redis at redis:\/\/127\.0\.0\.1:9: .*start it, or correct/u,
    );
    await bot.stop();
  });
});
