import { Buffer } from "node:buffer";

/** Opus always counts 48,000 samples a second, whatever it was recorded with. */
const OPUS_RATE = 48_000;
/** Boxes are few at each level; a bound keeps a broken file from being searched for long. */
const MAX_BOXES = 1_000;

/**
 * How long an Ogg (Opus, Vorbis) or MP4 file plays, in ms; undefined when it does not say. Feishu takes the length from the upload and
 * shows 0:00 without it.
 * @see https://www.rfc-editor.org/rfc/rfc7845#section-4
 */
export function readDurationMs(data: Uint8Array): number | undefined {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const ms = bytes.subarray(0, 4).toString("latin1") === "OggS" ? readOgg(bytes) : readMp4(bytes);
  // What rounds to nothing would be shown as nothing.
  return ms !== undefined && Number.isFinite(ms) && ms >= 0.5 ? Math.round(ms) : undefined;
}

/** The last page's granule position counts the samples; Opus begins with some that are not played. */
function readOgg(bytes: Buffer): number | undefined {
  const head = bytes.subarray(0, 4_096);
  const opus = head.indexOf("OpusHead", 0, "latin1");
  const vorbis = head.indexOf("\u0001vorbis", 0, "latin1");
  const rate = opus >= 0 ? OPUS_RATE : vorbis >= 0 && vorbis + 16 <= head.length ? head.readUInt32LE(vorbis + 12) : 0;
  const skipped = opus >= 0 && opus + 12 <= head.length ? head.readUInt16LE(opus + 10) : 0;
  if (rate === 0) return undefined;
  for (let at = bytes.lastIndexOf("OggS", bytes.length, "latin1"); at >= 0;) {
    const samples = at + 14 <= bytes.length ? bytes.readBigInt64LE(at + 6) : -1n;
    // A page on which no packet ends has no position.
    if (samples >= 0n) return ((Number(samples) - skipped) / rate) * 1_000;
    at = at === 0 ? -1 : bytes.lastIndexOf("OggS", at - 1, "latin1");
  }
  return undefined;
}

/** The movie header, inside the movie box. @see ISO/IEC 14496-12, 8.2.2 */
function readMp4(bytes: Buffer): number | undefined {
  const movie = findBox(bytes, "moov");
  const header = movie && findBox(movie, "mvhd");
  if (header === undefined || header.length < 20) return undefined;
  const isLong = header.readUInt8(0) === 1;
  if (isLong && header.length < 32) return undefined;
  const scale = header.readUInt32BE(isLong ? 20 : 12);
  const units = isLong ? Number(header.readBigUInt64BE(24)) : header.readUInt32BE(16);
  // All bits set: not known.
  return scale === 0 || units === 0xffff_ffff ? undefined : (units / scale) * 1_000;
}

/** The content of the first box of a type. */
function findBox(bytes: Buffer, type: string): Buffer | undefined {
  for (let at = 0, count = 0; at + 8 <= bytes.length && count < MAX_BOXES; count++) {
    const short = bytes.readUInt32BE(at);
    const isLong = short === 1 && at + 16 <= bytes.length;
    const size = isLong ? Number(bytes.readBigUInt64BE(at + 8)) : short === 0 ? bytes.length - at : short;
    const head = isLong ? 16 : 8;
    if (size < head) return undefined;
    if (bytes.toString("latin1", at + 4, at + 8) === type) return bytes.subarray(at + head, at + size);
    at += size;
  }
  return undefined;
}
