/**
 * `npm run chaos -- [--scenario kill|stop|redis|cut|rolling|all] [--seed N] [--seconds 40] [--processes 3] [--chats 8]`: several processes of
 * one bot with a real Redis, to which one thing happens again and again while people ask. Prints what readers see in the end and fails
 * when a word was lost, doubled or garbled, an answer interrupted, or a card left open.
 */
import { parseArgs } from "node:util";
import { brokenBars, runChaos } from "./run.ts";
import { scenarios } from "./scenarios.ts";

const { values } = parseArgs({
  options: {
    scenario: { type: "string", default: "all" },
    seed: { type: "string" },
    seconds: { type: "string", default: "40" },
    processes: { type: "string", default: "3" },
    chats: { type: "string", default: "8" },
  },
});
const seed = values.seed === undefined ? Math.floor(Math.random() * 1_000_000) : Number(values.seed);
const bounded = (text: string, most: number): number => Math.max(1, Math.min(most, Number(text) || 1));
const given = {
  seconds: bounded(values.seconds, 600),
  processes: bounded(values.processes, 8),
  chats: bounded(values.chats, 100),
};
let isBroken = false;
for (const scenario of values.scenario === "all" ? Object.keys(scenarios) : [values.scenario]) {
  console.log(`--scenario ${scenario} --seed ${seed} --seconds ${given.seconds}`);
  const report = await runChaos({ ...given, scenario, seed });
  const { takeoverMs, disturbances, ...rest } = report;
  const at = (share: number): number | undefined => takeoverMs[Math.floor((takeoverMs.length - 1) * share)];
  console.log(JSON.stringify({ ...rest, disturbances: disturbances.length }, undefined, 1));
  console.log(`takeovers ${takeoverMs.length}: median ${at(0.5)} ms, slowest ${at(1)} ms`);
  const broken = brokenBars(report);
  for (const line of broken) console.log(`broken: ${line}`);
  isBroken ||= broken.length > 0;
}
process.exitCode = isBroken ? 1 : 0;
