import { AIMessageChunk } from "@langchain/core/messages";
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { tool } from "@langchain/core/tools";
import {
  Command,
  END,
  interrupt,
  isInterrupted,
  MemorySaver,
  MessagesAnnotation,
  START,
  StateGraph,
} from "@langchain/langgraph";
import { ToolNode, toolsCondition } from "@langchain/langgraph/prebuilt";
import { z } from "zod";
import { createBot } from "../../extensions/feishu/index.ts";
import type { BotOptions, BotReply, FeishuBot } from "../../extensions/feishu/index.ts";

/** What a button decides, in which of the graph's threads. */
interface Decision {
  readonly thread: string;
  readonly allowed: boolean;
}

/**
 * A LangGraph agent in a card. Its tool interrupts the graph to ask for approval: the card gets two buttons, and a press resumes the
 * graph where it stopped, in a card of its own.
 */
export function createLangGraphBot(
  options: BotOptions,
  model: BaseChatModel,
  deleteFile: (path: string) => Promise<void>,
): FeishuBot<Decision> {
  const bot = createBot<Decision>(options);
  const remove = tool(
    async ({ path }: { path: string }) => {
      if (interrupt(`Delete ${path}?`) !== true) return "the person said no";
      await deleteFile(path);
      return "deleted";
    },
    { name: "delete_file", description: "Deletes a file", schema: z.object({ path: z.string() }) },
  );
  const bound = model.bindTools?.([remove]);
  if (bound === undefined) throw new TypeError("the model takes no tools");
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("agent", async ({ messages }) => ({ messages: [await bound.invoke(messages)] }))
    .addNode("tools", new ToolNode([remove]))
    .addEdge(START, "agent")
    .addConditionalEdges("agent", toolsCondition, ["tools", END])
    .addEdge("tools", "agent")
    .compile({ checkpointer: new MemorySaver() });

  /** Runs the graph until it ends or asks. */
  async function run(
    input: Parameters<typeof graph.stream>[0],
    thread: string,
    reply: BotReply<Decision>,
  ): Promise<void> {
    const config = { configurable: { thread_id: thread }, signal: reply.signal };
    for await (const [mode, part] of await graph.stream(input, { ...config, streamMode: ["messages", "values"] })) {
      if (mode === "messages") {
        const [message] = part;
        if (message instanceof AIMessageChunk) reply.append(message.text);
      } else if (isInterrupted<string>(part)) {
        reply.append(`\n\n**${part.__interrupt__[0]?.value}**`);
        reply.button({ text: "Allow", value: { thread, allowed: true } });
        reply.button({ text: "Refuse", value: { thread, allowed: false } });
      }
    }
  }

  bot.on("message", async ({ text, conversationId }, reply) => {
    await run({ messages: [{ role: "user", content: text }] }, conversationId, reply);
  });

  bot.on("press", async ({ value: { thread, allowed } }, reply) => {
    await run(new Command({ resume: allowed }), thread, reply);
    return { toast: allowed ? { en: "Allowed", zh: "已允许" } : { en: "Refused", zh: "已拒绝" } };
  });

  return bot;
}
