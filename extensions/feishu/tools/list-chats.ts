import { z } from "zod";
import { defineChannelTool } from "../../../src/plugin-sdk/index.ts";
import type { ChannelTool } from "../../../src/plugin-sdk/index.ts";
import { listChatsFeishu } from "../send.ts";
import { attempt } from "./attempt.ts";
import type { ToolContext } from "./context.ts";

/** `list_chats`: where the bot can write. */
export function listChats({ delivery, allow }: ToolContext): ChannelTool {
  return defineChannelTool({
    name: "list_chats",
    title: "List chats",
    description:
      "Lists the group chats the bot is in and may write to, with the chat_id that other tools take. One-to-one chats are not listed.",
    input: z.object({
      name_contains: z.string().optional().describe("Only chats whose name contains this, ignoring case."),
      page_token: z.string().optional().describe("next_page_token of the last answer."),
    }),
    output: z.object({
      chats: z.array(z.object({ chat_id: z.string(), name: z.string(), description: z.string() })),
      next_page_token: z.string().optional().describe("There are more chats: call again with this as page_token."),
    }),
    hints: { readOnly: true, destructive: false, idempotent: true },
    async run({ name_contains, page_token }, { signal }) {
      const page = await attempt(delivery, signal, () =>
        listChatsFeishu(delivery.client, { pageSize: 100, pageToken: page_token }, { signal }),
      );
      const wanted = name_contains?.toLowerCase() ?? "";
      const chats = page.items
        .filter(({ chatId, name }) => allow.has(chatId) && name.toLowerCase().includes(wanted))
        .map(({ chatId, name, description }) => ({ chat_id: chatId, name, description }));
      const next = page.hasMore ? page.pageToken : undefined;
      const lines = chats.map(({ chat_id, name }) => `${chat_id} ${name}`);
      if (lines.length === 0) lines.push("No chat here.");
      if (next !== undefined) lines.push(`More: call again with page_token ${next}.`);
      return { text: lines.join("\n"), data: { chats, next_page_token: next } };
    },
  });
}
