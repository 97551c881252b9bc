/**
 * What `cardstream record` adds to a call: the same calls straight to a local Feishu and through the command, which writes them down
 * and shows them on its page. The command runs in a process of its own, as it does for whoever uses it. `npm run bench:record`
 */
import { mkdtempSync, readFileSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { Agent } from "undici";
import { startEmulator } from "../../src/emulator/index.ts";
import { startCli } from "../support/process/cli-process.ts";
import { removeFolder } from "../support/remove-folder.ts";

/** p95 that the proxy may add to a call, milliseconds. */
const BAR_MS = 3;
const ROUNDS = 5;
const PAIRS = 150;
/** Time between two calls of a bot that streams as fast as Feishu lets one card be written, milliseconds. */
const PAUSE_MS = 5;

const feishu = await startEmulator({ settings: { apiPerSecond: 1e6, apiPerMinute: 1e6 } });
const folder = mkdtempSync(join(tmpdir(), "bench-record-"));
const command = startCli(["record", "--upstream", feishu.apiUrl, "--port", "0", "--out", join(folder, "a.jsonl")]);
await command.until(/What passes by/u);
const through = /bot this domain:\s+(\S+)/u.exec(command.stdout())?.[1] ?? "";
const agent = new Agent({ connections: 4 });

async function call(base: string, token: string, path: string, body: unknown): Promise<unknown> {
  const answer = await agent.request({
    origin: base,
    method: "POST",
    path: `/open-apis${path}`,
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  return answer.body.json();
}

const { appId, appSecret } = feishu.app;
const auth = (await call(through, "", "/auth/v3/tenant_access_token/internal", {
  app_id: appId,
  app_secret: appSecret,
})) as { tenant_access_token: string };
const card = {
  schema: "2.0",
  config: { update_multi: true },
  body: { elements: [{ tag: "markdown", content: "Text ".repeat(100) }] },
};

/** Milliseconds that one call takes. */
async function time(base: string): Promise<number> {
  const started = performance.now();
  await call(base, auth.tenant_access_token, "/cardkit/v1/cards", { type: "card_json", data: JSON.stringify(card) });
  return performance.now() - started;
}

/** Milliseconds of processor time that the command has used; `undefined` where the system does not tell. @see proc_pid_stat(5) */
function processorMs(): number | undefined {
  try {
    const fields = readFileSync(`/proc/${command.child.pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    // In hundredths of a second on every Linux there is.
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return undefined;
  }
}

const at = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? 0;

/** p95 added in each round, the first of which warms up. In turns, so that both meet the same machine. */
const added: number[] = [];
let usedBefore: number | undefined;
for (let round = 0; round <= ROUNDS; round++) {
  const straight: number[] = [];
  const relayed: number[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    straight.push(await time(feishu.apiUrl));
    relayed.push(await time(through));
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  if (round === 0) {
    usedBefore = processorMs();
    continue;
  }
  added.push(at(relayed, 0.95) - at(straight, 0.95));
  const words = [0.5, 0.95].map(
    (share) => `p${share * 100} ${at(straight, share).toFixed(2)} → ${at(relayed, share).toFixed(2)} ms`,
  );
  console.log(`round ${round}: ${words.join(", ")}`);
}
const usedAfter = processorMs();
command.child.kill("SIGTERM");
await command.ended;
await Promise.all([feishu.close(), agent.close()]);
removeFolder(folder);

// What else runs on the machine makes rounds longer, never shorter.
const best = Math.min(...added);
if (usedBefore !== undefined && usedAfter !== undefined)
  console.log(
    `the command uses ${((usedAfter - usedBefore) / (ROUNDS * PAIRS)).toFixed(2)} ms of processor time a call`,
  );
const load = (loadavg()[0] ?? 0) / availableParallelism();
console.log(
  `p95 added per round: ${added.map((ms) => ms.toFixed(2)).join(", ")} ms; ${best.toFixed(2)} in the quietest (bar ${BAR_MS}); ` +
    `load per core ${load.toFixed(1)}`,
);
process.exitCode = best <= BAR_MS ? 0 : 1;
