import { awayLongest, runAway } from "./away.ts";
import { budgetLongest, runBudget } from "./budget.ts";
import { pressLongest, runPress } from "./press.ts";
import { brokenBars, runChaos, SETTLE_WITHIN_MS } from "./run.ts";
import { scenarios } from "./scenarios.ts";
import type { ScenarioName } from "./scenarios.ts";
import { runStreams, streamsLongest } from "./streams.ts";

/** How a bar is to be shown; what is not given is the bar's own. */
export interface BarOptions {
  readonly seed: number;
  readonly seconds?: number | undefined;
  readonly processes?: number | undefined;
  readonly chats?: number | undefined;
  /** A folder for what each process says. */
  readonly logs?: string | undefined;
}

/** What was measured, and what of it misses the bar. */
export interface BarReport {
  readonly figures: Readonly<Record<string, unknown>>;
  readonly broken: readonly string[];
}

/** Something that is promised, and the run that shows it. */
export interface Bar {
  readonly about: string;
  /** Longest time that a run takes, seconds. */
  longest(options: BarOptions): number;
  run(options: BarOptions): Promise<BarReport>;
}

/** For starting processes, and for ending them. */
const AROUND_SECONDS = 60;

/** People ask bots while something happens to them again and again. */
function chaos(scenario: ScenarioName): Bar {
  const { about } = scenarios[scenario];
  return {
    about,
    longest: ({ seconds = 40 }) => seconds + SETTLE_WITHIN_MS / 1_000 + 105 + AROUND_SECONDS,
    async run({ seed, seconds = 40, processes = 3, chats = 8, logs }) {
      const report = await runChaos({ scenario, seed, seconds, processes, chats, logs });
      const { takeoverMs, disturbances, ...rest } = report;
      const at = (share: number): number | undefined => takeoverMs[Math.floor((takeoverMs.length - 1) * share)];
      const takeovers = { count: takeoverMs.length, medianMs: at(0.5), slowestMs: at(1) };
      return { figures: { ...rest, disturbances: disturbances.length, takeovers }, broken: brokenBars(report) };
    },
  };
}

export const bars: Readonly<Record<string, Bar>> = {
  ...Object.fromEntries((Object.keys(scenarios) as ScenarioName[]).map((name) => [name, chaos(name)])),
  "kill-streams": {
    about: "kill -9 of each gateway in turn while streams of 20 apps are open",
    longest: streamsLongest,
    run: (options) => runStreams("kill", options, 20),
  },
  "rolling-streams": {
    about: "each gateway is replaced by a new one while streams are open",
    longest: streamsLongest,
    run: (options) => runStreams("replace", { ...options, chats: options.chats ?? 200 }, 4),
  },
  budget: {
    about: "four gateways with 60, 20, 10 and 10 streams share an app's limits",
    longest: budgetLongest,
    run: runBudget,
  },
  away: {
    about: "Redis is gone for 60 s while bots write more than the limits have room for",
    longest: awayLongest,
    run: runAway,
  },
  press: {
    about: "Stop is pressed and the press comes to another process",
    longest: pressLongest,
    run: runPress,
  },
};
