import { describe, expect, it } from "vitest";
import { OpenCardBook } from "../../src/stream/index.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { MemoryReply } from "../support/memory-reply.ts";

/** A store that tells cards apart by a counter, or by their own ids as a file does. */
function rig(byId: boolean) {
  const open = new Map<string, string | undefined>();
  let next = 0;
  const book = new OpenCardBook(
    {
      open: ({ cardId, messageId }) => {
        const key = byId ? (cardId ?? messageId) : String(next++);
        if (key !== undefined) open.set(key, messageId);
        return key;
      },
      closed: (key) => void open.delete(key),
    },
    new FakeClock(),
  );
  const reply = new MemoryReply();
  reply.events.removeAllListeners();
  book.follow(reply);
  return { open, reply };
}

describe.each([false, true])("[D7] the book of open cards (keys by id: %s)", (byId) => {
  it("has a card from when it is known until it is complete, under its newest ids", () => {
    const { open, reply } = rig(byId);
    reply.events.emit("card", { index: 0, cardId: "c0", messageId: undefined });
    expect([...open.values()]).toEqual([undefined]);
    reply.events.emit("card", { index: 0, cardId: "c0", messageId: "om_0" });
    expect([...open.values()]).toEqual(["om_0"]);
    reply.events.emit("card", { index: 1, cardId: "c1", messageId: "om_1" });
    reply.events.emit("flush", { acknowledged: 5, total: 9, cardIndex: 0 });
    expect([...open.values()]).toEqual(["om_0", "om_1"]);
    reply.events.emit("complete", { index: 0 });
    expect([...open.values()]).toEqual(["om_1"]);
    reply.events.emit("closed");
    expect([...open.values()]).toEqual([]);
  });

  it("[E3] keeps what is owed until it is paid, also after the reply has ended", async () => {
    const { open, reply } = rig(byId);
    const result = await new MemoryReply().finalize();
    reply.events.emit("card", { index: 0, cardId: "c0", messageId: "om_0" });
    reply.events.emit("card", { index: 1, cardId: undefined, messageId: "om_1" });
    reply.events.emit("owed", { index: 0, cardId: "c0", messageId: "om_0", remainder: "{}" });
    reply.events.emit("finalize", result);
    expect([...open.values()]).toEqual(["om_0"]);
    reply.events.emit("paid", { index: 0 });
    expect(open.size).toBe(0);
  });

  it("keeps what a reply could not close", async () => {
    for (const [error, left] of [
      [undefined, 0],
      [new Error("out of time"), 1],
    ] as const) {
      const { open, reply } = rig(byId);
      reply.events.emit("card", { index: 0, cardId: "c0", messageId: "om_0" });
      reply.events.emit("finalize", { ...(await new MemoryReply().finalize()), error });
      expect(open.size).toBe(left);
    }
  });

  it("knows nothing of a card without any id", () => {
    const { open, reply } = rig(true);
    reply.events.emit("card", { index: 0, cardId: undefined, messageId: undefined });
    expect(open.size).toBe(0);
  });
});
