/** A parsed event. */
export type Json = Readonly<Record<string, unknown>>;

/** What an event means for the life of its stream; a sum of the flags below. Numbers, for this runs once for every event. */
export type Verdict = number;

/** Says nothing: a ping, an empty delta. */
export const EMPTY = 0;
/** Carries something a reader would miss. */
export const CONTENT = 1;
/** The provider says that the answer is complete; something small (usage) may still follow. */
export const TERMINAL = 2;
/** Nothing follows. */
export const CLOSER = 4;
/** Late figures that end the wait after a terminal event. */
export const USAGE = 8;
/** The provider reports an error. */
export const ERROR = 16;
/** The terminal mark came with the first text, where proxies are known to stamp it on everything: wait longer. */
export const SUSPECT = 32;
/** Not an event of the protocol at all; clients would stumble over it. */
export const FOREIGN = 64;

/** Reads the events of one stream of one protocol. May keep state; belongs to one stream. */
export interface ProtocolReader {
  judge(json: Json): Verdict;
  /** What the SDKs want as the last event when the provider did not send it; empty when they want nothing. */
  readonly closer: string;
  /** What the SDKs want as the terminal event when the provider closed without one; empty when they do without. */
  lateTerminal(): string;
}

/** `value` as an object, for looking into; an empty one when it is none. */
export function asObject(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : NOTHING;
}

const NOTHING: Json = Object.freeze({});

/** Whether a value is there at all: not null, not empty. */
export function isSomething(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0);
}

/** Whether there is any text in a value, at any depth. Numbers and marks (an index, `thought: true`) carry nothing to a reader. */
export function hasText(value: unknown): boolean {
  if (typeof value === "string") return value !== "";
  if (typeof value !== "object" || value === null) return false;
  for (const key in value) if (hasText((value as Json)[key])) return true;
  return false;
}
