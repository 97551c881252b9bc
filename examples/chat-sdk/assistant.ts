import { createMemoryState } from "@chat-adapter/state-memory";
import { streamText } from "ai";
import type { LanguageModel } from "ai";
import { Chat } from "chat";
import { createLarkAdapter } from "../../extensions/chat-sdk/index.ts";
import type { LarkAdapter, LarkAdapterConfig } from "../../extensions/chat-sdk/index.ts";

/** An assistant for direct chats and mentions. Without a config the app comes from `LARK_APP_ID` and `LARK_APP_SECRET`. */
export function createAssistant(model: LanguageModel, config?: LarkAdapterConfig): Chat<{ lark: LarkAdapter }> {
  const bot = new Chat({
    userName: "helper",
    adapters: { lark: createLarkAdapter(config) },
    state: createMemoryState(),
    concurrency: "queue", // without it, what is said while an answer is written is dropped
    logger: "warn",
  });
  bot.onNewMention(async (thread, { text: prompt }) => {
    const { fullStream } = streamText({ model, prompt, abortSignal: thread.signal });
    await thread.post(fullStream);
  });
  return bot;
}
