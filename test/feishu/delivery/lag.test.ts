import { describe, expect, it } from "vitest";
import { checkBars } from "../../bench/delivery/bars.ts";
import { measure } from "../../bench/delivery/measure.ts";
import { SCENARIOS } from "../../bench/delivery/scenario.ts";
import { ideal, ours } from "../../bench/delivery/writers.ts";

/** Scenarios of `npm run bench` that take about a second to compute. Their time is virtual: the figures are the same on every machine. */
const QUICK = ["600 chars, 50 tok/s", "12k mixed Markdown, 100 tok/s"];

describe("[S5] the lag from model to reader", () => {
  it.each(SCENARIOS.filter(({ name }) => QUICK.includes(name)))(
    "keeps the bars of the bench: $name",
    async (scenario) => {
      const once = { ...scenario, timings: 1 };
      expect(checkBars([await measure(once, ours), await measure(once, ideal)], undefined)).toEqual([]);
    },
  );
});
