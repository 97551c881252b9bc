import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readDurationMs } from "../../../extensions/feishu/send/media-duration.ts";
import { mp4File, opusFile } from "../../support/samples/media-files.ts";

describe("[E7] how long a file plays", () => {
  it.each([
    ["a voice message", opusFile(3_000), 3_000],
    ["a short one", opusFile(120), 120],
    ["one whose last page has no position", opusFile(3_000, true), 3_000],
    ["a video", mp4File(4_500, 600), 4_500],
    ["a long one", mp4File(7_200_000, 90_000, true), 7_200_000],
    ["a video that says nothing", mp4File(0, 1_000), undefined],
    ["a video shorter than half a millisecond", mp4File(0.4, 90_000), undefined],
    ["text", new TextEncoder().encode("OggS and moov"), undefined],
    ["nothing", new Uint8Array(), undefined],
  ])("%s", (_name, bytes, ms) => {
    expect(readDurationMs(bytes)).toBe(ms);
  });

  it("is looked for in any bytes without fail", () => {
    const part = fc.constantFrom(
      "OggS",
      "OpusHead",
      "moov",
      "mvhd",
      "\u0000\u0000\u0000\u0001",
      "\u0000\u0000\u0000\u0008",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(part, fc.string())), (parts) => {
        const ms = readDurationMs(new Uint8Array(Buffer.from(parts.join(""), "latin1")));
        expect(ms === undefined || ms > 0).toBe(true);
      }),
    );
  });
});
