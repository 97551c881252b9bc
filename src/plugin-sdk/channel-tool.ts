import type { z } from "zod";

/** What a caller may expect of a tool, so that it can ask a person before it uses one. */
export interface ChannelToolHints {
  /** Changes nothing. */
  readonly readOnly: boolean;
  /** Replaces or ends something that was there. */
  readonly destructive: boolean;
  /** Calling again with the same input has no further effect. */
  readonly idempotent: boolean;
}

/** What came of one use: a sentence for the model, and the same as data that fits the tool's `output`. */
export interface ChannelToolResult<Data = Readonly<Record<string, unknown>>> {
  readonly text: string;
  readonly data: Data;
}

/** What a running tool gets besides its input. */
export interface ChannelToolCall {
  readonly signal: AbortSignal;
}

/** One thing a model can do in a channel, served over MCP and by hosts. Names and fields are spelled as on the wire. */
export interface ChannelTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  readonly hints: ChannelToolHints;
  /** @throws ChannelToolError, a ZodError for input that does not fit, or the signal's reason. */
  run(input: unknown, call: ChannelToolCall): Promise<ChannelToolResult>;
}

/** The tools of one account and what they hold. */
export interface ChannelToolset {
  readonly tools: readonly ChannelTool[];
  /** Ends what is still open, with the text it has. Bounded by 4 s, idempotent, never rejects. */
  close(): Promise<void>;
}

/** The tool could not do it. Written for a model: what is wrong, and what to do next. */
export class ChannelToolError extends Error {
  override readonly name = "ChannelToolError";
  /** For programs, for example `not-allowed`, `wrong-offset`. */
  readonly code: string;
  /** One instruction. */
  readonly next: string;

  constructor(code: string, message: string, next: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.next = next;
  }
}

/** A tool whose `run` gets its input already checked against `input`. */
export function defineChannelTool<Input extends z.ZodObject, Output extends z.ZodObject>(definition: {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: Input;
  readonly output: Output;
  readonly hints: ChannelToolHints;
  run(input: z.infer<Input>, call: ChannelToolCall): Promise<ChannelToolResult<z.infer<Output>>>;
}): ChannelTool {
  return { ...definition, run: (input, call) => definition.run(definition.input.parse(input), call) };
}
