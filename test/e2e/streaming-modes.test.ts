import { describe, expect, it } from "vitest";
import { createScriptedModel } from "../../src/llm/index.ts";
import { createSystemClock } from "../../src/time/index.ts";
import { startE2e } from "../support/e2e.ts";
import type { Answer } from "../support/e2e.ts";
import { explainVisible } from "../support/visible-oracle.ts";

/** Asks under a config; gives the answer and the lengths that the reply's text had when it was written to Feishu. */
async function ask(config: object): Promise<Answer & { lengths: number[] }> {
  const model = createScriptedModel({ clock: createSystemClock(), charsPerSecond: 350 });
  const e2e = await startE2e({ model, config });
  const lengths = new Set<number>();
  e2e.host.events.on("turn-start", ({ reply }) => reply.events.on("flush", ({ total }) => lengths.add(total)));
  try {
    return { ...(await e2e.ask("你好")), lengths: [...lengths] };
  } finally {
    await e2e.close();
  }
}

const steps = (lengths: readonly number[]): number[] => lengths.slice(1).map((length, i) => length - (lengths[i] ?? 0));

describe("[A9] how the answer grows, by channels.feishu.streaming and agents.defaults", () => {
  it.each([
    ["streaming: true", { channels: { feishu: { streaming: true } } }],
    ["the nested shape", { channels: { feishu: { streaming: { mode: "partial", chunkMode: "length" } } } }],
  ])("%s: word by word", async (_name, config) => {
    const { result, shown, lengths } = await ask(config);
    expect(lengths.length).toBeGreaterThan(3);
    expect(Math.min(...steps(lengths))).toBeLessThan(60);
    expect(explainVisible(shown, result.text)).toEqual([]);
  });

  it.each([
    ["blockStreamingDefault", { channels: { feishu: { streaming: true } }, on: "on" }],
    ["streaming.block.enabled", { channels: { feishu: { streaming: { block: { enabled: true } } } }, on: "off" }],
  ])("%s on: by blocks of at least minChars, the text whole all the same", async (_name, { channels, on }) => {
    const defaults = {
      blockStreamingDefault: on,
      blockStreamingChunk: { minChars: 80, maxChars: 120 },
      blockStreamingCoalesce: { minChars: 60, maxChars: 120, idleMs: 30 },
    };
    const { result, shown, lengths } = await ask({ channels, agents: { defaults } });
    expect(lengths.length).toBeGreaterThan(1);
    expect(Math.min(...steps(lengths.slice(0, -1)))).toBeGreaterThanOrEqual(60);
    expect(result.delivery).toMatchObject({ delivered: result.text.length, outcome: "finalized" });
    expect(explainVisible(shown, result.text)).toEqual([]);
  });

  it("streaming: false: one card, complete when it appears", async () => {
    const { result, shown, lengths } = await ask({ channels: { feishu: { streaming: false } } });
    expect(lengths.filter((length) => length > 0)).toEqual([result.text.length]);
    expect(shown).toHaveLength(1);
    expect(explainVisible(shown, result.text)).toEqual([]);
  });

  it("[C7] card.flushMs: writes of text keep that distance", async () => {
    const model = createScriptedModel({ clock: createSystemClock(), charsPerSecond: 150 });
    const e2e = await startE2e({ model, config: { channels: { feishu: { card: { flushMs: 300 } } } } });
    try {
      const { result } = await e2e.ask("你好");
      const writes = e2e.emulator.timeline.entries().filter(({ operation }) => operation === "element.content");
      const gaps = writes.length - 1;
      expect(gaps).toBeGreaterThan(1);
      // On the average: a busy machine makes one write late, and the distance to the next one shorter.
      expect(((writes.at(-1)?.at ?? 0) - (writes[0]?.at ?? 0)) / gaps).toBeGreaterThan(250);
      expect(result.delivery.delivered).toBe(result.text.length);
    } finally {
      await e2e.close();
    }
  });
});
