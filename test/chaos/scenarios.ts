import type { Replica, Town } from "./town.ts";

/** What is done to a town, again and again. Each gives back when it has been put right again. */
export type Disturb = (town: Town, random: () => number) => Promise<Disturbance>;

/** What was done, for the takeover's time. */
export interface Disturbance {
  readonly what: string;
  /** Whose answers others have to take over, and since when (ms of `performance.now`). */
  readonly gone?: { readonly name: string; readonly at: number } | undefined;
}

export const LEASE_SECONDS = 3;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** One of those that live; it has been at it for a moment. */
async function pick(town: Town, random: () => number): Promise<Replica> {
  await pause(1_500 + random() * 1_500);
  const replica = town.replicas[Math.floor(random() * town.replicas.length)];
  if (replica === undefined) throw new Error("no process lives");
  return replica;
}

export const scenarios: Readonly<Record<string, Disturb>> = {
  /** `kill -9`, and another process in its place. */
  async kill(town, random) {
    const replica = await pick(town, random);
    replica.cli.child.kill("SIGKILL");
    const at = performance.now();
    town.forget(replica);
    replica.way.close();
    await town.start();
    return { what: `kill -9 ${replica.name}`, gone: { name: replica.name, at } };
  },
  /** Stands still for two lifetimes, and comes back. */
  async stop(town, random) {
    const replica = await pick(town, random);
    replica.cli.child.kill("SIGSTOP");
    const at = performance.now();
    await pause(LEASE_SECONDS * 2_200);
    replica.cli.child.kill("SIGCONT");
    await pause(1_000);
    return { what: `SIGSTOP ${replica.name}`, gone: { name: replica.name, at } };
  },
  /** Redis is killed, and comes back with what it had written. */
  async redis(town, random) {
    await pick(town, random);
    await town.redis.kill();
    await pause(500 + random() * 4_000);
    await town.redis.restart();
    await pause(2_000);
    return { what: "Redis killed" };
  },
  /** One process does not reach Redis for two lifetimes, and nobody tells it. */
  async cut(town, random) {
    const replica = await pick(town, random);
    replica.way.cut();
    const at = performance.now();
    await pause(LEASE_SECONDS * 2_200);
    replica.way.mend();
    await pause(1_000);
    return { what: `cut off ${replica.name}`, gone: { name: replica.name, at } };
  },
  /** Each process is replaced by a new one: first that starts, then the old one is told to stop. */
  async rolling(town, random) {
    await pick(town, random);
    const [replica] = town.replicas;
    if (replica === undefined) throw new Error("no process lives");
    await town.start();
    town.forget(replica);
    replica.cli.child.kill("SIGTERM");
    await replica.cli.ended;
    replica.way.close();
    return { what: `replaced ${replica.name}` };
  },
};
