import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createImageLoader } from "../../../src/cli/serve/image-loader.ts";
import { removeFolder } from "../../support/remove-folder.ts";

const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

let folder: string;
const socket = createServer();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "cardstream-files-"));
  mkdirSync(join(folder, "in"));
  writeFileSync(join(folder, "in/pixel.png"), PIXEL);
  writeFileSync(join(folder, "in/notes.bmp"), "BM is how these notes begin, and they are none of your business");
  writeFileSync(join(folder, "in/sound.webp"), "RIFF....WAVEfmt and what follows");
  writeFileSync(join(folder, "in/large.png"), PIXEL);
  truncateSync(join(folder, "in/large.png"), 10_485_761);
  writeFileSync(join(folder, "secret.png"), PIXEL);
  symlinkSync("pixel.png", join(folder, "in/link.png"));
  symlinkSync("../secret.png", join(folder, "in/out.png"));
  symlinkSync("/dev/zero", join(folder, "in/zero.png"));
  execFileSync("mkfifo", [join(folder, "in/pipe.png")]);
  symlinkSync("pipe.png", join(folder, "in/pipe-link.png"));
  await new Promise<void>((resolve) => socket.listen(join(folder, "in/socket.png"), resolve));
});
afterAll(() => {
  socket.close();
  removeFolder(folder);
});

describe("[E10] pictures from files", () => {
  it("are read below one folder", async () => {
    const load = createImageLoader("in", folder);
    expect(Buffer.from(await load("pixel.png"))).toEqual(PIXEL);
    expect(Buffer.from(await load("link.png"))).toEqual(PIXEL);
  });

  it.each([
    "pipe.png",
    "pipe-link.png",
    "socket.png",
    "zero.png",
    "out.png",
    ".",
    "..",
    "../secret.png",
    "notes.bmp",
    "sound.webp",
    "large.png",
    "missing.png",
    "pixel.png/..",
    "/dev/stdin",
    "\0",
  ])("are refused at once when the path is %j", async (path) => {
    await expect(createImageLoader("in", folder)(path)).rejects.toMatchObject({ code: "unreadable-image" });
  });
});
