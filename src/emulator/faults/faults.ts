import type { Random } from "../state/random.ts";
import type { TimelineEntry } from "../state/timeline.ts";
import type { Effect, FaultRule, FaultView } from "./rule.ts";

interface Active {
  readonly id: string;
  readonly rule: FaultRule;
  readonly matches: (operation: string) => boolean;
  seen: number;
  hits: number;
}

/** Does a name with `*` for anything fit an operation? Piece by piece: an expression of many `.*` could take for ever. */
export function matchesOperation(pattern: string, operation: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return pattern === operation;
  const last = rest.pop() ?? "";
  if (!operation.startsWith(first) || !operation.endsWith(last)) return false;
  let at = first.length;
  const end = operation.length - last.length;
  for (const piece of rest) {
    const found = operation.indexOf(piece, at);
    if (found === -1 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return at <= end;
}

function globs(patterns: string | readonly string[]): (operation: string) => boolean {
  const list = typeof patterns === "string" ? [patterns] : patterns;
  return (operation) => list.some((pattern) => matchesOperation(pattern, operation));
}

/** What the audit looks for when its rule does not say. */
const EMAIL = /[\w.+-]@[\w-]+\.\w/u;

/** The rules in force. They are asked in the order they were added; every one that matches takes part. */
export class Faults {
  readonly #random: Random;
  readonly #sinceStart: () => number;
  readonly #onChange: () => void;
  readonly #active = new Map<string, Active>();
  #nextId = 1;

  constructor(options: { random: Random; sinceStart: () => number; onChange: () => void }) {
    this.#random = options.random;
    this.#sinceStart = options.sinceStart;
    this.#onChange = options.onChange;
  }

  /** Puts a rule in force and gives its id. */
  add(rule: FaultRule): string {
    const id = `fault_${this.#nextId++}`;
    this.#active.set(id, { id, rule, matches: globs(rule.operation), seen: 0, hits: 0 });
    this.#onChange();
    return id;
  }

  /** Takes a rule away; false when there is none with this id. */
  remove(id: string): boolean {
    const removed = this.#active.delete(id);
    if (removed) this.#onChange();
    return removed;
  }

  clear(): void {
    if (this.#active.size === 0) return;
    this.#active.clear();
    this.#onChange();
  }

  list(): FaultView[] {
    return Array.from(this.#active.values(), ({ id, rule, hits }) => {
      const { when: _, ...rest } = rule;
      return { ...rest, id, hits, left: rule.count === undefined ? undefined : Math.max(rule.count - hits, 0) };
    });
  }

  /** The effects that hit a call, counting them. `body`: what was sent, read only when a rule asks. */
  take(call: Readonly<TimelineEntry>, body: () => string): Effect[] {
    if (this.#active.size === 0) return [];
    const effects: Effect[] = [];
    for (const active of this.#active.values()) {
      if (!this.#hits(active, call, body)) continue;
      active.hits += 1;
      effects.push(active.rule.effect);
      this.#onChange();
    }
    return effects;
  }

  #hits(active: Active, call: Readonly<TimelineEntry>, body: () => string): boolean {
    const { rule } = active;
    if (rule.count !== undefined && active.hits >= rule.count) return false;
    if (!active.matches(call.operation)) return false;
    const now = this.#sinceStart();
    if (rule.from !== undefined && now < rule.from) return false;
    if (rule.until !== undefined && now >= rule.until) return false;
    for (const key of ["appId", "cardId", "messageId", "elementId"] as const) {
      if (rule[key] !== undefined && rule[key] !== call[key]) return false;
    }
    if (rule.when !== undefined && !rule.when(call)) return false;
    if (rule.contains !== undefined && !body().includes(rule.contains)) return false;
    if (rule.effect.type === "audit" && rule.contains === undefined && !EMAIL.test(body())) return false;
    active.seen += 1;
    if (active.seen <= (rule.skip ?? 0)) return false;
    return rule.probability === undefined || this.#random() < rule.probability;
  }
}
