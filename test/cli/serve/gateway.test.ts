import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCli } from "../../../src/cli/program.ts";
import { recordIo } from "../../support/cli-io.ts";
import type { RecordedIo } from "../../support/cli-io.ts";
import { removeFolder } from "../../support/remove-folder.ts";

async function run(argv: string[], env: Record<string, string> = {}): Promise<{ code: number; io: RecordedIo }> {
  const io = recordIo({ env });
  return { code: await runCli(["gateway", "--lang", "en", ...argv], io), io };
}

describe("cardstream gateway", () => {
  it("[C12] opens to others only with a token of one's own", async () => {
    const open = await run(["--host", "0.0.0.0", "--port", "0"]);
    expect([open.code, open.io.stderr()]).toEqual([2, expect.stringContaining("CARDSTREAM_GATEWAY_TOKEN")]);
    const short = await run(["--port", "0"], { CARDSTREAM_GATEWAY_TOKEN: "short" });
    expect([short.code, short.io.stderr()]).toEqual([2, expect.stringContaining("at least 16")]);
    expect(short.io.stderr()).not.toContain("short");
    const noFile = await run(["--token-file", "/nonexistent/token"]);
    expect([noFile.code, noFile.io.stderr()]).toEqual([2, expect.stringContaining("/nonexistent/token")]);
  });

  it("refuses numbers that make no sense, and a port that is taken", async () => {
    for (const argv of [
      ["--port", "70000"],
      ["--idle", "0"],
      ["--max-streams", "x"],
    ])
      expect([argv, (await run(argv)).code]).toEqual([argv, 2]);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const taken = await run(["--port", String(port)]);
      expect([taken.code, taken.io.stderr()]).toEqual([2, expect.stringContaining(`Port ${port} is in use`)]);
    } finally {
      server.close();
    }
  });

  it("[E11] says that a Redis which was named is not used by it", async () => {
    const io = recordIo({ env: { CARDSTREAM_REDIS: "redis://127.0.0.1:1" } });
    const ended = runCli(["gateway", "--lang", "en", "--port", "0"], io);
    await shown(io, /http:\S+/u);
    io.signal("SIGTERM");
    expect(await ended).toBe(0);
    expect(io.stderr()).toContain("shared.redis (CARDSTREAM_REDIS) is not used here");
  });

  it("[C12] takes its token from a file, and never prints that one", async () => {
    const folder = mkdtempSync(join(tmpdir(), "cardstream-token-"));
    try {
      writeFileSync(join(folder, "token"), "a-token-that-is-long-enough\n");
      const io = recordIo({ cwd: folder });
      const ended = runCli(["gateway", "--lang", "zh", "--port", "0", "--token-file", "token"], io);
      const url = await shown(io, /http:\S+(?=\s+（)/u);
      const ask = (token: string): Promise<Response> =>
        fetch(`${url}/gateway/feishu/instances`, { headers: { authorization: `Bearer ${token}` } });
      expect((await ask("a-token-that-is-long-enough")).status).toBe(200);
      expect((await ask("another-token-of-that-length")).status).toBe(401);
      io.signal("SIGTERM");
      expect(await ended).toBe(0);
      expect(io.stdout() + io.stderr()).not.toContain("long-enough");
    } finally {
      removeFolder(folder);
    }
  });
});

/** What the command has printed, as soon as it matches. */
async function shown(io: RecordedIo, pattern: RegExp): Promise<string> {
  for (;;) {
    const found = pattern.exec(io.stdout())?.[0];
    if (found !== undefined) return found;
    await new Promise(setImmediate);
  }
}
