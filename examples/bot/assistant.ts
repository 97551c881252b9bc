import { stepCountIs, streamText, tool } from "ai";
import type { LanguageModel } from "ai";
import { z } from "zod";
import { createBot } from "../../extensions/feishu/index.ts";
import type { BotOptions, FeishuBot } from "../../extensions/feishu/index.ts";

/** What this bot's buttons carry. */
type Choice = { readonly approve: string };

/** An assistant with a tool, a command and a button that only the asker can press. */
export function createAssistant(options: BotOptions, model: LanguageModel): FeishuBot<Choice> {
  const bot = createBot<Choice>(options);
  const weather = tool({
    description: "The weather in a city",
    inputSchema: z.object({ city: z.string() }),
    execute: async ({ city }) => `sunny in ${city}, 21 °C`,
  });

  bot.use(async ({ message, command }, next) => {
    const startedAt = performance.now();
    await next();
    console.log(`${command ?? message.type} answered in ${Math.round(performance.now() - startedAt)} ms`);
  });

  bot.on("message", async (message, reply) => {
    const { text: prompt } = message;
    const { signal: abortSignal } = reply;
    const result = streamText({ model, prompt, tools: { weather }, stopWhen: stepCountIs(5), abortSignal });
    await reply.stream(result);
    reply.button({ text: "Book it", value: { approve: message.messageId }, for: "asker" });
  });

  bot.command("weather", async ({ args }, reply) => {
    reply.append(`It is sunny in **${args || "Shanghai"}**.`);
  });

  bot.on("press", ({ value, person }, reply) => {
    reply.append(`Booked for ${person.name ?? "you"} (${value.approve}).`);
    return { toast: { en: "Booked", zh: "已预订" }, type: "success" };
  });

  return bot;
}
