import { toPlainText } from "./dialect/index.ts";
import type { CardJson } from "./card/index.ts";
import { markdownElement } from "./card/index.ts";
import type { FeishuClient } from "./client/index.ts";
import { FeishuApiError } from "./client/index.ts";
import type { FeishuDelivery } from "./delivery/index.ts";
import { SequenceCounter } from "./delivery/index.ts";
import {
  convertMessageIdToCardIdFeishu,
  editMessageFeishu,
  getMessageFeishu,
  patchCardMessageFeishu,
  updateCardEntityFeishu,
} from "./send.ts";
import type { FeishuMessage } from "./send.ts";

/** What a message is to say: Markdown, or a whole card, which takes only a card's place. */
export type Edit = string | { readonly card: CardJson };

/** No reply's own writes count this far, so a number from here on is larger than any of theirs; time makes the next edit's larger still. */
const SEQUENCE_BASE = 1_000_000_000;

/**
 * Replaces what a message of the bot's says. Feishu edits each kind in its own way: plain text, rich text, and cards as a whole,
 * which takes their buttons away.
 * @param cardId the entity that a card's message shows, where that is known. A patch of such a message answers well and changes nothing.
 * @throws Error when it is not the bot's own or of a kind that cannot be edited so, and what the send functions throw.
 */
export async function editMessage(
  delivery: FeishuDelivery,
  messageId: string,
  edit: Edit,
  cardId?: string,
): Promise<void> {
  const { client } = delivery;
  const message = await readMessage(client, messageId);
  if (message?.deleted === true) throw new Error(`${messageId} was deleted or taken back`);
  if (message?.sender !== undefined && message.sender.id !== client.account.appId)
    throw new Error(`${messageId} was sent by somebody else: the bot can edit only messages that it sent itself`);
  const isCard = typeof edit !== "string";
  const type = message?.msgType ?? (isCard ? "interactive" : "post");
  if (type === "interactive") return editCard(delivery, messageId, isCard ? edit.card : toCard(edit), cardId);
  if (isCard)
    throw new Error(`${messageId} is no card, and Feishu makes none of it: send the card, and delete this message`);
  switch (type) {
    case "post":
      return editMessageFeishu(client, { messageId, markdown: edit });
    case "text":
      return editMessageFeishu(client, { messageId, text: toPlainText(edit) || edit });
    default:
      throw new Error(`a message of the kind ${type} cannot be edited: send a new one, and delete this one`);
  }
}

/** By CardKit, which changes a card however it was sent; by a patch where the app may not ask for the card's id. */
async function editCard(
  { client, clock }: FeishuDelivery,
  messageId: string,
  card: CardJson,
  known: string | undefined,
): Promise<void> {
  const cardId = known ?? (await cardIdOf(client, messageId));
  if (cardId === undefined) return patchCardMessageFeishu(client, { messageId, card });
  const sequence = new SequenceCounter(SEQUENCE_BASE + (Math.floor(clock.wallNow() / 10) % SEQUENCE_BASE));
  for (;;) {
    try {
      return await updateCardEntityFeishu(client, { cardId, card, sequence: sequence.next() });
    } catch (error) {
      const isConflict = error instanceof FeishuApiError && error.kind === "sequence-conflict";
      if (!isConflict || !sequence.conflict()) throw error;
    }
  }
}

async function cardIdOf(client: FeishuClient, messageId: string): Promise<string | undefined> {
  try {
    return (await convertMessageIdToCardIdFeishu(client, { messageId })).cardId;
  } catch (error) {
    if (error instanceof FeishuApiError) return undefined;
    throw error;
  }
}

/** Undefined when the app may not read messages; then Feishu's refusal of the edit says what is wrong. */
async function readMessage(client: FeishuClient, messageId: string): Promise<FeishuMessage | undefined> {
  try {
    return (await getMessageFeishu(client, { messageId })).message;
  } catch (error) {
    if (error instanceof FeishuApiError && error.permissionViolations !== undefined) return undefined;
    throw error;
  }
}

function toCard(markdown: string): CardJson {
  return {
    schema: "2.0",
    config: { update_multi: true, streaming_mode: false },
    body: { elements: [markdownElement(markdown)] },
  };
}
