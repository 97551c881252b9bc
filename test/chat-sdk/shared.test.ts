import { createMemoryState } from "@chat-adapter/state-memory";
import { Chat, ConsoleLogger } from "chat";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LarkAdapter } from "../../extensions/chat-sdk/adapter.ts";
import { createLarkAdapter } from "../../extensions/chat-sdk/index.ts";
import { createEmulator } from "../../src/emulator/index.ts";
import type { Emulator, VisibleMessage } from "../../src/emulator/index.ts";
import { sleep } from "../../src/time/index.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { seededRandom } from "../support/reply-bench.ts";
import { SharedProcesses } from "../support/shared-processes.ts";
import type { SharedProcess } from "../support/shared-processes.ts";

interface Replica {
  readonly name: string;
  readonly bot: Chat<{ lark: LarkAdapter }>;
  readonly process: SharedProcess;
  readonly heard: string[];
  /** What posting an answer threw. */
  readonly errors: unknown[];
  take(event: unknown): Promise<Response>;
}

describe("a bot of the Chat SDK's in several processes", () => {
  let clock: FakeClock;
  let emulator: Emulator;
  let processes: SharedProcesses;
  let replicas: Replica[];
  /** Which processes the next events come to. */
  let to: readonly Replica[];
  beforeEach(() => {
    clock = new FakeClock();
    emulator = createEmulator({ clock, latencyMs: 20 });
    processes = new SharedProcesses(clock);
    replicas = [];
    emulator.onEvent(emulator.app.appId, async (event) => {
      const answers = to.map((replica) => replica.take(event));
      return (await Promise.all(answers))[0]?.json();
    });
  });
  afterEach(() => emulator.close());

  /** A text `hang …` is answered half, `slow …` within 4 s. */
  async function start(...names: string[]): Promise<readonly Replica[]> {
    const { appId, appSecret, verificationToken } = emulator.app;
    const state = createMemoryState();
    for (const name of names) {
      const process = processes.add({ drainMs: 10_000 });
      const adapter = new LarkAdapter(
        {
          appId,
          appSecret,
          clock,
          domain: emulator.apiUrl,
          fetch: process.fetch(emulator.fetch),
          random: seededRandom(replicas.length + 1),
          webhook: { verificationToken },
        },
        process.share,
      );
      const bot = new Chat({ userName: name, adapters: { lark: adapter }, state, logger: new ConsoleLogger("silent") });
      const heard: string[] = [];
      const errors: unknown[] = [];
      async function* answer(text: string): AsyncGenerator<string> {
        yield `${name} answers ${text}. `;
        if (text.startsWith("slow")) await sleep(clock, 4_000);
        if (text.startsWith("hang")) await new Promise(() => {});
        yield "Done.";
      }
      bot.onDirectMessage(async (thread, { text }) => {
        heard.push(text);
        await thread.post(answer(text)).catch((error: unknown) => errors.push(error));
      });
      bot.onReaction(({ rawEmoji }) => void heard.push(rawEmoji));
      const take = (event: unknown): Promise<Response> =>
        bot.webhooks.lark(new Request("http://127.0.0.1/events", { method: "POST", body: JSON.stringify(event) }));
      replicas.push({ name, bot, process, heard, errors, take });
    }
    to = replicas;
    return replicas;
  }

  const answers = (): VisibleMessage[] =>
    emulator.visibleTexts(emulator.directChatId()).filter(({ sender }) => sender === "app");
  async function say(text: string, whom: readonly Replica[] = replicas.slice(0, 1)): Promise<void> {
    to = whom;
    emulator.sendAsUser({ text });
    await clock.advance(2_000);
  }

  it("an event that comes to two processes is told once: messages, reactions", async () => {
    const both = await start("ann", "bob");
    await say("hello", both);
    emulator.reactAsUser({ messageId: answers()[0]?.messageId ?? "", emoji: "THUMBSUP" });
    await clock.advance(1_000);
    expect(both.flatMap(({ heard }) => heard)).toEqual(["hello", "THUMBSUP"]);
    expect(answers()).toHaveLength(1);
  });

  it("[D13] cards of a process that dies are ended by another", async () => {
    const [ann, bob] = await start("ann", "bob");
    if (ann === undefined || bob === undefined) throw new Error("two were started");
    await say("hi", [bob]);
    await say("hang on", [ann]);
    const open = answers().filter(({ streaming }) => streaming);
    expect(open).toMatchObject([{ kind: "card", text: expect.stringContaining("ann answers hang on") }]);
    ann.process.freeze();
    await clock.advance(60_000);
    const ended = answers().find(({ messageId }) => messageId === open[0]?.messageId);
    expect(ended).toMatchObject({ streaming: false, text: expect.stringMatching(/ann answers .*service restarted/su) });
    expect(bob.heard, "it may have done anything").toEqual(["hi"]);
  });

  it("a process that was taken for dead and comes back writes nothing more, tells the handler so, and is of use", async () => {
    const [ann, bob] = await start("ann", "bob");
    if (ann === undefined || bob === undefined) throw new Error("two were started");
    await say("hi", [bob]);
    await say("hang on", [ann]);
    ann.process.freeze();
    await clock.advance(60_000);
    const before = answers();
    ann.process.thaw();
    await clock.advance(30_000);
    expect(answers()).toEqual(before);
    expect(ann.errors).toEqual([expect.objectContaining({ message: expect.stringContaining("another process's") })]);
    await say("again", [ann]);
    expect(answers().at(-1)?.text).toContain("ann answers again. Done.");
  });

  it("limits are kept together: both ask for their calls in the same place", async () => {
    const [ann, bob] = await start("ann", "bob");
    if (ann === undefined || bob === undefined) throw new Error("two were started");
    await say("one", [ann]);
    await say("two", [bob]);
    const { appId } = emulator.app;
    const lease = await processes.state(appId).lease({ by: "x", name: "x", buckets: [], want: 0, made: 0 });
    expect(lease.processes).toBe(3);
    expect((await processes.state(appId).budgets()).map(({ name }) => name)).toContain("api:element.content");
  });

  it("shutting down lets answers end before it disconnects", async () => {
    const [ann] = await start("ann");
    await say("slow one");
    await clock.runUntil(ann?.bot.shutdown() ?? Promise.resolve());
    expect(answers()).toMatchObject([{ streaming: false, text: "ann answers slow one. Done." }]);
  });

  it("goes on while the state is away, and tells each event once in a process", async () => {
    const [ann] = await start("ann");
    if (ann === undefined) throw new Error("one was started");
    await say("hi");
    ann.process.breakOff();
    await say("hello", [ann, ann]);
    expect(ann.heard).toEqual(["hi", "hello"]);
    expect(answers().at(-1)?.text).toContain("ann answers hello. Done.");
  });

  it("names a Redis that is not there, or cannot be one; with a webhook Feishu is told to come again", async () => {
    const { appId, appSecret, verificationToken } = emulator.app;
    const options = { appId, appSecret, domain: emulator.apiUrl, fetch: emulator.fetch };
    expect(() => createLarkAdapter({ ...options, shared: { redis: "localhost:6379" } })).toThrow(
      /^shared\.redis: the address/u,
    );
    const shared = { redis: "redis://:hunter2@127.0.0.1:9" };
    const chat = (config: object): Chat<{ lark: LarkAdapter }> =>
      new Chat({
        userName: "helper",
        adapters: { lark: createLarkAdapter({ ...options, ...config }) },
        state: createMemoryState(),
        logger: new ConsoleLogger("silent"),
      });
    const connected = chat({ shared });
    await expect(connected.initialize()).rejects.toThrow(
      /^shared\.redis: Redis at redis:\/\/127\.0\.0\.1:9: .*start it/u,
    );
    const called = chat({ shared, webhook: { verificationToken } });
    const asked = new Request("http://127.0.0.1/events", { method: "POST", body: "{}" });
    expect((await called.webhooks.lark(asked)).status).toBe(503);
  });
});
