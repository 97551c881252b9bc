import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createBot } from "../../../extensions/feishu/index.ts";
import type { BotOptions, FeishuBot } from "../../../extensions/feishu/index.ts";
import { createEmulator } from "../../../src/emulator/index.ts";
import type { Emulator } from "../../../src/emulator/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";

describe("createBot in virtual time", () => {
  let clock: FakeClock;
  let emulator: Emulator;
  beforeEach(() => {
    clock = new FakeClock();
    emulator = createEmulator({ clock });
  });
  afterEach(() => emulator.close());

  /** A started bot that gets its events in this process, as by webhook. */
  async function start(
    given: Partial<BotOptions>,
    handle: (bot: FeishuBot<number>) => void,
  ): Promise<FeishuBot<number>> {
    const { appId, appSecret, verificationToken } = emulator.app;
    const bot = createBot<number>({
      appId,
      appSecret,
      domain: emulator.apiUrl,
      fetch: emulator.fetch,
      clock,
      random: () => 0.5,
      webhook: { verificationToken },
      onError: () => {},
      ...given,
    });
    handle(bot);
    emulator.onEvent(appId, async (event) => {
      const request = new Request("http://127.0.0.1/events", { method: "POST", body: JSON.stringify(event) });
      return (await bot.fetch(request)).json();
    });
    await clock.runUntil(bot.start());
    return bot;
  }
  const answers = () => emulator.visibleTexts(emulator.directChatId()).filter(({ sender }) => sender === "app");
  const texts = () => answers().map(({ text }) => text);

  it("stop() takes 5 s at most while Feishu answers nothing, and the signal aborts at once", async () => {
    let aborted = false;
    const bot = await start({}, (it) =>
      it.on("message", async (_, reply) => {
        reply.signal.addEventListener("abort", () => (aborted = true));
        reply.append("on and on");
        await new Promise(() => {});
      }),
    );
    emulator.sendAsUser({ text: "go" });
    await clock.advance(2_000);
    expect(texts()).toEqual([expect.stringContaining("on and on")]);
    emulator.faults.add({ operation: "*", effect: { type: "hang" } });
    const before = clock.now();
    const stopped = bot.stop();
    await clock.advance(0);
    expect(aborted).toBe(true);
    await clock.runUntil(stopped);
    expect(clock.now() - before).toBeLessThanOrEqual(5_000);
  });

  it("a press whose handler is slow is answered in time without a word, and the handler goes on", async () => {
    let done = false;
    const release = Promise.withResolvers<void>();
    const bot = await start({}, (it) => {
      it.on("message", (_, reply) => void reply.append("choose").button({ text: "Go", value: 1 }));
      it.on("press", async () => {
        await release.promise;
        done = true;
        return { toast: "too late" };
      });
    });
    emulator.sendAsUser({ text: "hi" });
    await clock.advance(5_000);
    const [card] = answers();
    const before = clock.now();
    const click = await clock.runUntil(emulator.clickAs({ messageId: card?.messageId ?? "", elementId: "after0" }));
    expect(click).toMatchObject({ status: "ok", toast: undefined });
    expect(clock.now() - before).toBeLessThanOrEqual(2_500);
    release.resolve();
    await clock.runUntil(bot.idle());
    expect(done).toBe(true);
  });

  it("twenty questions may wait in a chat; one more is told so, and the rest is answered in order", async () => {
    const release = Promise.withResolvers<void>();
    const heard: string[] = [];
    const bot = await start({}, (it) =>
      it.on("message", async ({ text }) => {
        heard.push(text);
        await release.promise;
      }),
    );
    for (let n = 0; n < 22; n++) {
      emulator.sendAsUser({ text: `question ${n}` });
      await clock.advance(100);
    }
    await clock.advance(5_000);
    expect(texts()).toEqual([expect.stringContaining("Too many messages")]);
    release.resolve();
    await clock.runUntil(bot.idle());
    expect(heard).toEqual(Array.from({ length: 21 }, (_, n) => `question ${n}`));
  });

  it("an event that Feishu sends again hours later is told once", async () => {
    const heard: string[] = [];
    const events: unknown[] = [];
    const bot = await start({}, (it) => it.on("message", ({ text }) => void heard.push(text)));
    const { appId } = emulator.app;
    emulator.onEvent(appId, (event) => {
      events.push(event);
      return Promise.resolve({});
    });
    emulator.sendAsUser({ text: "once" });
    await clock.advance(1_000);
    const post = () =>
      bot.fetch(new Request("http://127.0.0.1/events", { method: "POST", body: JSON.stringify(events.at(-1)) }));
    expect((await clock.runUntil(post())).status).toBe(200);
    await clock.runUntil(bot.idle());
    await clock.advance(7 * 3_600_000);
    expect((await clock.runUntil(post())).status).toBe(200);
    await clock.runUntil(bot.idle());
    expect(heard).toEqual(["once"]);
  });

  it("a command that does not wait is answered with a plain text while an answer is written, and can end it for its asker", async () => {
    const heard: string[] = [];
    // Feishu takes a second message with the same uuid for the first.
    let drawn = 0;
    const random = () => (drawn = (drawn + 0.618) % 1);
    const bot = await start({ random }, (it) => {
      it.on("message", async ({ text }, reply) => {
        heard.push(text);
        reply.append(`about ${text}`);
        await new Promise((resolve) => reply.signal.addEventListener("abort", resolve));
      });
      it.command("late", () => "in its turn");
      it.command("status", ({ args }) => `running ${args}`.trim(), { whileBusy: true });
      it.command("stop", (message) => (it.cancel(message) ? "stopped" : "nothing of yours"), { whileBusy: true });
    });
    const chatId = emulator.store.chats.all().find(({ type }) => type === "group")?.chatId ?? "";
    const shown = () => emulator.visibleTexts(chatId).filter(({ sender }) => sender === "app");
    const say = async (from: string, text: string) => {
      emulator.sendAsUser({ from, chatId, text, mentionBot: true });
      await clock.advance(2_000);
    };
    await say("小明", "cats");
    await say("小明", "dogs");
    await say("小明", "/late");
    await say("小红", "/status now");
    await say("小红", "/stop");
    expect(shown().map(({ text, kind }) => [kind, text])).toEqual([
      ["card", expect.stringContaining("about cats")],
      ["text", "running now"],
      ["text", "nothing of yours"],
    ]);
    await say("小明", "/stop");
    await clock.runUntil(bot.idle());
    expect(heard).toEqual(["cats"]);
    expect(shown()[0]).toMatchObject({ streaming: false, text: expect.stringContaining("小明") });
    expect(
      shown()
        .slice(3)
        .map(({ text }) => text),
    ).toEqual(["stopped"]);
    await say("小明", "/late");
    expect(shown().at(-1)).toMatchObject({ kind: "text", text: "in its turn" });
  });

  it("stop() waits for a command that is being answered beside, and interrupts it", async () => {
    const ends: string[] = [];
    const bot = await start({}, (it) =>
      it.command(
        "slow",
        async (_, reply) => {
          reply.append("working");
          await new Promise((resolve) => reply.signal.addEventListener("abort", resolve));
          ends.push("aborted");
        },
        { whileBusy: true },
      ),
    );
    emulator.sendAsUser({ text: "/slow" });
    await clock.advance(2_000);
    await clock.runUntil(bot.stop());
    expect(ends).toEqual(["aborted"]);
    expect(answers()[0]).toMatchObject({ streaming: false, text: expect.stringContaining("working") });
  });
});
