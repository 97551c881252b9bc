import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEmulator } from "../../src/emulator/index.ts";
import type { Emulator } from "../../src/emulator/index.ts";
import { startCli } from "../support/process/cli-process.ts";
import { removeFolder } from "../support/remove-folder.ts";

let emulator: Emulator;
let folder: string;

beforeAll(async () => {
  emulator = await startEmulator({ port: 0 });
  folder = mkdtempSync(join(tmpdir(), "cardstream-refused-"));
});
afterAll(async () => {
  await emulator.close();
  removeFolder(folder);
});

/** What is wrong, and what has to be said about it: cause and fix. */
const WRONG = {
  secret: { change: { FEISHU_APP_SECRET: "not-the-secret" }, says: /wrong app secret[^]*→ .*app secret/iu },
  app: { change: { FEISHU_APP_ID: "cli_0123456789abcdef" }, says: /no such app[^]*→ .*app id/iu },
  domain: { change: { FEISHU_DOMAIN: "http://127.0.0.1:9" }, says: /nothing listens at that address[^]*→ .*domain/iu },
} as const;

const environment = (wrong: keyof typeof WRONG): Record<string, string> => ({
  FEISHU_APP_ID: emulator.app.appId,
  FEISHU_APP_SECRET: emulator.app.appSecret,
  FEISHU_DOMAIN: emulator.apiUrl,
  ...WRONG[wrong].change,
});

const COMMANDS: readonly (readonly string[])[] = [
  ["send", "--chat", "oc_1"],
  ["send", "--chat", "oc_1", "--text", "hi"],
  ["chats"],
  ["gateway", "--port", "0"],
  ["start"],
];

describe.each(Object.keys(WRONG) as (keyof typeof WRONG)[])("[E11] a wrong %s", { timeout: 60_000 }, (wrong) => {
  // Where an address gets its time to answer they only wait: all at once.
  (wrong === "domain" ? it.concurrent : it).each(COMMANDS.map((args) => [args.join(" "), args] as const))(
    "%s says cause and fix, once, and fails",
    async (_, args) => {
      const cli = startCli([...args, "--lang", "en"], { env: environment(wrong), cwd: folder, stdin: "pipe" });
      // What is piped in does not have to end.
      cli.child.stdin!.write("some words");
      expect(await cli.ended).toBe(1);
      expect(cli.stderr()).toMatch(WRONG[wrong].says);
      expect(cli.stderr().match(/→/gu)).toHaveLength(1);
      expect(cli.stderr()).not.toContain("CardKit");
      expect(cli.stdout()).toBe("");
    },
  );
});

describe("[E11] the MCP server", { timeout: 60_000 }, () => {
  it("ends when Feishu refuses the app", async () => {
    const cli = startCli(["mcp", "--lang", "zh"], { env: environment("secret"), cwd: folder, stdin: "pipe" });
    expect(await cli.ended).toBe(1);
    expect(cli.stderr()).toMatch(/App Secret 错误[^]*→ .*App Secret/u);
  });

  it("does not end well when its client leaves before Feishu has refused the app", async () => {
    const cli = startCli(["mcp", "--lang", "en"], { env: environment("secret"), cwd: folder, stdin: "pipe" });
    cli.child.stdin!.end();
    expect(await cli.ended).toBe(1);
    expect(cli.stderr()).toMatch(/wrong app secret[^]*→ .*app secret/u);
  });

  it("says that Feishu cannot be reached and goes on serving", async () => {
    const cli = startCli(["mcp", "--lang", "en"], { env: environment("domain"), cwd: folder, stdin: "pipe" });
    await cli.until(WRONG.domain.says);
    cli.child.stdin!.end();
    expect(await cli.ended).toBe(0);
  });
});
