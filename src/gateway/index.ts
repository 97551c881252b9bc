export { createGateway } from "./gateway.ts";
export type { Gateway, GatewayOptions } from "./gateway.ts";
export { serveGateway } from "./serve.ts";
export type { GatewayServer, ServeOptions } from "./serve.ts";
export { PROBLEM_CODES } from "./problem.ts";
