import type { LanguageModel, ToolSet } from "ai";
import type { Clock } from "../../time/index.ts";
import type { Fetch } from "../guard/options.ts";
import { runTool } from "../run-tool.ts";
import type { Tool } from "../tool.ts";
import type { ResolvedModelSettings } from "./settings.ts";

/** Some servers of one's own check that a key is there and not which. */
const NO_KEY = "none";

/** Loads the AI SDK's provider for the settings; nothing of it is loaded before the first turn. */
export async function loadLanguageModel(settings: ResolvedModelSettings, fetch: Fetch): Promise<LanguageModel> {
  const { provider: name, model, apiKey = NO_KEY, baseUrl: baseURL, api } = settings;
  if (api === "anthropic-messages") {
    const { createAnthropic } = await import("@ai-sdk/anthropic");
    return createAnthropic({ baseURL, apiKey, fetch })(model);
  }
  if (api === "google-generative-ai") {
    const { createGoogleGenerativeAI } = await import("@ai-sdk/google");
    return createGoogleGenerativeAI({ baseURL, apiKey, fetch })(model);
  }
  const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
  const compatible = createOpenAICompatible({ name, baseURL, apiKey: settings.apiKey, fetch, includeUsage: true });
  if (!settings.thinkTags) return compatible(model);
  const { extractReasoningMiddleware, wrapLanguageModel } = await import("ai");
  return wrapLanguageModel({ model: compatible(model), middleware: extractReasoningMiddleware({ tagName: "think" }) });
}

/** Our tools as the AI SDK takes them. Each call runs under a deadline and ends when the turn does. */
export async function toToolSet(
  tools: readonly Tool[],
  clock: Clock,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ToolSet> {
  const { dynamicTool, jsonSchema } = await import("ai");
  return Object.fromEntries(
    tools.map((tool) => [
      tool.name,
      dynamicTool({
        description: tool.description,
        inputSchema: jsonSchema(tool.inputSchema),
        execute: (input) => runTool(clock, tool, input, timeoutMs, signal),
      }),
    ]),
  );
}
