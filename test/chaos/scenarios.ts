import type { Replica, Town, TownOptions } from "./town.ts";

/** What is done to a town, again and again. Each gives back when it has been put right again. */
export type Disturb = (town: Town, random: () => number) => Promise<Disturbance>;

/** What was done, for the takeover's time. */
export interface Disturbance {
  readonly what: string;
  /** Whose answers others have to take over, and since when (ms of `performance.now`). */
  readonly gone?: { readonly name: string; readonly at: number } | undefined;
  /** How old (ms) the oldest acknowledged write was that is gone; 0: none is. */
  readonly atRiskMs?: number | undefined;
}

/** One thing that happens, and what a town has to be like for it. */
export interface Scenario {
  readonly about: string;
  readonly disturb: Disturb;
  readonly town?: Partial<TownOptions> | undefined;
}

export const LEASE_SECONDS = 3;
const FIVE_MINUTES_MS = 300_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** One of those that live; it has been at it for a moment. */
async function pick(town: Town, random: () => number): Promise<Replica> {
  await pause(1_500 + random() * 1_500);
  const replica = town.replicas[Math.floor(random() * town.replicas.length)];
  if (replica === undefined) throw new Error("no process lives");
  return replica;
}

/** `kill -9`, and another process in its place. */
const kill: Disturb = async (town, random) => {
  const replica = await pick(town, random);
  replica.cli.child.kill("SIGKILL");
  const at = performance.now();
  town.forget(replica);
  replica.way.close();
  await town.start();
  return { what: `kill -9 ${replica.name}`, gone: { name: replica.name, at } };
};

/** Stands still for two lifetimes, and comes back. */
const stop: Disturb = async (town, random) => {
  const replica = await pick(town, random);
  replica.cli.child.kill("SIGSTOP");
  const at = performance.now();
  await pause(LEASE_SECONDS * 2_200);
  replica.cli.child.kill("SIGCONT");
  await pause(1_000);
  return { what: `SIGSTOP ${replica.name}`, gone: { name: replica.name, at } };
};

/** Redis is killed, and comes back with what it had written. */
const redis: Disturb = async (town, random) => {
  await pick(town, random);
  await town.aloneRedis.kill();
  await pause(500 + random() * 4_000);
  await town.aloneRedis.restart();
  await pause(2_000);
  return { what: "Redis killed" };
};

/** The Redis that is written to is killed, and its replica takes its place. */
const failover: Disturb = async (town, random) => {
  await pick(town, random);
  const pair = town.redis;
  if (!("failOver" in pair)) throw new TypeError("this town has no replica");
  const atRiskMs = await pair.failOver(500 + random() * 4_000);
  for (const { way } of town.replicas) way.redirect(pair.port);
  await pause(2_000);
  return { what: "Redis failed over", atRiskMs };
};

/** One process does not reach Redis for two lifetimes, and nobody tells it. */
const cut: Disturb = async (town, random) => {
  const replica = await pick(town, random);
  replica.way.cut();
  const at = performance.now();
  await pause(LEASE_SECONDS * 2_200);
  replica.way.mend();
  await pause(1_000);
  return { what: `cut off ${replica.name}`, gone: { name: replica.name, at } };
};

/** Each process is replaced by a new one: first that starts, then the old one is told to stop. */
const rolling: Disturb = async (town, random) => {
  await pick(town, random);
  const [replica] = town.replicas;
  if (replica === undefined) throw new Error("no process lives");
  await town.start();
  town.forget(replica);
  replica.cli.child.kill("SIGTERM");
  await replica.cli.ended;
  replica.way.close();
  return { what: `replaced ${replica.name}` };
};

const NAMES = [
  "kill",
  "stop",
  "stop-patch",
  "stop-text",
  "redis",
  "failover",
  "sentinel",
  "cut",
  "clocks",
  "rolling",
] as const;
export type ScenarioName = (typeof NAMES)[number];

export const scenarios: Readonly<Record<ScenarioName, Scenario>> = {
  kill: { about: "kill -9, and another process in its place", disturb: kill },
  stop: { about: "SIGSTOP for two lifetimes", disturb: stop },
  "stop-patch": { about: "the same where CardKit refuses", disturb: stop, town: { tier: "patch" } },
  "stop-text": { about: "the same where cards are refused", disturb: stop, town: { tier: "text" } },
  redis: { about: "Redis is killed for up to 4.5 s", disturb: redis },
  failover: { about: "Redis is killed and its replica promoted", disturb: failover, town: { redis: "pair" } },
  sentinel: {
    about: "the master of three sentinels is killed, and comes back as a replica",
    disturb: failover,
    town: { redis: "sentinels" },
  },
  cut: { about: "one process does not reach Redis, and nobody is told", disturb: cut },
  clocks: {
    about: "kill -9 among processes whose clocks are wrong by 5 minutes, either way",
    disturb: kill,
    town: { clocksMs: [FIVE_MINUTES_MS, -FIVE_MINUTES_MS, 0] },
  },
  rolling: { about: "each process is replaced by a new one", disturb: rolling },
};
