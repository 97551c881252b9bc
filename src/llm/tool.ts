import { z } from "zod";

/** What a running tool is given besides its input. */
export interface ToolContext {
  /** Aborts when the turn ends or the tool's time is up. */
  readonly signal: AbortSignal;
}

/** What people see while a tool runs: one text, or one for each language. */
export type ToolTitle = string | { readonly en: string; readonly zh: string };

/** Something a model can call. Made with {@link defineTool} or taken from an MCP server. */
export interface Tool {
  /** Letters, digits, `_` and `-`, at most 64 characters: what all providers accept. */
  readonly name: string;
  /** @defaultValue the name */
  readonly title?: ToolTitle | undefined;
  /** What the model reads to decide whether to call it. */
  readonly description: string;
  /** JSON Schema of the input, sent to the provider. */
  readonly inputSchema: Readonly<Record<string, unknown>>;
  /**
   * Checks the input and runs. The result is sent to the model as JSON.
   * @throws when the input does not fit or the tool fails; the message is told to the model.
   */
  execute(input: unknown, context: ToolContext): Promise<unknown>;
}

/** What all providers accept as a tool's name. @see https://platform.openai.com/docs/api-reference/chat/create (`tools[].function.name`) */
const TOOL_NAME = /^[\w-]{1,64}$/u;

/** How {@link defineTool} describes a tool; `input` is checked before `execute` sees it. */
export interface ToolDefinition<S extends z.ZodType> {
  readonly name: string;
  readonly title?: ToolTitle | undefined;
  readonly description: string;
  readonly input: S;
  execute(input: z.output<S>, context: ToolContext): unknown;
}

/**
 * Makes a tool from a zod schema and a function.
 * @throws TypeError when the name is not 1–64 letters, digits, `_` or `-`.
 */
export function defineTool<S extends z.ZodType>(definition: ToolDefinition<S>): Tool {
  if (!TOOL_NAME.test(definition.name)) {
    throw new TypeError(`tool name must be 1-64 letters, digits, "_" or "-", got ${JSON.stringify(definition.name)}`);
  }
  const schema = z.toJSONSchema(definition.input, { io: "input" });
  return {
    name: definition.name,
    title: definition.title,
    description: definition.description,
    inputSchema: schema,
    async execute(input, context) {
      const parsed = definition.input.safeParse(input);
      if (!parsed.success)
        throw new TypeError(`input does not fit: ${z.prettifyError(parsed.error)}`, { cause: parsed.error });
      return definition.execute(parsed.data, context);
    },
  };
}
