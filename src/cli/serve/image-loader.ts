import { constants } from "node:fs";
import { open, realpath } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { resolve, sep } from "node:path";
import { imageFormat } from "../../../extensions/feishu/index.ts";
import { ChannelToolError } from "../../plugin-sdk/index.ts";

/** Feishu's own limit for pictures. @see im-v1/image/create */
const MAX_BYTES = 10_485_760;

/** A pipe without a writer would hold `open` for ever, and with it the process; a link could be swapped in after the check. */
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

/**
 * Reads pictures below `folder` and nothing else: ordinary files, whatever links lead out of the folder, whose contents are a picture.
 * The function it gives throws ChannelToolError `unreadable-image`.
 */
export function createImageLoader(folder: string, cwd: string): (path: string) => Promise<Uint8Array> {
  return async (path) => {
    const root = await realpath(resolve(cwd, folder)).catch(() => undefined);
    const file = root && (await realpath(resolve(root, path)).catch(() => undefined));
    if (root === undefined || file === undefined || !file.startsWith(root.endsWith(sep) ? root : root + sep))
      throw unreadable("There is no such file in the folder this server may read.");
    const handle = await open(file, FLAGS).catch(() => undefined);
    if (handle === undefined) throw unreadable("The file cannot be read.");
    try {
      const data = await readPicture(handle);
      if (imageFormat(data) === undefined) throw unreadable("The file is not a picture.");
      return data;
    } finally {
      await handle.close();
    }
  };
}

async function readPicture(handle: FileHandle): Promise<Uint8Array> {
  const stat = await handle.stat();
  if (!stat.isFile()) throw unreadable("That is no ordinary file.");
  // One byte more than allowed tells a file that has grown since.
  const buffer = new Uint8Array(Math.min(stat.size, MAX_BYTES) + 1);
  let size = 0;
  for (let read = -1; read !== 0 && size < buffer.byteLength; size += read)
    ({ bytesRead: read } = await handle.read(buffer, size, buffer.byteLength - size));
  if (size > MAX_BYTES || stat.size > MAX_BYTES)
    throw unreadable(`The file has ${Math.max(size, stat.size)} bytes; pictures may have ${MAX_BYTES}.`);
  return buffer.subarray(0, size);
}

const unreadable = (message: string): ChannelToolError =>
  new ChannelToolError("unreadable-image", message, "Use the path of a picture below that folder, or data_base64.");
