import { describe, expect, it } from "vitest";
import { createGatewayBench } from "../support/gateway-bench.ts";

const COUNT = 400;

describe("gateway with many streams", () => {
  it("[C12] closes all of them when they fall silent at once, within Feishu's limits, and leaves no card open", async () => {
    const bench = createGatewayBench({ gateway: { limits: { idleMs: 60_000, maxOpen: COUNT, maxKept: COUNT } } });
    try {
      const ids: string[] = [];
      for (let i = 0; i < COUNT; i++) {
        const { body } = await bench.ask("POST", "/gateway/feishu/streams", { chat_id: bench.chatId });
        ids.push(body.id);
        await bench.ask("POST", `/gateway/feishu/streams/${body.id}/append`, { text: `stream ${i}`, offset: 0 });
      }
      expect((await bench.ask("POST", "/gateway/feishu/streams", { chat_id: bench.chatId })).status).toBe(429);
      await bench.clock.advance(2 * 3_600_000);
      expect(bench.gateway.openStreams).toBe(0);
      expect([...bench.emulator.store.cards.all()].filter((card) => card.streaming)).toEqual([]);
      expect(new Set(bench.answers())).toEqual(new Set(ids.map((_, index) => `stream ${index}`)));
      expect(bench.answers()).toHaveLength(COUNT);
    } finally {
      await bench.close();
    }
  }, 120_000);
});
