import { cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createFeishuMessenger } from "../../extensions/feishu/index.ts";
import { createJournal, journalCards } from "../../src/plugin-sdk/index.ts";
import { silentLogger } from "../../src/log/index.ts";
import { createGatewayBench } from "../support/gateway-bench.ts";
import type { GatewayBench } from "../support/gateway-bench.ts";
import { removeFolder } from "../support/remove-folder.ts";

const streaming = (bench: GatewayBench): number =>
  [...bench.emulator.store.cards.all()].filter((card) => card.streaming).length;

describe("a gateway that has to stop", () => {
  it("[C12][D7] leaves to the next start the cards for which there was no time", async () => {
    const directory = mkdtempSync(join(tmpdir(), "cardstream-stop-"));
    const left = mkdtempSync(join(tmpdir(), "cardstream-left-"));
    const journalOf = (run: string): ReturnType<typeof createJournal> =>
      createJournal({
        directory: run === "first" ? directory : left,
        pid: run === "first" ? 1 : 2,
        run,
        isAlive: () => false,
        logger: silentLogger,
      });
    const journal = journalOf("first");
    const bench: GatewayBench = createGatewayBench({
      gateway: {
        onOpen: (reply) =>
          journalCards(journal, reply, { channel: "feishu", account: "default", language: "en" }, bench.clock),
      },
    });
    try {
      const { body } = await bench.ask("POST", "/gateway/feishu/streams", { chat_id: bench.chatId });
      await bench.ask("POST", `/gateway/feishu/streams/${body.id}/append`, { text: "visible", offset: 0 });
      await bench.ask("POST", `/gateway/feishu/streams/${body.id}/flush`);
      // Feishu answers nothing any more until the process has ended.
      bench.emulator.latencyMs = 60_000;
      await bench.clock.runUntil(bench.gateway.close(3_000));
      journal.close();
      // The process has ended: what the objects of this test still do is not on its disk.
      cpSync(directory, left, { recursive: true });
      bench.emulator.latencyMs = 50;
      await bench.clock.advance(120_000);
      // What was on its way when the process ended never arrived.
      bench.emulator.store.cards.all().forEach((card) => (card.streaming = true));

      const next = createFeishuMessenger({ instance: bench.instance });
      const recovered = journalOf("second").recover((card) => next.closeOrphan(card));
      expect(await bench.clock.runUntil(recovered)).toEqual({ closed: 1, remaining: 0 });
      expect(streaming(bench)).toBe(0);
      expect(bench.answers()).toEqual(["visible"]);
    } finally {
      await bench.close();
      for (const folder of [directory, left]) removeFolder(folder);
    }
  });
});
