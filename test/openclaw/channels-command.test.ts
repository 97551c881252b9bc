import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { startEmulator } from "../../src/emulator/index.ts";
import type { Emulator } from "../../src/emulator/index.ts";
import { createHostHome } from "./support/gateway.ts";
import type { HostHome } from "./support/gateway.ts";
import { installPlugin } from "./support/install-plugin.ts";

let emulator: Emulator;
let home: HostHome;

beforeAll(async () => {
  emulator = await startEmulator();
  home = createHostHome();
  const { appId, appSecret } = emulator.app;
  await installPlugin(home, inject("plugin"));
  const installed = home.readConfig();
  home.writeConfig({
    ...installed,
    gateway: { mode: "local", bind: "loopback", auth: { mode: "token", token: "t" } },
    plugins: { ...(installed["plugins"] as object), allow: ["feishu"] },
    channels: { feishu: { domain: emulator.apiUrl, streaming: true, accounts: { main: { appId, appSecret } } } },
  });
});

afterAll(async () => {
  await emulator?.close();
  home?.remove();
});

it("[A8][C13] channels add refuses what Feishu refuses, adds what works so that the config is valid, and channels remove takes it away", async () => {
  const app = { appId: "cli_f1f2f3f4f5f6f7f8", appSecret: "another-secret", name: "another" };
  const headers = { authorization: `Bearer ${emulator.adminToken}`, "content-type": "application/json" };
  const init = { method: "POST", headers, body: JSON.stringify({ ...app, scopes: ["im:message:send_as_bot"] }) };
  await emulator.fetch(`${emulator.apiUrl}/emulator/apps`, init);
  const add = (secret: string, account: string, ...more: string[]): ReturnType<typeof home.cli> => {
    const credentials = ["--app-id", app.appId, "--app-secret", secret];
    return home.cli("channels", "add", "--channel", "feishu", "--account", account, ...credentials, ...more);
  };
  // One after the other: the host refuses to write a config that somebody else changed meanwhile.
  const refused = await add("wrong", "other");
  const added = await add(app.appSecret, "another", "--name", "Another");
  expect(refused.stderr).toMatch(
    /Feishu refuses these credentials: .*wrong app secret.*Copy app id and app secret again/u,
  );
  expect(added.code, added.stderr).toBe(0);
  expect(JSON.stringify(home.readConfig())).not.toContain("wrong");
  expect(added.stdout).toMatch(/❌ scope cardkit:card:write: missing.*: http\S+cardkit/u);
  expect(`${added.stdout}${added.stderr}`).not.toContain(app.appSecret);
  const [valid, listed] = await Promise.all([home.cli("config", "validate"), home.cli("channels", "list")]);
  expect(valid.stdout).toMatch(/Config valid/u);
  expect(`${valid.stdout}${valid.stderr}`).not.toMatch(/warning/iu);
  expect(listed.stdout).toMatch(/Feishu another \(Another\): installed, configured, enabled/u);
  const removed = await home.cli("channels", "remove", "--channel", "feishu", "--account", "another", "--delete");
  expect(removed.code, removed.stderr).toBe(0);
  expect(JSON.stringify(home.readConfig())).not.toContain("another");
}, 600_000);
