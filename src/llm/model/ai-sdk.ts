import type { LanguageModel, LanguageModelMiddleware, ToolSet, wrapLanguageModel } from "ai";
import type { Logger } from "../../log/index.ts";
import type { Clock } from "../../time/index.ts";
import type { Fetch } from "../guard/options.ts";
import { runTool } from "../run-tool.ts";
import type { Tool } from "../tool.ts";
import type { ResolvedModelSettings } from "./settings.ts";

type ProviderModel = Parameters<typeof wrapLanguageModel>[0]["model"];
/** What a provider's model streams, before the AI SDK makes its own parts of it. */
type Part =
  Awaited<ReturnType<NonNullable<LanguageModelMiddleware["wrapStream"]>>>["stream"] extends ReadableStream<infer P>
    ? P
    : never;

/** Some servers of one's own check that a key is there and not which. */
const NO_KEY = "none";

/** Loads the AI SDK's provider for the settings; nothing of it is loaded before the first turn. */
export async function loadLanguageModel(
  settings: ResolvedModelSettings,
  fetch: Fetch,
  logger: Logger,
): Promise<LanguageModel> {
  const { extractReasoningMiddleware, wrapLanguageModel } = await import("ai");
  const middleware = [collectWarnings(logger, settings.provider)];
  if (settings.thinkTags) middleware.push(extractReasoningMiddleware({ tagName: "think" }));
  return wrapLanguageModel({ model: await loadProvider(settings, fetch), middleware });
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

/** Takes the AI SDK's warnings to our log; it would print them on the console of the whole process. */
function collectWarnings(logger: Logger, provider: string): LanguageModelMiddleware {
  return {
    specificationVersion: "v4",
    async wrapStream({ doStream }) {
      const result = await doStream();
      const quiet = new TransformStream<Part, Part>({
        transform(part, controller) {
          if (part.type !== "stream-start") {
            controller.enqueue(part);
            return;
          }
          for (const { type } of part.warnings) logger.debug("llm: the AI SDK warns", { provider, type });
          controller.enqueue({ ...part, warnings: [] });
        },
      });
      return { ...result, stream: result.stream.pipeThrough(quiet) };
    },
  };
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
