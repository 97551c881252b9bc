import type { LanguageModel, ToolSet, wrapLanguageModel } from "ai";
import type { Logger } from "../../log/index.ts";
import type { Clock } from "../../time/index.ts";
import type { Fetch } from "../guard/options.ts";
import { runTool } from "../run-tool.ts";
import type { Tool } from "../tool.ts";
import { createOurReading } from "./our-reading.ts";
import type { ResolvedModelSettings } from "./settings.ts";

type ProviderModel = Parameters<typeof wrapLanguageModel>[0]["model"];

/** Some servers of one's own check that a key is there and not which. */
const NO_KEY = "none";

/**
 * Loads the AI SDK's provider for the settings, with our reading of its streams; nothing of it is loaded before the first turn.
 * @param newToolId ids for tool calls that come without one
 */
export async function loadLanguageModel(
  settings: ResolvedModelSettings,
  fetch: Fetch,
  logger: Logger,
  newToolId: () => string,
): Promise<LanguageModel> {
  const { wrapLanguageModel } = await import("ai");
  const { provider, api, thinkTags } = settings;
  const reading = createOurReading(fetch, {
    provider,
    metadataName: api === "anthropic-messages" ? "anthropic" : "google",
    thinkTags,
    newToolId,
    onWarning: (type) => logger.debug("llm: the AI SDK warns", { provider, type }),
  });
  return wrapLanguageModel({ model: await loadProvider(settings, reading.fetch), middleware: reading.middleware });
}

async function loadProvider(settings: ResolvedModelSettings, fetch: Fetch): Promise<ProviderModel> {
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
  return createOpenAICompatible({ name, baseURL, apiKey: settings.apiKey, fetch, includeUsage: true })(model);
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
