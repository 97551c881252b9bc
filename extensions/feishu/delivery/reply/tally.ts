import type { CallRecord } from "../../client/index.ts";
import type { FeishuDelivery } from "../engine.ts";

/** Counts what one reply cost. */
export class Tally {
  calls = 0;
  bytes = 0;
  rejected = 0;
  retries = 0;
  unknownResolved = 0;
  #unknown = 0;
  #failingSince: number | undefined;

  /** One HTTP attempt of this reply. */
  readonly onCall = (record: CallRecord): void => {
    this.calls += 1;
    this.bytes += record.bytes;
    if (record.outcome === "rejected") this.rejected += 1;
  };

  unknown(): void {
    this.#unknown += 1;
  }

  /** A call that began at this clock time has failed. */
  failed(startedAt: number): void {
    this.#failingSince ??= startedAt;
  }

  /** Milliseconds since the first failure that no call which worked followed; undefined when Feishu has answered the account before. */
  neverAnsweredForMs({ answeredBefore, clock }: FeishuDelivery): number | undefined {
    return answeredBefore || this.#failingSince === undefined ? undefined : clock.now() - this.#failingSince;
  }

  /** A later call settled what the unknown ones had left open. */
  settle(): void {
    this.#failingSince = undefined;
    this.unknownResolved += this.#unknown;
    this.#unknown = 0;
  }
}
