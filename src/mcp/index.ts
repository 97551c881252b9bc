export { createMcpFetch, serveMcpHttp } from "./http.ts";
export type { McpHttpOptions, McpHttpServer } from "./http.ts";
export { createMcpServerFactory } from "./server.ts";
export type { McpServerOptions } from "./server.ts";
export { serveMcpStdio } from "./stdio.ts";
export type { McpStdioOptions, McpStdioServer } from "./stdio.ts";
