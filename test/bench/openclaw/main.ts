/**
 * `npm run bench:openclaw [-- --only TEXT] [--plugin ours|official] [--api NAME] [--json]`: the same model streams through the real OpenClaw gateway, once with the
 * packed plugin of this repository and once with `@openclaw/feishu` from npm, over the emulator at 80 ± 40 ms a call, in real time.
 * Exits 1 when this plugin loses or doubles a word, leaves a card open, or lags more than the bar.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startEmulator } from "../../../src/emulator/index.ts";
import { startFakeModel } from "../../openclaw/support/fake-model.ts";
import { createHostHome, freePort, startGateway } from "../../openclaw/support/gateway.ts";
import { installHost } from "../../openclaw/support/host-install.ts";
import { packExtension } from "../../openclaw/support/world.ts";
import { measure } from "./measure.ts";
import type { Row } from "./measure.ts";
import { SCENARIOS } from "./scenario.ts";

const OFFICIAL = "@openclaw/feishu@2026.9.5";
/** p95 lag behind the model with `anthropic-messages`, where the host holds nothing back. */
const LAG_BAR_MS = 600;
const APP = { appId: "cli_d1d2d3d4d5d6d7d8", appSecret: "bench-secret", name: "bench" };

const { values } = parseArgs({
  options: { only: { type: "string" }, plugin: { type: "string" }, api: { type: "string" }, json: { type: "boolean" } },
});

function packOfficial(): { dir: string; tarball: string } {
  const dir = mkdtempSync(join(tmpdir(), "cardstream-official-"));
  execFileSync("npm", ["pack", OFFICIAL, "--pack-destination", dir, "--loglevel=error"], { stdio: "pipe" });
  return { dir, tarball: join(dir, readdirSync(dir)[0] ?? "") };
}

async function runPlugin(
  plugin: "ours" | "official",
  api: "anthropic-messages" | "openai-completions",
): Promise<Row[]> {
  const pack = plugin === "ours" ? packExtension() : packOfficial();
  const home = createHostHome();
  const model = await startFakeModel();
  // The official plugin takes no domain but https.
  const emulator = await startEmulator({
    apps: [APP],
    tls: true,
    latencyMs: [40, 120],
    timelineLimit: 200_000,
    bodyChars: 0,
  });
  process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
  const port = await freePort();
  try {
    home.writeConfig({ gateway: { mode: "local", port, bind: "loopback" } });
    const install = await home.cli("plugins", "install", pack.tarball, "--force", "--accept-capabilities");
    if (install.code !== 0) throw new Error(`plugins install failed: ${install.stdout}${install.stderr}`);
    const installed = home.readConfig();
    const cost = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
    const models = [
      { id: "m", name: "m", reasoning: false, input: ["text"], contextWindow: 128_000, maxTokens: 8192, cost },
    ];
    const baseUrl = api === "openai-completions" ? `${model.url}/v1` : model.url;
    home.writeConfig({
      ...installed,
      gateway: {
        mode: "local",
        port,
        bind: "loopback",
        auth: { mode: "token", token: "t" },
        controlUi: { enabled: false },
      },
      plugins: { ...(installed["plugins"] as object), allow: ["feishu"] },
      models: { providers: { fake: { baseUrl, apiKey: "k", api, models } } },
      agents: {
        defaults: { model: { primary: "fake/m" }, workspace: home.workspace, skipBootstrap: true, maxConcurrent: 20 },
      },
      session: { dmScope: "per-account-channel-peer" },
      channels: {
        feishu: {
          appId: APP.appId,
          appSecret: APP.appSecret,
          domain: emulator.apiUrl,
          streaming: { mode: "partial" },
          dmPolicy: "open",
          allowFrom: ["*"],
        },
      },
    });
    const gateway = await startGateway(home, port);
    try {
      const rows: Row[] = [];
      await sleep(15_000);
      // The first turn loads half of the host; nobody measures that.
      await measure(
        { name: "warm up", text: "Hello there.", people: 1, giveUpMs: 60_000 },
        { plugin, api, emulator, model, appId: APP.appId },
      );
      await sleep(10_000);
      for (const scenario of SCENARIOS.filter(({ name }) => name.includes(values.only ?? ""))) {
        const row = await measure(scenario, { plugin, api, emulator, model, appId: APP.appId });
        process.stderr.write(`${JSON.stringify(row)}\n`);
        rows.push(row);
      }
      return rows;
    } finally {
      await gateway.stop("SIGKILL");
    }
  } finally {
    await model.close();
    await emulator.close();
    home.remove();
    rmSync(pack.dir, { recursive: true, force: true });
  }
}

await installHost();
const rows: Row[] = [];
for (const plugin of ["ours", "official"] as const) {
  if (values.plugin !== undefined && values.plugin !== plugin) continue;
  for (const api of ["anthropic-messages", "openai-completions"] as const) {
    if (values.api === undefined || values.api === api) rows.push(...(await runPlugin(plugin, api)));
  }
}
if (values.json === true) process.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`);
else
  console.table(
    rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([key, value]) => [key, typeof value === "number" ? Math.round(value) : value]),
      ),
    ),
  );

const missed = rows.filter(
  (row) =>
    row.plugin === "ours" &&
    (row.lost > 0 ||
      row.doubled > 0 ||
      row.open > 0 ||
      (row.api === "anthropic-messages" && /characters|mixed/u.test(row.scenario) && row.lagP95 > LAG_BAR_MS)),
);
for (const row of missed) process.stderr.write(`missed: ${row.api} ${row.scenario}\n`);
process.exitCode = missed.length > 0 ? 1 : 0;
