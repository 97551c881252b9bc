import { z } from "zod";
import { ChannelToolError } from "../../../src/plugin-sdk/index.ts";
import type { MessageTarget } from "../send.ts";

/** The fields that name a target; exactly one is given. */
export const targetFields: {
  chat_id: z.ZodOptional<z.ZodString>;
  open_id: z.ZodOptional<z.ZodString>;
  reply_to: z.ZodOptional<z.ZodString>;
} = {
  chat_id: z.string().optional().describe("Group or one-to-one chat to write to, oc_… (see list_chats)."),
  open_id: z.string().optional().describe("Person to write to instead: ou_…, on_… or an e-mail address."),
  reply_to: z.string().optional().describe("Message to answer instead, om_…; the answer goes into its chat and topic."),
};

/** Values of {@link targetFields}. */
export interface TargetInput {
  readonly chat_id?: string | undefined;
  readonly open_id?: string | undefined;
  readonly reply_to?: string | undefined;
}

/** @throws ChannelToolError `invalid-target` when not exactly one is given, or its form is not that of an id. */
export function toTarget({ chat_id, open_id, reply_to }: TargetInput): MessageTarget {
  const given = [chat_id, open_id, reply_to].filter((id) => id !== undefined).length;
  if (given !== 1)
    throw invalid(`Exactly one of chat_id, open_id and reply_to is needed, ${given === 0 ? "none" : given} given.`);
  if (reply_to !== undefined) {
    if (!reply_to.startsWith("om_")) throw invalid("reply_to must be the id of a message, om_…");
    return { type: "reply", messageId: reply_to };
  }
  if (chat_id !== undefined) {
    if (!chat_id.startsWith("oc_")) throw invalid("chat_id must be the id of a chat, oc_…, not its name.");
    return { type: "chat", chatId: chat_id };
  }
  const openId = open_id ?? "";
  const idType = openId.includes("@") ? "email" : openId.startsWith("on_") ? "union_id" : "open_id";
  if (idType === "open_id" && !openId.startsWith("ou_"))
    throw invalid("open_id must be ou_…, on_… or an e-mail address.");
  return { type: "user", openId, idType };
}

const invalid = (message: string): ChannelToolError =>
  new ChannelToolError("invalid-target", message, "Call list_chats for chat ids, then call again with one target.");
