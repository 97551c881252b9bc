import { Agent } from "@mastra/core/agent";
import type { AgentConfig } from "@mastra/core/agent";
import { createTool } from "@mastra/core/tools";
import { z } from "zod";
import { createBot } from "../../extensions/feishu/index.ts";
import type { BotOptions, FeishuBot } from "../../extensions/feishu/index.ts";

/** A Mastra agent in a card: its text, its thoughts and its tools as they come. */
export function createMastraBot(options: BotOptions, model: AgentConfig["model"]): FeishuBot {
  const bot = createBot(options);
  const weather = createTool({
    id: "weather",
    description: "The weather in a city",
    inputSchema: z.object({ city: z.string() }),
    execute: async ({ city }) => `sunny in ${city}, 21 °C`,
  });
  const agent = new Agent({
    id: "helper",
    name: "Helper",
    instructions: "You answer questions about the weather.",
    model,
    tools: { weather },
  });

  bot.on("message", async ({ text }, reply) => {
    await reply.stream(await agent.stream(text, { abortSignal: reply.signal }));
  });

  return bot;
}
