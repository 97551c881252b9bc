/** Format and size of an image, read from its first bytes. */
export interface ImageInfo {
  readonly format: "png" | "jpeg" | "gif" | "webp" | "bmp" | "ico" | "tiff";
  /** Pixels; `undefined` where the format does not say at a fixed place. */
  readonly width: number | undefined;
  readonly height: number | undefined;
}

function jpegSize(data: DataView): { width: number | undefined; height: number | undefined } {
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
  return { width: undefined, height: undefined };
}

/** What kind of image the bytes are; `undefined` when they are none that Feishu takes. @see docs:im-v1/image/create */
export function imageInfo(bytes: Uint8Array): ImageInfo | undefined {
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const starts = (...expected: number[]): boolean =>
    bytes.length >= expected.length && expected.every((byte, i) => bytes[i] === byte);
  if (starts(0x89, 0x50, 0x4e, 0x47) && bytes.length >= 24)
    return { format: "png", width: data.getUint32(16), height: data.getUint32(20) };
  if (starts(0x47, 0x49, 0x46, 0x38) && bytes.length >= 10)
    return { format: "gif", width: data.getUint16(6, true), height: data.getUint16(8, true) };
  if (starts(0xff, 0xd8, 0xff)) return { format: "jpeg", ...jpegSize(data) };
  if (starts(0x42, 0x4d) && bytes.length >= 26)
    return { format: "bmp", width: data.getInt32(18, true), height: Math.abs(data.getInt32(22, true)) };
  if (starts(0x52, 0x49, 0x46, 0x46) && bytes.length >= 12 && data.getUint32(8) === 0x57454250)
    return { format: "webp", width: undefined, height: undefined };
  if (starts(0x00, 0x00, 0x01, 0x00)) return { format: "ico", width: undefined, height: undefined };
  if (starts(0x49, 0x49, 0x2a, 0x00) || starts(0x4d, 0x4d, 0x00, 0x2a))
    return { format: "tiff", width: undefined, height: undefined };
  return undefined;
}
