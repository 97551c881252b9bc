import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bot } from "../../../extensions/feishu/bot/bot.ts";
import { createEmulator } from "../../../src/emulator/index.ts";
import type { Emulator } from "../../../src/emulator/index.ts";
import { MemoryState } from "../../../src/shared/index.ts";
import type { SharedState } from "../../../src/shared/index.ts";
import { sleep } from "../../../src/time/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { seededRandom } from "../../support/reply-bench.ts";

/** An answer of Feishu's takes longer than one of the state. */
const FEISHU_MS = 20;

describe("the first glyph of a process among several", () => {
  let clock: FakeClock;
  let emulator: Emulator;
  let bot: Bot<unknown> | undefined;
  /** How long each answer of the state takes. */
  let answerMs: number;
  beforeEach(() => {
    clock = new FakeClock();
    emulator = createEmulator({ clock });
    answerMs = 0;
  });
  afterEach(async () => {
    await clock.runUntil(bot?.stop() ?? Promise.resolve());
    await emulator.close();
  });

  /** A state each of whose answers takes a moment. */
  const slow = (state: MemoryState): SharedState =>
    new Proxy<SharedState>(state, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== "function") return method;
        if (name === "listen" || name === "close") return method.bind(target);
        return async (...given: unknown[]): Promise<unknown> => {
          if (answerMs > 0) await sleep(clock, answerMs);
          return method.apply(target, given);
        };
      },
    });

  async function start(): Promise<void> {
    const { appId, appSecret, verificationToken } = emulator.app;
    const states = new Map<string, MemoryState>();
    const open = async (scope: string): Promise<SharedState> => {
      const state = states.get(scope) ?? new MemoryState(clock);
      states.set(scope, state);
      return slow(state);
    };
    const feishu: Emulator["fetch"] = async (...given) => {
      await sleep(clock, FEISHU_MS);
      return emulator.fetch(...given);
    };
    const started = new Bot<unknown>(
      {
        appId,
        appSecret,
        domain: emulator.apiUrl,
        fetch: feishu,
        clock,
        random: seededRandom(1),
        webhook: { verificationToken },
        onError: () => {},
      },
      { open, lifetimeMs: 15_000, drainMs: 0 },
    );
    // The words of the model are there when the card is.
    bot = started;
    started.on("message", async ({ text }, reply) => {
      reply.status("busy");
      await sleep(clock, 1.5 * FEISHU_MS);
      reply.append(`answer to ${text}`);
    });
    emulator.onEvent(appId, async (event) => {
      const request = new Request("http://127.0.0.1/events", { method: "POST", body: JSON.stringify(event) });
      return (await started.fetch(request)).json();
    });
    await clock.runUntil(started.start());
    await clock.advance(1_000);
  }

  /** Asks, and waits for the first word of the answer. @returns ms */
  async function firstGlyph(text: string): Promise<number> {
    const from = clock.now();
    const { chatId } = emulator.sendAsUser({ text });
    const isShown = (): boolean =>
      emulator.visibleTexts(chatId).some((shown) => shown.text.includes(`answer to ${text}`));
    while (!isShown() && clock.now() < from + 1_000) await clock.advance(1);
    const ms = clock.now() - from;
    // Until all of it is told, and the limits of cards have rested.
    await clock.advance(5_000);
    return ms;
  }

  it("[D13][E13] waits for two answers of the state, one after the other: the message is kept, its answer begins", async () => {
    await start();
    await firstGlyph("warm");
    const alone = await firstGlyph("quick");
    answerMs = 10;
    const shared = await firstGlyph("slow");
    expect(shared - alone).toBe(2 * answerMs);
  });
});
