import { McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";

/** An MCP server with tools that work, fail, hang and answer with a picture. */
export function makeTestMcpServer(): McpServer {
  const server = new McpServer({ name: "test", version: "1.0.0" });
  const nothing = z.object({});
  server.registerTool(
    "add",
    { title: "Addition", description: "Adds two numbers.", inputSchema: z.object({ a: z.number(), b: z.number() }) },
    ({ a, b }) => ({ content: [{ type: "text", text: String(a + b) }] }),
  );
  server.registerTool("fail", { description: "Fails.", inputSchema: nothing }, () => ({
    content: [{ type: "text", text: "out of luck" }],
    isError: true,
  }));
  server.registerTool("hang", { description: "Hangs.", inputSchema: nothing }, () => new Promise<never>(() => {}));
  server.registerTool("picture.png", { description: "Draws.", inputSchema: nothing }, () => ({
    content: [{ type: "image", data: "aGk=", mimeType: "image/png" }],
  }));
  return server;
}
