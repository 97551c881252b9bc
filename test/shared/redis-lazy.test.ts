import { readFileSync, writeFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, it } from "vitest";
import { startEmulator } from "../../src/emulator/index.ts";
import { startCli } from "../support/process/cli-process.ts";
import { removeFolder } from "../support/remove-folder.ts";

const folder = mkdtempSync(join(tmpdir(), "cardstream-lazy-"));
afterAll(() => removeFolder(folder));

/** Notes the address of every module that is loaded. */
const HOOK = `
import { registerHooks } from "node:module";
import { appendFileSync } from "node:fs";
registerHooks({
  load(url, context, next) {
    appendFileSync(process.env.LOADED_LIST, url + "\\n");
    return next(url, context);
  },
});`;

/** Modules of the Redis client that a bot has loaded once it waits for messages, or has given up. */
async function loaded(env: Record<string, string>): Promise<string[]> {
  const emulator = await startEmulator();
  const hook = join(folder, "hook.mjs");
  const list = join(folder, `list-${Object.keys(env).length}`);
  writeFileSync(hook, HOOK);
  writeFileSync(list, "");
  const cli = startCli(["start", "--lang", "en"], {
    cwd: folder,
    env: {
      FEISHU_APP_ID: emulator.app.appId,
      FEISHU_APP_SECRET: emulator.app.appSecret,
      FEISHU_DOMAIN: emulator.apiUrl,
      NODE_OPTIONS: `--import=${pathToFileURL(hook).href}`,
      LOADED_LIST: list,
      ...env,
    },
  });
  await Promise.race([cli.until(/waiting for messages/iu).catch(() => {}), cli.ended]);
  cli.child.kill("SIGKILL");
  await emulator.close();
  const modules = readFileSync(list, "utf8").split("\n");
  expect(modules.some((url) => url.includes("/src/cli/main.ts"))).toBe(true);
  return modules.filter((url) => url.includes("@redis/client"));
}

it("[D13] the Redis client is loaded only where a Redis is configured", { timeout: 90_000 }, async () => {
  expect(await loaded({})).toEqual([]);
  expect((await loaded({ CARDSTREAM_REDIS: "redis://127.0.0.1:9" })).length).toBeGreaterThan(0);
});
