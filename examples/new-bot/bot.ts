import { createBot } from "../../extensions/feishu/index.ts";
import type { BotOptions, FeishuBot } from "../../extensions/feishu/index.ts";

/** Everything your bot does. Change it while `npm run dev` runs, and the bot starts again. */
export function createMyBot(options: BotOptions): FeishuBot {
  const bot = createBot(options);

  bot.on("message", async ({ text, sender }, reply) => {
    // Put your model here, for example `await reply.stream(streamText({ model, prompt: text }))`.
    for (const word of `Hello ${sender.label}, you said: **${text}**`.split(" ")) reply.append(`${word} `);
    reply.suggest("What can you do?");
  });

  bot.command("help", (_, reply) => {
    reply.append("Say something, and I repeat it.");
  });

  return bot;
}
