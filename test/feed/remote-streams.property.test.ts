import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RemoteStreamError, RemoteStreams } from "../../src/feed/index.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { MemoryReply } from "../support/memory-reply.ts";

/** What a network does to one call. */
const fate = fc.constantFrom("arrives", "request-lost", "answer-lost", "arrives-twice");

describe("RemoteStreams", () => {
  it("[C12] holds each character once, whatever requests and answers are lost or doubled", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: "grapheme", maxLength: 8 }), fc.array(fate, { maxLength: 6 }))),
        (pieces) => {
          const reply = new MemoryReply();
          const streams = new RemoteStreams({ clock: new FakeClock(), newId: () => "s" });
          const { id } = streams.open(() => reply).stream;
          let offset = 0;
          for (const [text, fates] of pieces) {
            // A client sends again until it has an answer; the last attempt always arrives.
            for (const way of [...fates, "arrives"] as const) {
              if (way === "request-lost") continue;
              const answered = streams.append(id, text, offset);
              if (way === "arrives-twice") expect(streams.append(id, text, offset)).toBe(answered);
              if (way === "answer-lost") continue;
              offset = answered;
              break;
            }
          }
          expect(reply.text).toBe(pieces.map(([text]) => text).join(""));
          expect(offset).toBe(reply.text.length);
        },
      ),
    );
  });

  it("[C12] never takes text that would leave a gap or change what is there", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 20 }),
        fc.string({ maxLength: 20 }),
        fc.nat(30),
        (text, other, offset) => {
          const reply = new MemoryReply();
          const streams = new RemoteStreams({ clock: new FakeClock(), newId: () => "s" });
          const { id } = streams.open(() => reply).stream;
          streams.append(id, text, 0);
          try {
            streams.append(id, other, offset);
          } catch (error) {
            expect(error).toBeInstanceOf(RemoteStreamError);
            expect(reply.text).toBe(text);
            return;
          }
          expect(offset).toBeLessThanOrEqual(text.length);
          expect(reply.text.startsWith(text)).toBe(true);
          expect(reply.text.slice(offset, offset + other.length)).toBe(other);
        },
      ),
    );
  });
});
