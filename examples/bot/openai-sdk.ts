import type OpenAI from "openai";
import { createBot } from "../../extensions/feishu/index.ts";
import type { BotOptions, FeishuBot } from "../../extensions/feishu/index.ts";

/** A bot on the OpenAI SDK, for any server that speaks its protocol. The SDK's stream is told apart chunk by chunk. */
export function createOpenAiBot(options: BotOptions, client: OpenAI, model: string): FeishuBot {
  const bot = createBot(options);
  bot.on("message", async ({ text: content }, reply) => {
    const { signal } = reply;
    const messages = [{ role: "user" as const, content }];
    const stream = await client.chat.completions.create({ model, messages, stream: true }, { signal });
    for await (const { choices } of stream) reply.append(choices[0]?.delta.content ?? "");
  });
  return bot;
}
