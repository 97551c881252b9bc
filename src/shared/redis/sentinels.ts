import { sleep } from "../../time/index.ts";
import type { Clock } from "../../time/index.ts";
import type { HostAndPort, SentinelAddress } from "./address.ts";
import { SentinelEar } from "./sentinel-ear.ts";
import { SentinelError } from "./sentinel-error.ts";
import type { SilentSentinel } from "./sentinel-error.ts";
import { isSamePlace } from "./whereabouts.ts";
import type { Finder, Whereabouts } from "./whereabouts.ts";

/** What {@link Sentinels} work with. */
export interface SentinelsOptions {
  readonly address: SentinelAddress;
  readonly ca: string | undefined;
  readonly clock: Clock;
}

interface Found {
  readonly epoch: number;
  readonly at: Whereabouts;
}

/** When one has answered, the others may still say that they know better for so long. */
const OTHERS_WITHIN_MS = 200;

/**
 * The sentinels of a Redis, all asked at the same time. Who has the newest configuration is right: one that was cut off with a master that
 * is none any more, or was away, may say what was true before.
 * @see https://redis.io/docs/latest/develop/reference/sentinel-clients/
 */
export class Sentinels implements Finder {
  readonly #options: SentinelsOptions;
  readonly #ears: readonly SentinelEar[];
  readonly #listeners = new Set<(to: HostAndPort) => void>();
  #last: Found | undefined;

  constructor(options: SentinelsOptions) {
    this.#options = options;
    const onAnswer = (): void => this.#compare();
    this.#ears = options.address.sentinels.map((sentinel) => new SentinelEar({ ...options, sentinel, onAnswer }));
  }

  async find(): Promise<Whereabouts> {
    const { clock } = this.#options;
    const over = new AbortController();
    const asked = this.#ears.map((ear) => ear.ask());
    const oneKnows = asked.map(async (round, index) => {
      await round;
      if (this.#ears[index]?.answer?.kind !== "master") throw new Error("it does not know");
    });
    const oneAndABit = Promise.any(oneKnows).then(
      () => sleep(clock, OTHERS_WITHIN_MS, over.signal).catch(() => {}),
      () => {},
    );
    await Promise.race([Promise.all(asked), oneAndABit]);
    over.abort();
    const found = this.#newest() ?? this.#fail();
    this.#last = found;
    return found.at;
  }

  onMoved(listener: (to: HostAndPort) => void): void {
    this.#listeners.add(listener);
  }

  /** Asks all of them. @returns those that do not answer */
  async findSilent(): Promise<readonly SilentSentinel[]> {
    await Promise.all(this.#ears.map((ear) => ear.ask()));
    return this.#silent();
  }

  close(): void {
    this.#listeners.clear();
    for (const ear of this.#ears) ear.close();
  }

  #silent(): readonly SilentSentinel[] {
    return this.#ears.flatMap(({ sentinel, answer }) =>
      answer?.kind === "silent" ? [{ sentinel, reason: answer.reason, isLate: answer.isLate }] : [],
    );
  }

  #newest(): Found | undefined {
    let best: Found | undefined;
    for (const { sentinel, answer } of this.#ears)
      if (answer?.kind === "master" && answer.epoch > (best?.epoch ?? -1))
        best = { epoch: answer.epoch, at: { ...answer.at, by: sentinel } };
    return best;
  }

  /** Nobody goes back to what was true before, because who knew better is away. */
  #compare(): void {
    const now = this.#newest();
    const before = this.#last;
    if (now === undefined || before === undefined || now.epoch <= before.epoch) return;
    this.#last = now;
    if (!isSamePlace(now.at, before.at)) for (const listener of this.#listeners) listener(now.at);
  }

  #fail(): never {
    const { address } = this.#options;
    const answers = this.#ears.map(({ answer }) => answer);
    const asked = answers.find((answer) => answer?.kind === "unknown");
    if (asked !== undefined)
      throw new SentinelError("refused", address, {
        kind: "unknown-master",
        master: address.master,
        known: [...new Set(answers.flatMap((answer) => (answer?.kind === "unknown" ? answer.known : [])))],
      });
    const isRefusal = answers.some((answer) => answer?.kind === "silent" && answer.isRefusal);
    throw new SentinelError(isRefusal ? "refused" : "unreachable", address, { kind: "silent", silent: this.#silent() });
  }
}
