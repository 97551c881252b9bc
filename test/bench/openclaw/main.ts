/**
 * The same model streams through the real OpenClaw gateway, once with the packed plugin of this repository and once with the
 * vendor's `@openclaw/feishu` from npm, over the emulator at 80 ± 40 ms a call, in real time.
 *
 * Run with `npm run bench:openclaw -- [--plugin ours|official] [--path TEXT] [--only TEXT] [--strict] [--texts FOLDER] [--json] [--record]`:
 * `--path` and `--only` take the name, or part of it, of a path (how the host gets the model's words) and of a scenario; `--texts` writes
 * what the readers see in the end; `--strict` lets Feishu refuse more than ten writes a second to a card that is streaming. Exits 1 when this plugin loses or doubles a word, leaves a card open, or lags more than the bar.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { OFFICIAL } from "../../emulator/clients/openclaw-official.ts";
import { installHost, openclawDir } from "../../openclaw/support/host-install.ts";
import { writeRecord } from "../write-record.ts";
import { measure } from "./measure.ts";
import type { Row } from "./measure.ts";
import { findMissed, toTable, writeFigures } from "./report.ts";
import { SCENARIOS } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";
import { PATHS, startStage } from "./stage.ts";

const { values } = parseArgs({
  options: {
    plugin: { type: "string" },
    path: { type: "string", default: "" },
    only: { type: "string", default: "" },
    strict: { type: "boolean", default: false },
    texts: { type: "string" },
    json: { type: "boolean", default: false },
    record: { type: "boolean", default: false },
  },
});

/** The first turns of an account load half of the host; nobody measures that. */
const WARM_UP: Scenario = {
  name: "warm up",
  text: "Hello001 there001.",
  people: 1,
  calm: true,
  stalledMs: 30_000,
  giveUpMs: 60_000,
};
const partly = values.plugin !== undefined || values.path !== "" || values.only !== "";
if (values.record && partly) throw new Error("--record wants a complete run: leave --plugin, --path and --only out");

/** A whole name means just that one, and a part of a name all that have it. */
function choose<T extends { readonly name: string }>(all: readonly T[], wanted: string): T[] {
  const exact = all.filter(({ name }) => name === wanted);
  return exact.length > 0 ? exact : all.filter(({ name }) => name.includes(wanted));
}
const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function run(plugin: "ours" | "official"): Promise<Row[]> {
  const paths = choose(PATHS, values.path).filter(({ live }) => plugin === "ours" || !live);
  const scenarios = choose(SCENARIOS, values.only);
  if (paths.length === 0 || scenarios.length === 0) return [];
  say(`${plugin}: starting the gateway`);
  const stage = await startStage(plugin, paths, { strict: values.strict });
  const rows: Row[] = [];
  const leave = (): void => {
    void stage.close().then(() => process.exit(130));
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, leave);
  try {
    for (const path of paths) {
      const warm = await measure(WARM_UP, stage, path);
      if (warm.row.lost > 0) throw new Error(`${plugin} does not answer:\n${stage.log().slice(-4000)}`);
    }
    for (const path of paths) {
      for (const scenario of scenarios) {
        const startedAt = Date.now();
        const { row, texts } = await measure(scenario, stage, path);
        rows.push(row);
        say(`${Math.round((Date.now() - startedAt) / 1000)} s ${JSON.stringify(row)}`);
        if (values.texts === undefined) continue;
        mkdirSync(values.texts, { recursive: true });
        const name = `${plugin} ${path.name} ${scenario.name}.txt`;
        writeFileSync(join(values.texts, name), texts.join(`\n\n${"=".repeat(40)}\n\n`));
      }
    }
    if (values.texts !== undefined) writeFileSync(join(values.texts, `${plugin} gateway.log`), stage.log());
    return rows;
  } finally {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, leave);
    await stage.close();
  }
}

const startedAt = Date.now();
await installHost();
const rows: Row[] = [];
for (const plugin of ["ours", "official"] as const) {
  if (values.plugin === undefined || values.plugin === plugin) rows.push(...(await run(plugin)));
}
const missed = findMissed(rows);
const { version: host } = JSON.parse(readFileSync(join(openclawDir, "package.json"), "utf8")) as { version: string };
const result = {
  host: `openclaw@${host}`,
  official: OFFICIAL,
  strict: values.strict,
  machine: `${cpus().length} x ${cpus()[0]?.model ?? "?"}, node ${process.version}`,
  loadAverage: Math.round((loadavg()[1] ?? 0) * 10) / 10,
  seconds: Math.round((Date.now() - startedAt) / 1000),
  missed,
  rows,
};
process.stdout.write(values.json ? `${JSON.stringify(result, undefined, 2)}\n` : `${toTable(rows)}\n`);
if (values.record) {
  const pages = ["en", "zh"].map((language) =>
    fileURLToPath(new URL(`../../../docs/${language}/explanation/gateway-figures.md`, import.meta.url)),
  );
  const where = `${result.host}, ${OFFICIAL}, ${result.machine}, load average ${result.loadAverage}${values.strict ? ", --strict" : ""}.`;
  for (const page of pages)
    writeFileSync(page, writeFigures(readFileSync(page, "utf8"), `${where}\n\n${toTable(rows)}`));
  writeRecord("openclaw.json", result, pages);
}
for (const line of missed) say(`missed: ${line}`);
say(`${result.seconds} s, load average ${result.loadAverage}`);
process.exitCode = missed.length > 0 || rows.length === 0 ? 1 : 0;
