import { Buffer } from "node:buffer";

/** Samples that an Opus decoder throws away at the start. */
const PRE_SKIP = 312;

/** An Ogg Opus file of that length; with `openEnd` a page without a position comes last. */
export function opusFile(ms: number, openEnd = false): Uint8Array {
  const head = Buffer.alloc(19);
  head.write("OpusHead", 0);
  head[8] = 1;
  head[9] = 1;
  head.writeUInt16LE(PRE_SKIP, 10);
  head.writeUInt32LE(16_000, 12);
  const samples = BigInt(Math.round((ms / 1_000) * 48_000) + PRE_SKIP);
  const pages = [page(0n, 0, 2, head), page(samples, 1, openEnd ? 0 : 4, Buffer.alloc(60, 0xfc))];
  if (openEnd) pages.push(page(-1n, 2, 4, Buffer.alloc(10)));
  return new Uint8Array(Buffer.concat(pages));
}

function page(granule: bigint, sequence: number, flags: number, body: Buffer): Buffer {
  const head = Buffer.alloc(28);
  head.write("OggS", 0);
  head[5] = flags;
  head.writeBigInt64LE(granule, 6);
  head.writeUInt32LE(7, 14);
  head.writeUInt32LE(sequence, 18);
  head[26] = 1;
  head[27] = body.length;
  return Buffer.concat([head, body]);
}

/** The boxes of an MP4 file that say how long it plays, behind its media data; with `long` in 64 bits. */
export function mp4File(ms: number, timescale: number, long = false): Uint8Array {
  const header = Buffer.alloc(long ? 32 : 20);
  header[0] = long ? 1 : 0;
  header.writeUInt32BE(timescale, long ? 20 : 12);
  const units = Math.round((ms / 1_000) * timescale);
  if (long) header.writeBigUInt64BE(BigInt(units), 24);
  else header.writeUInt32BE(units, 16);
  const boxes = [box("ftyp", Buffer.from("isom")), box("mdat", Buffer.alloc(100)), box("moov", box("mvhd", header))];
  return new Uint8Array(Buffer.concat(boxes));
}

function box(type: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(content.length + 8, 0);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, content]);
}
