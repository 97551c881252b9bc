/**
 * What sharing costs against one process alone: `npm run bench:shared`. Starts Redis, bots and gateways of its own, ends within five
 * minutes, and fails when it costs more than is promised.
 */
import { measureAppends } from "./appends.ts";
import { measureEvents } from "./events.ts";
import { measureFirstGlyphs } from "./first-glyphs.ts";

const LONGEST_MS = 300_000;
/** What sharing may add at the 95th percentile (ms). */
const MOST_ADDED_MS = { "first glyph": 5, append: 10 } as const;

setTimeout(() => {
  console.log(`broken: no end within ${LONGEST_MS / 1_000} s`);
  process.exit(1);
}, LONGEST_MS).unref();

const quantile = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * part)] ?? Infinity;
const told = (values: readonly number[]): string =>
  `n=${values.length} p50=${quantile(values, 0.5).toFixed(1)} p95=${quantile(values, 0.95).toFixed(1)} ms`;

const { stored, handled } = await measureEvents();
console.log(`an event is stored, and Feishu may be told: ${told(stored)}`);
console.log(`it is in the hands of the process that answers: ${told(handled)}`);
for (const [name, measure] of [
  ["first glyph", measureFirstGlyphs],
  ["append", measureAppends],
] as const) {
  const { alone, shared } = await measure();
  const added = (part: number): number => quantile(shared, part) - quantile(alone, part);
  console.log(`${name}, alone: ${told(alone)}`);
  console.log(`${name}, shared: ${told(shared)}`);
  console.log(`${name}, added: p50=${added(0.5).toFixed(1)} p95=${added(0.95).toFixed(1)} ms`);
  if (added(0.95) <= MOST_ADDED_MS[name]) continue;
  console.log(`broken: ${name} p95 ${added(0.95).toFixed(1)} ms later, may be ${MOST_ADDED_MS[name]} ms`);
  process.exitCode = 1;
}
