import type { CallRecord } from "../client/index.ts";

/** Counts what one reply cost. */
export class Tally {
  calls = 0;
  bytes = 0;
  rejected = 0;
  retries = 0;
  unknownResolved = 0;
  #unknown = 0;

  /** One HTTP attempt of this reply. */
  readonly onCall = (record: CallRecord): void => {
    this.calls += 1;
    this.bytes += record.bytes;
    if (record.outcome === "rejected") this.rejected += 1;
  };

  unknown(): void {
    this.#unknown += 1;
  }

  /** A later call settled what the unknown ones had left open. */
  settle(): void {
    this.unknownResolved += this.#unknown;
    this.#unknown = 0;
  }
}
