/** `FUZZ_TIMES=50 npx vitest run test/emulator/fuzz` plays every property that many times as often. */
const TIMES = Number(process.env["FUZZ_TIMES"] ?? 1);

/** How often a property is played, and how long that may take, milliseconds. */
export function fuzz(runs: number): { readonly numRuns: number; readonly timeout: number } {
  return { numRuns: runs * TIMES, timeout: 20_000 * TIMES };
}
