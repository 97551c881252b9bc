import { describe, expect, it } from "vitest";
import type { DeliveryResult } from "../../../src/stream/index.ts";
import { toDelta } from "../../../src/stream/index.ts";
import { readable } from "../../second-feishu/eyes.ts";
import type { Fault } from "../../second-feishu/faults.ts";
import { WORLD_VALUES } from "../../second-feishu/world.ts";
import { createSecondBench } from "../../support/second-bench.ts";

/** What the model writes: a character of its own every 20 ms, so that what a reader can see tells how far he is. */
const CHARS = 900;
const EVERY_MS = 20;
const TEXT = Array.from({ length: CHARS }, (_, i) => String.fromCodePoint(0x4e_00 + i)).join("");

/** When each character could be read, in ms after it was written; Infinity when never. */
interface Reading {
  readonly waits: readonly number[];
  readonly result: DeliveryResult;
  readonly messages: number;
}

async function read(
  faults: readonly Fault[],
  patchOnEntity: (typeof WORLD_VALUES.patchOnEntity)[number],
): Promise<Reading> {
  const bench = createSecondBench({ faults, world: { patchOnEntity } });
  const { clock, feishu, chatId } = bench;
  const seenAt = new Map<string, number>();
  feishu.watch(({ at, message }) => {
    for (const char of readable(feishu, message)) if (!seenAt.has(char)) seenAt.set(char, at);
  });
  const reply = bench.open({ settings: { locale: "en" } });
  for (const char of TEXT) {
    reply.append(toDelta(char));
    await clock.advance(EVERY_MS);
  }
  const result = await clock.runUntil(reply.finalize());
  await clock.advance(60_000);
  const waits = Array.from(TEXT, (char, i) => (seenAt.get(char) ?? Infinity) - i * EVERY_MS);
  return { waits, result, messages: feishu.messages(chatId).length };
}

const p95 = (waits: readonly number[]): number =>
  waits.toSorted((a, b) => a - b)[Math.ceil(waits.length * 0.95) - 1] ?? Infinity;
const most = (waits: readonly number[]): number => Math.max(...waits);

/** Ways in which CardKit fails at once; one that hangs takes its time to be noticed. */
const DOWN: readonly Fault["effect"][] = [
  { kind: "http", status: 503, applied: false },
  { kind: "reset", applied: false },
  { kind: "code", code: 2_200 },
];

describe.each(WORLD_VALUES.patchOnEntity)(
  "[E4] where a patch of an entity's message is %s, nobody waits long",
  (world) => {
    it.each(DOWN)("CardKit down from the start ($kind)", async (effect) => {
      const { waits, result } = await read([{ calls: ["card.*"], effect }], world);
      expect(result.delivered).toBe(CHARS);
      expect(waits[0]).toBeLessThanOrEqual(1_500);
      expect(p95(waits)).toBeLessThanOrEqual(1_600);
    });

    it.each(DOWN)("CardKit dies in mid-card ($kind)", async (effect) => {
      for (const from of [1_500, 4_000, 9_000, 16_000]) {
        const { waits, result } = await read([{ calls: ["card.*"], effect, from }], world);
        expect(result.delivered, `down at ${from}`).toBe(CHARS);
        expect(most(waits), `down at ${from}`).toBeLessThanOrEqual(2_500);
      }
    });

    it("CardKit hangs in mid-card", async () => {
      for (const applied of [false, true]) {
        const { waits, result } = await read(
          [{ calls: ["card.*"], effect: { kind: "hang", applied }, from: 4_000 }],
          world,
        );
        expect(result.delivered).toBe(CHARS);
        expect(most(waits)).toBeLessThanOrEqual(2_500);
      }
    });

    it.each(DOWN)("a blip of a second costs no card ($kind)", async (effect) => {
      for (const from of [1_500, 4_000, 9_000]) {
        const { waits, result, messages } = await read(
          [{ calls: ["card.*"], effect, from, until: from + 1_000 }],
          world,
        );
        expect(result, `blip at ${from}`).toMatchObject({ delivered: CHARS, cards: 1, tier: "cardkit" });
        expect(messages, `blip at ${from}`).toBe(1);
        expect(most(waits), `blip at ${from}`).toBeLessThanOrEqual(2_500);
      }
    });
  },
);
