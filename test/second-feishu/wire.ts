import type { Json } from "./card-rules.ts";
import type { Message } from "./messages.ts";
import { cardOf } from "./messages.ts";
import type { State } from "./state.ts";

/** What a card looks like to whoever does not ask for it in full. */
const PLACEHOLDER = JSON.stringify({
  title: "",
  elements: [
    [
      { tag: "img", image_key: "img_v2_placeholder" },
      { tag: "text", text: "请升级至最新版本客户端，以查看内容" },
    ],
  ],
});

/** A message as Feishu answers it. `cardContent` is the call's `card_msg_content_type`. */
export function toWire(state: State, message: Message, cardContent: string | null): Json {
  const { messageId, chatId, threadId, parentId, sender, recalled, body } = message;
  const epoch = state.clock.wallNow() - state.clock.now();
  const from =
    sender === "app"
      ? { id: state.appId, id_type: "app_id", sender_type: "app" }
      : { id: "ou_reader", id_type: "open_id", sender_type: "user" };
  return {
    message_id: messageId,
    chat_id: chatId,
    ...(threadId !== undefined && { thread_id: threadId }),
    ...(parentId !== undefined && { parent_id: parentId, root_id: parentId }),
    msg_type: body.kind === "inline" || body.kind === "entity" ? "interactive" : body.kind,
    create_time: String(epoch + message.createdAt),
    update_time: String(epoch + message.updatedAt),
    deleted: recalled !== undefined,
    updated: message.edits > 0,
    sender: { ...from, tenant_key: "tenant" },
    body: { content: recalled === undefined ? contentOf(state, message, cardContent) : "This message was recalled" },
  };
}

function contentOf(state: State, message: Message, cardContent: string | null): string {
  const { body } = message;
  if (body.kind === "text") return JSON.stringify({ text: body.text });
  if (body.kind === "post") return JSON.stringify(body.content["zh_cn"] ?? body.content);
  if (body.kind === "file") return body.key;
  const card = JSON.stringify(cardOf(message, state.world));
  if (cardContent === "user_card_content")
    return state.world.readBack === "card" ? card : JSON.stringify({ user_dsl: card });
  if (cardContent === "raw_card_content")
    return JSON.stringify({ json_card: card, json_attachment: "{}", card_schema: 2 });
  return PLACEHOLDER;
}
