/** What came of a tool call that a script asked for. `missing`: the turn has no such tool. */
export type ToolOutcome =
  | { readonly kind: "result"; readonly output: unknown }
  | { readonly kind: "error"; readonly error: Error }
  | { readonly kind: "missing" };

/** One thing a scripted model does. */
export type Beat =
  /** Says `text`, at the model's speed. */
  | { readonly say: string }
  /** Thinks `text`, at the model's speed. */
  | { readonly think: string }
  /** Calls a tool; the script gets the outcome back from `yield`. */
  | { readonly call: string; readonly input: unknown }
  /** Says nothing for `pauseMs`; `Infinity` waits until the turn is aborted. */
  | { readonly pauseMs: number }
  /** Breaks the connection: the turn throws `connection-lost`. */
  | { readonly die: true };

/** A scripted answer; what `yield` gives back matters only after a `call`. */
export type Script = Generator<Beat, void, ToolOutcome | undefined>;

/** What a script knows about the question. */
export interface Question {
  /** The person's last message. */
  readonly text: string;
  /** Language to answer in, from the question's script. */
  readonly language: "zh" | "en";
  /** What the model answered last, as far as it came; undefined when it answered nothing yet. */
  readonly previous?: string | undefined;
  /** How many messages the person has sent in this conversation, this one included. */
  readonly turn: number;
}
