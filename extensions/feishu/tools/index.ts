export { createFeishuTools } from "./toolset.ts";
export type { FeishuToolset, FeishuToolsOptions } from "./toolset.ts";
export type { StreamLimits } from "./stream-limits.ts";
