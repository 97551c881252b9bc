/**
 * An MCP server for tests, in a process of its own: `mcp-child.ts [stubborn]`. Tools: `add`, `fail`, `hang`, `picture`, `exit`.
 * A stubborn one ignores every polite way of being told to stop.
 */
import type { McpServer } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { z } from "zod";
import { makeTestMcpServer } from "./mcp-server.ts";

if (process.argv[2] === "stubborn") {
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => {});
  setInterval(() => {}, 1000);
}
serveStdio(() => {
  const server: McpServer = makeTestMcpServer();
  server.registerTool("exit", { description: "Dies.", inputSchema: z.object({}) }, () => process.exit(1));
  return server;
});
