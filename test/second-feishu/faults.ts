/** What may happen to one call. `applied` says whether Feishu did what was asked although nobody hears of it. */
export type Effect =
  /** Refused before anything is done. */
  | { readonly kind: "code"; readonly code: number; readonly msg?: string }
  /** A server error; a gateway's is a page of HTML. */
  | { readonly kind: "http"; readonly status: number; readonly applied: boolean }
  | { readonly kind: "reset"; readonly applied: boolean }
  /** Never answered. */
  | { readonly kind: "hang"; readonly applied: boolean }
  /** Never answered, and done only after `ms`. */
  | { readonly kind: "late"; readonly ms: number }
  | { readonly kind: "slow"; readonly beforeMs: number; readonly afterMs: number }
  | { readonly kind: "rate"; readonly resetSeconds: number }
  /** Done, and the answer breaks off. */
  | { readonly kind: "truncated" }
  | { readonly kind: "token" }
  /** Feishu has closed the card's streaming mode when the call arrives. */
  | { readonly kind: "closed" };

/** Which calls an effect meets. All conditions hold together. */
export interface Fault {
  /** Names as in `callName`, or beginnings of them that end in `*`. */
  readonly calls: readonly string[];
  readonly effect: Effect;
  /** Only calls whose body contains this. */
  readonly containing?: string;
  /** Milliseconds of the clock. @defaultValue always */
  readonly from?: number;
  readonly until?: number;
  /** The first `skip` calls pass, then `count` are met. @defaultValue 0 and all */
  readonly skip?: number;
  readonly count?: number;
}

/** The faults of one run, in force. */
export class FaultPlan {
  readonly #faults: readonly { readonly fault: Fault; seen: number }[];

  constructor(faults: readonly Fault[]) {
    this.#faults = faults.map((fault) => ({ fault, seen: 0 }));
  }

  /** What happens to this call; the first fault that meets it decides. */
  pick(call: string, now: number, body: string): Effect | undefined {
    let picked: Effect | undefined;
    for (const entry of this.#faults) {
      const { calls, effect, from = 0, until = Infinity, skip = 0, count = Infinity } = entry.fault;
      if (now < from || now >= until || !body.includes(entry.fault.containing ?? "")) continue;
      if (!calls.some((name) => (name.endsWith("*") ? call.startsWith(name.slice(0, -1)) : name === call))) continue;
      entry.seen += 1;
      if (entry.seen > skip && entry.seen <= skip + count) picked ??= effect;
    }
    return picked;
  }
}
