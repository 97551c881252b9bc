import type { FeishuClient } from "../../../extensions/feishu/index.ts";
import {
  createCardEntityFeishu,
  sendCardEntityFeishu,
  setCardStreamingModeFeishu,
  streamUpdateCardElementFeishu,
} from "../../../extensions/feishu/send.ts";

/** Types three words into a card; gives the message's id. */
export async function typeByHand(client: FeishuClient, chatId: string): Promise<string> {
  const { cardId } = await createCardEntityFeishu(client, {
    card: {
      schema: "2.0",
      config: { streaming_mode: true, update_multi: true },
      body: { elements: [{ tag: "markdown", element_id: "answer", content: "One" }] },
    },
  });
  const { messageId } = await sendCardEntityFeishu(client, { to: { type: "chat", chatId }, cardId });
  let sequence = 0;
  for (const content of ["One two", "One two **three**"])
    await streamUpdateCardElementFeishu(client, { cardId, elementId: "answer", content, sequence: ++sequence });
  await setCardStreamingModeFeishu(client, { cardId, streaming: false, sequence: ++sequence });
  return messageId;
}
