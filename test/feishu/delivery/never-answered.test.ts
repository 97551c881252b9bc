import { describe, expect, it } from "vitest";
import {
  createBot,
  createFeishuInstance,
  FeishuStreamingCard,
  FeishuTransportError,
} from "../../../extensions/feishu/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";

const refuse = (): Promise<never> => {
  const cause = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  return Promise.reject(new TypeError("fetch failed", { cause }));
};

/** An address that swallows every packet, or takes connections and says nothing. */
const swallow = (_url: unknown, init?: RequestInit): Promise<never> =>
  new Promise((_resolve, reject) => init?.signal?.addEventListener("abort", () => reject(init.signal?.reason)));

const ADDRESSES = [
  ["refuses connections", refuse, "ECONNREFUSED"],
  ["takes requests and says nothing", swallow, "no token within"],
] as const;

const APP = { appId: "cli_0123456789abcdef", appSecret: "not-a-real-one", domain: "http://127.0.0.1:9" };

describe.each(ADDRESSES)("[E11] an address that %s", (_, fetch, cause) => {
  it("fails a reply within 10 s, with the cause, whatever means are tried", async () => {
    const clock = new FakeClock();
    const instance = createFeishuInstance({ ...APP, clock, random: () => 0.5, fetch });
    const card = FeishuStreamingCard.start({ instance, chatId: "oc_1", title: "report" });
    card.appendMarkdown("some words");
    const result = await clock.runUntil(card.finalize());
    expect(clock.now()).toBeLessThanOrEqual(10_000);
    expect(result).toMatchObject({ outcome: "failed", delivered: 0 });
    expect(String(result.error)).toContain(cause);
    await clock.runUntil(instance.close());
  });

  it("fails the start of a bot within 10 s, and a start that is asked for again asks again", async () => {
    const clock = new FakeClock();
    const bot = createBot({ ...APP, clock, random: () => 0.5, fetch });
    for (const _time of ["once", "again"]) {
      const startedAt = clock.now();
      const failure = await clock.runUntil(bot.start().catch((error: unknown) => error));
      expect(clock.now() - startedAt).toBeLessThanOrEqual(10_000);
      expect(failure).toBeInstanceOf(FeishuTransportError);
    }
    await clock.runUntil(bot.stop());
  });
});
