import { createBot } from "../../extensions/feishu/index.ts";
import type { BotOptions, FeishuBot } from "../../extensions/feishu/index.ts";

/** A bot without any SDK of a model's: the provider's answer goes into the card as it comes, reasoning and errors included. */
export function createFetchBot(options: BotOptions, url: string, apiKey: string, model: string): FeishuBot {
  const bot = createBot(options);
  bot.on("message", async ({ text: content }, reply) => {
    const response = await fetch(url, {
      method: "POST",
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
      body: JSON.stringify({ model, stream: true, messages: [{ role: "user", content }] }),
      signal: reply.signal,
    });
    await reply.stream(response);
  });
  return bot;
}
