export { createFeishuTools } from "./toolset.ts";
export type { FeishuToolsOptions } from "./toolset.ts";
export type { StreamLimits } from "./stream-sessions.ts";
