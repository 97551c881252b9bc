import { expect, it } from "vitest";
import { brokenBars, runChaos } from "../chaos/run.ts";
import { whyNoRedis } from "../support/process/redis-server.ts";

const why = whyNoRedis({ own: true });

it.skipIf(why !== undefined)(
  `[D13][E13] people read every word once while processes are killed${why === undefined ? "" : `: ${why}`}`,
  { timeout: 180_000 },
  async () => {
    const report = await runChaos({ scenario: "kill", seed: 7, seconds: 8, processes: 2, chats: 3 });
    expect(brokenBars(report), JSON.stringify(report)).toEqual([]);
    expect(report.disturbances.length).toBeGreaterThan(0);
    expect(report.questions).toBeGreaterThan(3);
  },
);
