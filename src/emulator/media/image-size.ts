interface Size {
  /** Pixels; `undefined` where the format does not say at a place that is looked at. */
  readonly width: number | undefined;
  readonly height: number | undefined;
}

/** Format and size of an image, read from its first bytes. */
export interface ImageInfo extends Size {
  readonly format: "png" | "jpeg" | "gif" | "webp" | "bmp" | "ico" | "tiff" | "heic";
}

const UNKNOWN: Size = { width: undefined, height: undefined };

function jpegSize(data: DataView): Size {
  let at = 2;
  while (at + 9 < data.byteLength) {
    if (data.getUint8(at) !== 0xff) break;
    const marker = data.getUint8(at + 1);
    // Start-of-frame markers carry the size; 0xC4, 0xC8 and 0xCC share the range but are none (ITU T.81, table B.1).
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { height: data.getUint16(at + 5), width: data.getUint16(at + 7) };
    }
    at += 2 + data.getUint16(at + 2);
  }
  return UNKNOWN;
}

/** The first chunk says the size, in one of three ways (WebP container specification; RFC 6386, section 9.1). */
function webpSize(data: DataView): Size {
  if (data.byteLength < 30) return UNKNOWN;
  const uint24 = (at: number): number => data.getUint16(at, true) + data.getUint8(at + 2) * 0x10000;
  switch (data.getUint32(12)) {
    case 0x56503858: // VP8X
      return { width: uint24(24) + 1, height: uint24(27) + 1 };
    case 0x5650384c: {
      // VP8L: two 14-bit numbers behind one byte of signature.
      const bits = data.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 0x56503820: // VP8 and a blank
      return { width: data.getUint16(26, true) & 0x3fff, height: data.getUint16(28, true) & 0x3fff };
    default:
      return UNKNOWN;
  }
}

/** Fields 256 and 257 of the first directory (TIFF 6.0, section 2). */
function tiffSize(data: DataView, little: boolean): Size {
  if (data.byteLength < 8) return UNKNOWN;
  const start = data.getUint32(4, little);
  if (start + 2 > data.byteLength) return UNKNOWN;
  const count = data.getUint16(start, little);
  let size = UNKNOWN;
  for (let at = start + 2; at < start + 2 + count * 12 && at + 12 <= data.byteLength; at += 12) {
    const tag = data.getUint16(at, little);
    const value =
      data.getUint16(at + 2, little) === 3 ? data.getUint16(at + 8, little) : data.getUint32(at + 8, little);
    if (tag === 256) size = { ...size, width: value };
    if (tag === 257) size = { ...size, height: value };
  }
  return size;
}

const HEIC_BRANDS: ReadonlySet<string> = new Set(["heic", "heix", "hevc", "hevx", "mif1", "msf1"]);

/** What kind of image the bytes are; `undefined` when they are none that Feishu takes. @see docs:im-v1/image/create */
export function imageInfo(bytes: Uint8Array): ImageInfo | undefined {
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const starts = (...expected: number[]): boolean =>
    bytes.length >= expected.length && expected.every((byte, i) => bytes[i] === byte);
  const letters = (from: number): string => String.fromCharCode(...bytes.subarray(from, from + 4));
  if (starts(0x89, 0x50, 0x4e, 0x47) && bytes.length >= 24)
    return { format: "png", width: data.getUint32(16), height: data.getUint32(20) };
  if (starts(0x47, 0x49, 0x46, 0x38) && bytes.length >= 10)
    return { format: "gif", width: data.getUint16(6, true), height: data.getUint16(8, true) };
  if (starts(0xff, 0xd8, 0xff)) return { format: "jpeg", ...jpegSize(data) };
  if (starts(0x42, 0x4d) && bytes.length >= 26)
    return { format: "bmp", width: data.getInt32(18, true), height: Math.abs(data.getInt32(22, true)) };
  if (letters(0) === "RIFF" && letters(8) === "WEBP") return { format: "webp", ...webpSize(data) };
  // An icon's sides have one byte each: they cannot pass any limit.
  if (starts(0x00, 0x00, 0x01, 0x00)) return { format: "ico", ...UNKNOWN };
  if (starts(0x49, 0x49, 0x2a, 0x00)) return { format: "tiff", ...tiffSize(data, true) };
  if (starts(0x4d, 0x4d, 0x00, 0x2a)) return { format: "tiff", ...tiffSize(data, false) };
  if (letters(4) === "ftyp" && HEIC_BRANDS.has(letters(8))) return { format: "heic", ...UNKNOWN };
  return undefined;
}
