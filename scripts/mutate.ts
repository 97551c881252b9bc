/**
 * `npm run mutate -- [PART...]`: makes small faults in the parts that decide what a reader sees, one at a time, and runs their own tests
 * against each. A fault that no test notices survives; the share of noticed ones is the score, which has a bar for each part. Slow (a
 * few minutes a part), so no part of `npm test`. Without PART all are done; `npm run mutate -- --list` names them.
 *
 * StrykerJS makes the faults (https://stryker-mutator.io); `stryker.config.json` says how, `mutation-parts.json` what and with which tests.
 */
import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Files that are judged together by the same tests. */
interface Part {
  /** Files or globs below the root. */
  readonly files: readonly string[];
  readonly tests: readonly string[];
  /** Least share of faults that must be noticed, in percent. */
  readonly bar: number;
}

interface Mutant {
  readonly status: string;
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly location: { readonly start: { readonly line: number; readonly column: number } };
}

interface Report {
  readonly files: Readonly<Record<string, { readonly mutants: readonly Mutant[] }>>;
}

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const REPORT = `${ROOT}.stryker-report.json`;
const PARTS = JSON.parse(readFileSync(`${ROOT}mutation-parts.json`, "utf8")) as Readonly<Record<string, Part>>;

/** The files that globs name, parted by commas: those in braces would part a glob. */
const namesOf = (globs: readonly string[]): string => globSync([...globs], { cwd: ROOT }).join(",");

/** Score of one part in percent; prints what survived. */
function score(name: string, { files, tests, bar }: Part): boolean {
  const started = performance.now();
  const { status, stdout } = spawnSync(`${ROOT}node_modules/.bin/stryker`, ["run", "--mutate", namesOf(files)], {
    cwd: ROOT,
    env: { ...process.env, MUTATE_TESTS: namesOf(tests) },
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
  });
  if (status !== 0) {
    console.log(`${stdout}\n${name}: StrykerJS ended with ${status}`);
    return false;
  }
  const { files: judged } = JSON.parse(readFileSync(REPORT, "utf8")) as Report;
  let noticed = 0;
  let all = 0;
  for (const [file, { mutants }] of Object.entries(judged)) {
    for (const { status, mutatorName, replacement, location } of mutants) {
      if (["Ignored", "CompileError", "RuntimeError"].includes(status)) continue;
      all += 1;
      if (status === "Killed" || status === "Timeout") noticed += 1;
      else
        console.log(
          `  ${file}:${location.start.line}:${location.start.column} ${mutatorName} -> ${replacement ?? ""} (${status})`,
        );
    }
  }
  const percent = all === 0 ? 100 : (100 * noticed) / all;
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(`${name}: ${noticed} of ${all} noticed, ${percent.toFixed(1)} %, the bar is ${bar} % (${seconds} s)`);
  return percent >= bar;
}

const asked = process.argv.slice(2);
if (asked.includes("--list")) console.log(Object.keys(PARTS).join("\n"));
else {
  const unknown = asked.filter((name) => !(name in PARTS));
  if (unknown.length > 0) throw new Error(`no part is called ${unknown.join(", ")}; see --list`);
  const chosen = Object.entries(PARTS).filter(([name]) => asked.length === 0 || asked.includes(name));
  const missed = chosen.filter(([name, part]) => !score(name, part)).map(([name]) => name);
  if (missed.length > 0) console.log(`below their bar: ${missed.join(", ")}`);
  process.exitCode = missed.length === 0 ? 0 : 1;
}
