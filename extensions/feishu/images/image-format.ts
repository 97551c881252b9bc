/**
 * What kind of image the bytes are; undefined when it is none that Feishu takes (an error page, SVG, a sound). Short signatures that
 * other files begin with as well (`BM`, `RIFF`) are believed only together with what has to follow them. Servers' content types are
 * no help: many say `application/octet-stream`.
 * @see Feishu server API, im-v1/image/create (JPEG, PNG, WEBP, GIF, TIFF, BMP, ICO)
 */
export function imageFormat(data: Uint8Array): string | undefined {
  return FORMATS.find(({ isOne }) => isOne(data, new DataView(data.buffer, data.byteOffset, data.byteLength)))?.name;
}

interface Format {
  readonly name: string;
  readonly isOne: (data: Uint8Array, view: DataView) => boolean;
}

/** Sizes of a BMP's second header. @see BITMAPCOREHEADER to BITMAPV5HEADER */
const BMP_HEADERS: readonly number[] = [12, 16, 40, 52, 56, 64, 108, 124];

const FORMATS: readonly Format[] = [
  {
    name: "png",
    isOne: (data) => begins(data, 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) && text(data, 12, "IHDR"),
  },
  // The marker that follows the first is never 00 or FF.
  {
    name: "jpeg",
    isOne: (data) => begins(data, 0, [0xff, 0xd8, 0xff]) && (data[3] ?? 0) >= 0xc0 && (data[3] ?? 0xff) < 0xff,
  },
  { name: "gif", isOne: (data) => (text(data, 0, "GIF87a") || text(data, 0, "GIF89a")) && data.byteLength >= 13 },
  {
    name: "webp",
    isOne: (data) => text(data, 0, "RIFF") && ["VP8 ", "VP8L", "VP8X"].some((chunk) => text(data, 8, `WEBP${chunk}`)),
  },
  {
    name: "bmp",
    isOne: (data, view) =>
      text(data, 0, "BM") &&
      data.byteLength >= 26 &&
      view.getUint32(6, true) === 0 &&
      view.getUint32(10, true) <= data.byteLength &&
      BMP_HEADERS.includes(view.getUint32(14, true)),
  },
  { name: "tiff", isOne: (data, view) => begins(data, 0, [0x49, 0x49, 0x2a, 0x00]) && hasDirectory(view, true) },
  { name: "tiff", isOne: (data, view) => begins(data, 0, [0x4d, 0x4d, 0x00, 0x2a]) && hasDirectory(view, false) },
  {
    name: "ico",
    isOne: (data, view) => {
      if (!begins(data, 0, [0x00, 0x00, 0x01, 0x00]) || data.byteLength < 22) return false;
      const count = view.getUint16(4, true);
      // The first picture lies behind the directory and inside the file.
      const [size, at] = [view.getUint32(14, true), view.getUint32(18, true)];
      return count > 0 && at >= 6 + 16 * count && size > 0 && at + size <= data.byteLength;
    },
  },
];

/** A TIFF names where its first directory lies, which has entries. */
function hasDirectory(view: DataView, littleEndian: boolean): boolean {
  if (view.byteLength < 8) return false;
  const at = view.getUint32(4, littleEndian);
  return at >= 8 && at + 2 <= view.byteLength && view.getUint16(at, littleEndian) > 0;
}

const begins = (data: Uint8Array, at: number, bytes: readonly number[]): boolean =>
  bytes.every((byte, index) => data[at + index] === byte);

const text = (data: Uint8Array, at: number, letters: string): boolean =>
  begins(
    data,
    at,
    Array.from(letters, (letter) => letter.charCodeAt(0)),
  );
