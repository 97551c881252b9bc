import type { Ending } from "./ending.ts";
import type { Json } from "./json.ts";
import type { ContentPart, Usage } from "./part.ts";
import type { Verdict } from "./verdict.ts";

/** The protocols in which providers stream answers. */
export type ProtocolName = "openai-chat" | "openai-responses" | "anthropic" | "gemini" | "ollama";

/** What a reader of one stream may need from outside. */
export interface ReaderOptions {
  /** Ids for tool calls that come without one. @defaultValue `tool-0`, `tool-1`, … */
  readonly newToolId?: (() => string) | undefined;
}

/** Reads the events of one stream of one protocol, in order. Keeps state; belongs to one stream. */
export interface ProtocolReader {
  /** What an event means for the life of the stream. Runs once for each event, before {@link parts}. */
  terminal(event: Json): Verdict;
  /** What an event adds. Whoever only watches the stream's life leaves it out. */
  parts(event: Json): ContentPart[];
  /** What is still to be said when the stream is over: calls that nobody closed. */
  rest(): ContentPart[];
  /** How the answer ended, as far as the provider has said. */
  readonly ending: Ending | undefined;
  /** Words came after the provider had said that the answer is complete: it said so too early, and has to say it again. */
  readonly reopened: boolean;
  /** Something that must be words came in a shape that is not known here. */
  readonly unread?: boolean;
  /** The tokens, as far as the provider has said. */
  readonly usage: Usage | undefined;
  /** What clients want as the last event when the provider did not send it; empty when they want nothing. */
  readonly closer: string;
  /** What clients want as the terminal event when the provider closed without one; empty when they do without. */
  lateTerminal(): string;
}

/** How one protocol is told and read. */
export interface Protocol {
  readonly name: ProtocolName;
  /** Whether an event can only be of this protocol. */
  detect(event: Json): boolean;
  open(options?: ReaderOptions): ProtocolReader;
  /** A whole answer, as it comes when no stream was asked for, as the events of a stream; undefined when `event` is none. */
  fromWhole(event: Json): readonly Json[] | undefined;
}
