import type { CardJson } from "../../card/index.ts";
import { isAnswerId } from "../../card/index.ts";
import type { CallOptions, FeishuClient } from "../../client/index.ts";
import { FeishuApiError, isPassing } from "../../client/index.ts";
import { getMessageFeishu } from "../../send.ts";

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
  const elements = contentsIn(message.content);
  const wanted = new Set(contentsIn(JSON.stringify(card)).map(({ content }) => content));
  const shown = new Set(elements.map(({ content }) => content));
  return (
    [...wanted].every((content) => content === "" || shown.has(content)) &&
    elements.every(({ id, content }) => id === undefined || wanted.has(content))
  );
}

/**
 * Whether somebody recalled a message. One that cannot be read for a lasting reason counts as being there.
 * @throws FeishuApiError or FeishuTransportError when it cannot be read now, or the signal's reason.
 */
export async function isRecalled(client: FeishuClient, messageId: string, options: CallOptions): Promise<boolean> {
  try {
    return (await getMessageFeishu(client, { messageId }, options)).message.deleted;
  } catch (error) {
    if (!(error instanceof FeishuApiError) || isPassing(error)) throw error;
    return error.kind === "not-found";
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
