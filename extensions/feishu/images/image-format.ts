const FORMATS: readonly { readonly name: string; readonly at: number; readonly bytes: readonly number[] }[] = [
  { name: "png", at: 0, bytes: [0x89, 0x50, 0x4e, 0x47] },
  { name: "jpeg", at: 0, bytes: [0xff, 0xd8, 0xff] },
  { name: "gif", at: 0, bytes: [0x47, 0x49, 0x46, 0x38] },
  { name: "webp", at: 8, bytes: [0x57, 0x45, 0x42, 0x50] },
  { name: "bmp", at: 0, bytes: [0x42, 0x4d] },
  { name: "tiff", at: 0, bytes: [0x49, 0x49, 0x2a, 0x00] },
  { name: "tiff", at: 0, bytes: [0x4d, 0x4d, 0x00, 0x2a] },
  { name: "ico", at: 0, bytes: [0x00, 0x00, 0x01, 0x00] },
];

/**
 * What kind of image the bytes begin like; undefined when it is none that Feishu takes (an error page, SVG). Servers' content types
 * are no help: many say `application/octet-stream`.
 * @see Feishu server API, im-v1/image/create (JPEG, PNG, WEBP, GIF, TIFF, BMP, ICO)
 */
export function imageFormat(data: Uint8Array): string | undefined {
  return FORMATS.find(({ at, bytes }) => bytes.every((byte, index) => data[at + index] === byte))?.name;
}
