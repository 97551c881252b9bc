import type { CardJson } from "../../card/index.ts";
import { isAnswerId } from "../../card/index.ts";
import type { CallOptions, FeishuClient } from "../../client/index.ts";
import { FeishuApiError, isPassing } from "../../client/index.ts";
import type { SentMessage } from "../../send.ts";
import { getMessageFeishu } from "../../send.ts";
import { isOrdinaryCard } from "../surface/ordinary-card.ts";

/**
 * Whether a message shows `card` now, as far as Feishu gives it back as it was sent (`user_card_content`): each of its texts, and no
 * element that it has not (an earlier card may hold all the words, and the line that says they are still being written).
 * @throws FeishuApiError, FeishuTransportError, SyntaxError when Feishu gives something else than the card, or the signal's reason.
 */
export async function showsCard(
  client: FeishuClient,
  messageId: string,
  card: CardJson,
  options: CallOptions,
): Promise<boolean> {
  const { message } = await getMessageFeishu(client, { messageId, fullCard: true }, options);
  return isCardIn(message.content, card);
}

function isCardIn(content: string, card: CardJson): boolean {
  const elements = contentsIn(content);
  const wanted = new Set(contentsIn(JSON.stringify(card)).map((element) => element.content));
  const shown = new Set(elements.map((element) => element.content));
  return (
    [...wanted].every((text) => text === "" || shown.has(text)) &&
    elements.every(({ id, content: text }) => id === undefined || wanted.has(text))
  );
}

/** What a message turns out to be. */
export type SeenMessage =
  /** One with a card of its own, see `ordinaryCard`; `shows` tells whether it is this one. */
  | { readonly is: "ordinary"; readonly message: SentMessage; readonly shows: (card: CardJson) => boolean }
  /** Something else, an entity say; or recalled by somebody. */
  | { readonly is: "other" | "recalled" };

/**
 * Looks what a message is now. One that cannot be read for a lasting reason counts as something else.
 * @throws FeishuApiError or FeishuTransportError when it cannot be read now, or the signal's reason.
 */
export async function whatIs(client: FeishuClient, messageId: string, options: CallOptions): Promise<SeenMessage> {
  try {
    const { message } = await getMessageFeishu(client, { messageId, fullCard: true }, options);
    const { content, deleted } = message;
    if (deleted) return { is: "recalled" };
    if (!isOrdinaryCard(cardOf(content))) return { is: "other" };
    return { is: "ordinary", message, shows: (card) => isCardIn(content, card) };
  } catch (error) {
    if (error instanceof SyntaxError) return { is: "other" };
    if (!(error instanceof FeishuApiError) || isPassing(error)) throw error;
    return { is: error.kind === "not-found" ? "recalled" : "other" };
  }
}

/**
 * The answer that a message shows now: its answer elements joined.
 * @throws FeishuApiError, FeishuTransportError, SyntaxError when Feishu gives something else than the card, or the signal's reason.
 */
export async function readAnswer(client: FeishuClient, messageId: string, options: CallOptions): Promise<string> {
  const { message } = await getMessageFeishu(client, { messageId, fullCard: true }, options);
  return answerIn(message.content);
}

/** As {@link readAnswer}, of a message with a card of its own; undefined when it shows another kind. @throws as that */
export async function readOrdinaryAnswer(
  client: FeishuClient,
  messageId: string,
  options: CallOptions,
): Promise<string | undefined> {
  const { message } = await getMessageFeishu(client, { messageId, fullCard: true }, options);
  return isOrdinaryCard(cardOf(message.content)) ? answerIn(message.content) : undefined;
}

/**
 * Ids of the answer elements of a message that hold no text. Their content may be missing in what Feishu gives back.
 * @throws FeishuApiError, FeishuTransportError, SyntaxError when Feishu gives something else than the card, or the signal's reason.
 */
export async function readEmptyElements(
  client: FeishuClient,
  messageId: string,
  options: CallOptions,
): Promise<readonly string[]> {
  const { message } = await getMessageFeishu(client, { messageId, fullCard: true }, options);
  const body = cardOf(message.content)["body"] as
    | { elements?: { element_id?: string; content?: string }[] }
    | undefined;
  return (body?.elements ?? []).flatMap(({ element_id: id, content = "" }) =>
    id !== undefined && isAnswerId(id) && content === "" ? [id] : [],
  );
}

/** The answer in a card's JSON as Feishu gives it back: its answer elements joined. @throws SyntaxError when it is no JSON. */
export function answerIn(content: string): string {
  const pieces: string[] = [];
  for (const { id, content: text } of contentsIn(content))
    if (id !== undefined && isAnswerId(id)) pieces[Number(id.slice(1))] = text;
  return pieces.join("");
}

/**
 * Every text in a card as Feishu gives it back, wherever it puts them. The card comes as it was sent, or as a string in `user_dsl`.
 * @throws SyntaxError when it is no JSON.
 */
function contentsIn(card: string): { id: string | undefined; content: string }[] {
  const found: { id: string | undefined; content: string }[] = [];
  JSON.parse(card, (key, value: unknown) => {
    if (key === "user_dsl" && typeof value === "string") found.push(...contentsIn(value));
    if (typeof value !== "object" || value === null) return value;
    const { element_id: id, content } = value as { element_id?: unknown; content?: unknown };
    if (typeof content === "string") found.push({ id: typeof id === "string" ? id : undefined, content });
    return value;
  });
  return found;
}

/** The card in a message's content as Feishu gives it back. @throws SyntaxError when it is no JSON. */
export function cardOf(content: string): CardJson {
  const card = JSON.parse(content) as CardJson;
  const inner = card["user_dsl"];
  return typeof inner === "string" ? cardOf(inner) : card;
}
