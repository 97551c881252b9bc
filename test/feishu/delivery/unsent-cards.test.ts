import { expect, it } from "vitest";
import { OpenCardBook, toDelta } from "../../../src/stream/index.ts";
import type { BookedCard } from "../../../src/stream/index.ts";
import type { FaultRule } from "../../../src/emulator/index.ts";
import { createReplyBench } from "../../support/reply-bench.ts";

const REFUSED: FaultRule = { operation: "message.create", effect: { type: "code", code: 99_992_356 } };
const SILENT: FaultRule = { operation: "message.*", effect: { type: "hang" } };

it.each([
  ["one that was made and refused before it was sent", REFUSED, 0],
  ["but one that may have been sent", SILENT, 1],
])("[D7] nothing is left to close for the next start: %s", async (_, fault, left) => {
  const bench = createReplyBench();
  const open = new Map<string, BookedCard>();
  const made: string[] = [];
  const store = {
    open: (card: BookedCard) => {
      const key = card.cardId ?? card.messageId ?? "";
      open.set(key, card);
      made.push(key);
      return key;
    },
    closed: (key: string) => void open.delete(key),
  };
  bench.emulator.faults.add(fault);
  const reply = bench.open();
  new OpenCardBook(store, bench.clock).follow(reply);
  reply.append(toDelta("Nobody will see this."));
  await bench.clock.advance(400);
  expect(made).not.toEqual([]);
  const result = await bench.clock.runUntil(reply.finalize());
  expect(result.delivered).toBe(0);
  expect(open.size).toBe(left);
  await bench.close();
});
