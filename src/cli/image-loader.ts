import { open, realpath } from "node:fs/promises";
import { resolve, sep } from "node:path";
import { ChannelToolError } from "../plugin-sdk/index.ts";

/** Feishu's own limit for pictures. @see im-v1/image/create */
const MAX_BYTES = 10_485_760;

/** First bytes of the picture formats Feishu takes; a model must not be able to send other files as pictures. */
const SIGNATURES: readonly (readonly number[])[] = [
  [0x89, 0x50, 0x4e, 0x47],
  [0xff, 0xd8, 0xff],
  [0x47, 0x49, 0x46, 0x38],
  [0x52, 0x49, 0x46, 0x46],
  [0x42, 0x4d],
  [0x49, 0x49, 0x2a, 0x00],
  [0x4d, 0x4d, 0x00, 0x2a],
];

/**
 * Reads pictures below `folder` and nothing else, whatever links lead out of it.
 * The function it gives throws ChannelToolError `unreadable-image`.
 */
export function createImageLoader(folder: string, cwd: string): (path: string) => Promise<Uint8Array> {
  return async (path) => {
    const root = await realpath(resolve(cwd, folder)).catch(() => undefined);
    const file = root && (await realpath(resolve(root, path)).catch(() => undefined));
    if (root === undefined || file === undefined || !file.startsWith(root.endsWith(sep) ? root : root + sep))
      throw unreadable("There is no such file in the folder this server may read.");
    const handle = await open(file);
    try {
      const { size } = await handle.stat();
      if (size > MAX_BYTES) throw unreadable(`The file has ${size} bytes; pictures may have ${MAX_BYTES}.`);
      const data = await handle.readFile();
      if (!SIGNATURES.some((signature) => signature.every((byte, i) => data[i] === byte)))
        throw unreadable("The file is not a picture.");
      return data;
    } finally {
      await handle.close();
    }
  };
}

const unreadable = (message: string): ChannelToolError =>
  new ChannelToolError("unreadable-image", message, "Use the path of a picture below that folder, or data_base64.");
