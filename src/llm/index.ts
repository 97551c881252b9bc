import "../runtime/index.ts";
export type { ChatMessage, ChatModel, TurnRequest } from "./chat-model.ts";
export { findLlmError, LlmStreamError } from "./errors.ts";
export type { LlmErrorCode, LlmErrorDetail } from "./errors.ts";
export { addUsage, unknownUsage } from "./stream-part.ts";
export type { FinishReason, StreamPart, Usage } from "./stream-part.ts";
export { defineTool } from "./tool.ts";
export type { Tool, ToolContext, ToolDefinition, ToolTitle } from "./tool.ts";
export { createClockTool } from "./clock-tool.ts";
export { createLarkCliTool } from "./lark-cli-tool.ts";
export type { LarkCliToolOptions } from "./lark-cli-tool.ts";
export { createCalculatorTool } from "./calculator-tool.ts";
export { createScriptedModel } from "./scripted-model.ts";
export type { ScriptedModelOptions } from "./scripted-model.ts";
export type { Beat, Question, Script, ToolOutcome } from "./scripted/beat.ts";
export { createGuardedFetch } from "./guarded-fetch.ts";
export type { GuardedFetch } from "./guarded-fetch.ts";
export type { Fetch, GuardedFetchOptions, GuardTimeouts, OnResponse, StreamReport } from "./guard/options.ts";
export type { Ending, EndingKind, ProtocolName as Protocol } from "../provider-wire/index.ts";
export { createModel, modelFromEnv } from "./create-model.ts";
export type { ModelDependencies } from "./create-model.ts";
export { readModelEnv } from "./model/env.ts";
export type { Env } from "./model/env.ts";
export { findPreset, providerPresets } from "./model/presets.ts";
export type { ProviderPreset } from "./model/presets.ts";
export type { RetryOptions } from "./model/retry.ts";
export { ModelSettingsError, resolveModelSettings } from "./model/settings.ts";
export type {
  Localized,
  ModelApi,
  ModelIssue,
  ModelSettings,
  ResolvedModelSettings,
  SettingNames,
} from "./model/settings.ts";
export { connectMcpTools } from "./mcp-tools.ts";
export type { McpDependencies, McpServerStatus, McpTools } from "./mcp-tools.ts";
export { readMcpServers } from "./mcp/config.ts";
export type { McpHttpServer, McpServerConfig, McpServerLimits, McpStdioServer } from "./mcp/config.ts";
