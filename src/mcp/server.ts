import { McpServer } from "@modelcontextprotocol/server";
import type { CallToolResult } from "@modelcontextprotocol/server";
import { errorText } from "../log/index.ts";
import type { Logger } from "../log/index.ts";
import { ChannelToolError } from "../plugin-sdk/index.ts";
import type { ChannelTool, ChannelToolset } from "../plugin-sdk/index.ts";

/** What an MCP server offers and how it calls itself. */
export interface McpServerOptions {
  readonly toolset: ChannelToolset;
  readonly version: string;
  readonly logger: Logger;
}

/** One message at most: the largest picture Feishu takes (10 MB), in base64 and with room for the rest. */
export const MAX_MESSAGE_BYTES: number = 16 * 1024 * 1024;

const INSTRUCTIONS = [
  "Sends messages and cards as a bot in Feishu or Lark.",
  "Find a chat_id with list_chats first. For an answer that takes time to write, open a card with stream_card_open, append to it part by",
  "part with the next_offset you were given, and close it. An error says what to do next.",
].join(" ");

/**
 * Gives the factory that both stdio and HTTP serve from: a fresh server each time over one set of tools, so that streams outlive the
 * connection or request that opened them.
 */
export function createMcpServerFactory(options: McpServerOptions): () => McpServer {
  return () => {
    const { version, toolset, logger } = options;
    const server = new McpServer({ name: "cardstream", title: "cardstream", version }, { instructions: INSTRUCTIONS });
    for (const tool of toolset.tools) {
      const { readOnly, destructive, idempotent } = tool.hints;
      server.registerTool(
        tool.name,
        {
          title: tool.title,
          description: tool.description,
          inputSchema: tool.input,
          outputSchema: tool.output,
          annotations: {
            title: tool.title,
            readOnlyHint: readOnly,
            destructiveHint: destructive,
            idempotentHint: idempotent,
            openWorldHint: true,
          },
        },
        (input, { mcpReq }) => call(tool, input, mcpReq.signal, logger),
      );
    }
    return server;
  };
}

async function call(tool: ChannelTool, input: unknown, signal: AbortSignal, logger: Logger): Promise<CallToolResult> {
  try {
    const { text, data } = await tool.run(input, { signal });
    return { content: [{ type: "text", text }], structuredContent: data };
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof ChannelToolError) {
      logger.info("a tool call failed", { tool: tool.name, code: error.code });
      return problem(`${error.message}\nNext: ${error.next}`);
    }
    const reason = errorText(error);
    logger.error("a tool broke", { tool: tool.name, reason });
    return problem(`Something unexpected went wrong: ${reason}\nNext: Tell the person; do not retry.`);
  }
}

const problem = (text: string): CallToolResult => ({ content: [{ type: "text", text }], isError: true });
