/**
 * `npm run chaos -- [--scenario kill|…|all] [--seed N] [--seconds N] [--processes N] [--chats N] [--logs FOLDER]`: several processes of one bot or gateway
 * with a real Redis, and what is promised of them. Prints what was measured; fails when a bar is missed or a run takes too long.
 */
import { parseArgs } from "node:util";
import { bars } from "./bars.ts";

const { values } = parseArgs({
  options: {
    scenario: { type: "string", default: "all" },
    seed: { type: "string" },
    seconds: { type: "string" },
    processes: { type: "string" },
    chats: { type: "string" },
    logs: { type: "string" },
  },
});

function bounded(name: "seed" | "seconds" | "processes" | "chats", most: number): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  const number = Number(text);
  if (Number.isInteger(number) && number >= (name === "seed" ? 0 : 1) && number <= most) return number;
  console.error(`--${name} takes a whole number up to ${most}, not ${text}`);
  return process.exit(2);
}

const options = {
  seed: bounded("seed", 2 ** 31) ?? Math.floor(Math.random() * 1_000_000),
  seconds: bounded("seconds", 600),
  processes: bounded("processes", 8),
  chats: bounded("chats", 2_000),
  logs: values.logs,
};
const names = values.scenario === "all" ? Object.keys(bars) : [values.scenario];
for (const name of names) {
  const bar = bars[name];
  if (bar === undefined) {
    console.error(`there is no scenario ${name}. There are:`);
    for (const [known, { about }] of Object.entries(bars)) console.error(`  ${known.padEnd(16)}${about}`);
    process.exit(2);
  }
  const given = Object.entries(options).flatMap(([key, value]) => (value === undefined ? [] : [`--${key} ${value}`]));
  console.log(`--scenario ${name} ${given.join(" ")}: ${bar.about}`);
  const longest = bar.longest(options);
  const tooLong = setTimeout(() => {
    console.log(`broken: no end within ${longest} s`);
    process.exit(1);
  }, longest * 1_000);
  const from = performance.now();
  const { figures, broken } = await bar.run(options);
  clearTimeout(tooLong);
  console.log(JSON.stringify(figures, undefined, 1));
  for (const line of broken) console.log(`broken: ${line}`);
  console.log(`${broken.length === 0 ? "kept" : "missed"}, after ${((performance.now() - from) / 1_000).toFixed(0)} s`);
  if (broken.length > 0) process.exitCode = 1;
}
