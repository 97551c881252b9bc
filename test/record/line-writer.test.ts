import { mkdtempSync, readFileSync } from "node:fs";
import type { WriteStream } from "node:fs";
import { Writable } from "node:stream";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { LineWriter } from "../../src/record/line-writer.ts";
import { parseRecording, RecordingError } from "../../src/record/index.ts";
import { removeFolder } from "../support/remove-folder.ts";

/** A disk that takes a line only when told to, or fails. */
class Disk extends Writable {
  readonly lines: string[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly path = "disk";
  full = false;
  slow = false;

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    const take = (): void => {
      if (this.full) return done(Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" }));
      this.lines.push(chunk.toString());
      done();
    };
    if (this.slow) this.#waiting.push(take);
    else take();
  }

  catchUp(): void {
    this.slow = false;
    for (const take of this.#waiting.splice(0)) take();
  }
}

function writerOn(disk: Disk, maxWaiting = 1000): { writer: LineWriter; stops: string[] } {
  const stops: string[] = [];
  const writer = new LineWriter({
    path: "unused",
    onStop: (reason) => stops.push(reason.message),
    gap: (lost) => ({ kind: "gap", lost }),
    // What the writer uses of a file stream is what every writable has.
    open: () => disk as unknown as WriteStream,
    maxWaiting,
  });
  return { writer, stops };
}

describe("the recording's file", () => {
  it("[E12] leaves lines out while the disk is slow, and says how many", async () => {
    const disk = new Disk();
    disk.slow = true;
    const { writer } = writerOn(disk, 40);
    for (let i = 0; i < 10; i++) writer.write({ line: i, text: "xxxxxxxxxx" });
    disk.catchUp();
    await new Promise((resolve) => setImmediate(resolve));
    writer.write({ line: 10 });
    await writer.close();
    const lines = disk.lines.map((line) => JSON.parse(line) as { line?: number; lost?: number });
    const lost = lines.find((line) => line.lost !== undefined)?.lost ?? 0;
    expect(lost).toBeGreaterThan(0);
    expect(lines.filter((line) => line.line !== undefined).length + lost).toBe(11);
  });

  it("[E12] stops once when the disk is full, and throws at nobody", async () => {
    const disk = new Disk();
    const { writer, stops } = writerOn(disk);
    writer.write({ a: 1 });
    await new Promise((resolve) => setImmediate(resolve));
    disk.full = true;
    writer.write({ a: 2 });
    await new Promise((resolve) => setImmediate(resolve));
    writer.write({ a: 3 });
    await writer.close();
    expect(stops).toEqual(["ENOSPC: no space left on device"]);
    expect(writer.stopped).toBeInstanceOf(Error);
  });

  it("stops when the file cannot be made", async () => {
    const folder = mkdtempSync(join(tmpdir(), "record-"));
    try {
      const stopped = new Promise<Error>((resolve) => {
        const writer = new LineWriter({
          path: join(folder, "no", "such", "a.jsonl"),
          onStop: resolve,
          gap: () => ({}),
        });
        writer.write({});
      });
      expect((await stopped).message).toContain("ENOENT");
    } finally {
      removeFolder(folder);
    }
  });

  it("is whole on the disk once it is closed", async () => {
    const folder = mkdtempSync(join(tmpdir(), "record-"));
    const path = join(folder, "a.jsonl");
    try {
      const writer = new LineWriter({ path, onStop: () => {}, gap: () => ({}) });
      for (let i = 0; i < 1000; i++) writer.write({ i });
      await Promise.all([writer.close(), writer.close()]);
      expect(readFileSync(path, "utf8").split("\n").length).toBe(1001);
    } finally {
      removeFolder(folder);
    }
  });
});

describe("reading a recording", () => {
  const header = JSON.stringify({ kind: "recording", version: 1, at: 0, upstream: "feishu", masked: true, by: "x" });
  const call = (seq: number): string => JSON.stringify({ kind: "call", seq });

  it("puts calls in the order of their arrival, and takes half a line at the end for a crash", () => {
    const { lines, cut } = parseRecording(`${header}\n${call(2)}\n${call(1)}\n{"kind":"ca`);
    expect(lines.map((line) => (line.kind === "gap" ? 0 : line.seq))).toEqual([1, 2]);
    expect(cut).toBe(1);
  });

  it.each([
    ["", /header/u],
    ["hello", /line 1 is no JSON/u],
    [`{"kind":"recording","version":9}`, /version 9/u],
    [`${header}\nx\n${call(1)}`, /line 2 is no JSON/u],
    [`${header}\n{"kind":"other"}`, /line 2/u],
  ])("refuses %j and says what is wrong", (text, words) => {
    expect(() => parseRecording(text)).toThrow(RecordingError);
    expect(() => parseRecording(text)).toThrow(words);
  });
});
