import { basename } from "node:path";
import type { CardJson } from "../../card/index.ts";
import { needsCard, toPlainText } from "../../dialect/index.ts";
import { FeishuApiError, FeishuInputError } from "../../client/index.ts";
import type { LoadImage } from "../../images/index.ts";
import { createReplyDispatcher } from "../../reply-dispatcher.ts";
import {
  sendAudioFeishu,
  sendCardFeishu,
  sendFileFeishu,
  sendImageFeishu,
  sendMediaFeishu,
  sendPostFeishu,
  sendTextFeishu,
  toFileName,
  uploadFileFeishu,
  uploadImageFeishu,
} from "../../send.ts";
import type { MessageTarget, SentMessage } from "../../send.ts";
import { toSnapshot } from "../../../../src/stream/index.ts";
import type { AccountLease } from "../account/clients.ts";
import { cardSettings } from "../../config/index.ts";
import type { FeishuAccountConfig } from "../../config/index.ts";
import type { LoadedMedia, Presentation, ReplyPayload } from "../host/index.ts";
import { mediaKind } from "./media-kind.ts";
import { sendReliably } from "../../send-reliably.ts";
import { isInteractive, leadText } from "./presentation-card.ts";
import { toPresentationPieces } from "./presentation-pieces.ts";

/** Longest text that goes as one ordinary message; longer ones go as a card, which may go on in the next. */
const MAX_POST_CHARS = 3_000;
/** Feishu's default limit of what a bot may send, in megabytes, when the config says nothing. */
const DEFAULT_MEDIA_MB = 30;
/** Where a message goes and how. */
export interface SendContext {
  readonly lease: AccountLease;
  readonly config: FeishuAccountConfig;
  readonly target: MessageTarget;
  readonly chatId?: string | undefined;
  /** Fetches images of text that goes as a card. @defaultValue none: they stay links */
  readonly loadImage?: LoadImage | undefined;
  readonly locale: "zh" | "en";
}

/**
 * Sends complete text. Short text goes as rich text (or plain text with `renderMode: "raw"`); long text, tables and code go as cards.
 * @returns the ids of the messages, in order
 * @throws FeishuApiError, FeishuTransportError or FeishuInputError when not all of it is visible
 */
export async function sendWholeText(context: SendContext, text: string): Promise<string[]> {
  const { lease, config, target } = context;
  if (config.renderMode === "raw") return sendRaw(context, text);
  if (config.renderMode !== "card" && text.length <= MAX_POST_CHARS && !needsCard(text)) {
    const post = await sendReliably(lease.delivery, (uuid) =>
      sendPostFeishu(lease.client, { to: target, markdown: text, uuid }),
    );
    return [post.messageId];
  }
  const reply = createReplyDispatcher({
    delivery: lease.delivery,
    target,
    chatId: context.chatId,
    loadImage: context.loadImage,
    settings: { locale: context.locale, ...cardSettings(config.card) },
  });
  reply.replace(toSnapshot(text));
  const result = await reply.finalize();
  if (result.delivered < result.total) throw result.error ?? new Error("the text was not delivered completely");
  return result.parts.map((part) => part.messageId).filter((id) => id !== undefined);
}

/** Sends a presentation as a card, or its plain form when it is nothing but text. */
export async function sendPresentation(
  context: SendContext,
  payload: Pick<ReplyPayload, "text" | "presentationTextMode">,
  presentation: Presentation,
): Promise<string[]> {
  const plain = payload.text ?? "";
  const onlyText = presentation.title === undefined && !isInteractive(presentation) && plain.trim() !== "";
  if (onlyText || context.config.renderMode === "raw") return sendWholeText(context, plain);
  return sendPresentationCards(context, presentation, leadText(payload, presentation));
}

/**
 * Sends a presentation as the cards it takes, in order. Something readable arrives in any case: what of it Feishu does not take as a
 * card goes as text.
 */
export async function sendPresentationCards(
  context: SendContext,
  presentation: Presentation,
  lead: string | undefined,
): Promise<string[]> {
  const ids: string[] = [];
  for (const { card, text } of toPresentationPieces(presentation, lead)) {
    try {
      ids.push((await sendCard(context, card)).messageId);
    } catch (error) {
      const isRefused = error instanceof FeishuApiError && (error.kind === "too-large" || error.kind === "invalid");
      if (!isRefused) throw error;
      ids.push(...(await sendWholeText(context, text)));
    }
  }
  return ids;
}

/** Sends a card as it is. */
function sendCard({ lease, target }: SendContext, card: CardJson): Promise<SentMessage> {
  return sendReliably(lease.delivery, (uuid) => sendCardFeishu(lease.client, { to: target, card, uuid }));
}

/**
 * Uploads a file and sends it as an image, a voice message, a video or a file, by what it is. What Feishu does not take as an image
 * (too large, or broken) goes as a file.
 * @throws FeishuInputError when it is larger than Feishu takes, and what else the upload and the message throw
 */
export async function sendLoadedMedia(context: SendContext, media: LoadedMedia, url: string): Promise<string> {
  const { lease, target } = context;
  const { client, delivery } = lease;
  const fileName = toFileName(media.fileName ?? basename(url.split(/[?#]/u)[0] ?? ""));
  const kind = mediaKind(media.contentType, fileName, media.buffer);
  const imageKey = kind === "image" ? await uploadImage(lease, media) : undefined;
  if (imageKey !== undefined)
    return (await sendReliably(delivery, (uuid) => sendImageFeishu(client, { to: target, uuid, imageKey }))).messageId;
  const fileKey = await uploadFile(lease, media, fileName, kind === "image" ? "file" : kind);
  const send = { voice: sendAudioFeishu, video: sendMediaFeishu, file: sendFileFeishu, image: sendFileFeishu }[kind];
  return (await sendReliably(delivery, (uuid) => send(client, { to: target, uuid, fileKey }))).messageId;
}

/** What the reader is told in the place of a file that Feishu does not take for its size; undefined for other errors. */
export function tooLargeNote(error: unknown, media: LoadedMedia, locale: "zh" | "en"): string | undefined {
  const isTooLarge =
    (error instanceof FeishuInputError || error instanceof FeishuApiError) && error.kind === "too-large";
  if (!isTooLarge) return undefined;
  const name = toFileName(media.fileName ?? "");
  const mb = `${(media.buffer.byteLength / 1_048_576).toFixed(1).replace(/\.0$/u, "")} MB`;
  return locale === "zh"
    ? `[${name} 未发送：${mb}，超过飞书的 30 MB 上限]`
    : `[${name} not sent: ${mb}, and Feishu takes 30 MB]`;
}

/** Largest file that may be sent or fetched, in bytes. */
export function mediaMaxBytes(config: FeishuAccountConfig): number {
  return Math.floor((config.mediaMaxMb ?? DEFAULT_MEDIA_MB) * 1_048_576);
}

/** The key of an image; undefined when Feishu does not take it for one. */
async function uploadImage({ client, delivery }: AccountLease, media: LoadedMedia): Promise<string | undefined> {
  try {
    return (await sendReliably(delivery, () => uploadImageFeishu(client, { data: media.buffer }))).imageKey;
  } catch (error) {
    const isNoImage =
      (error instanceof FeishuApiError || error instanceof FeishuInputError) &&
      ["invalid", "too-large"].includes(error.kind);
    if (isNoImage) return undefined;
    throw error;
  }
}

async function uploadFile(
  { client, delivery }: AccountLease,
  media: LoadedMedia,
  fileName: string,
  kind: "voice" | "video" | "file",
): Promise<string> {
  const fileType = ({ voice: "opus", video: "mp4", file: undefined } as const)[kind];
  const params = { data: media.buffer, fileName, fileType };
  return (await sendReliably(delivery, () => uploadFileFeishu(client, params))).fileKey;
}

async function sendRaw({ lease, config, target }: SendContext, markdown: string): Promise<string[]> {
  const limit = config.textChunkLimit ?? 4_000;
  const text = toPlainText(markdown) || markdown;
  const ids: string[] = [];
  for (let at = 0; at < text.length;) {
    const end = cut(text, at, limit);
    const piece = text.slice(at, end);
    const sent = await sendReliably(lease.delivery, (uuid) =>
      sendTextFeishu(lease.client, { to: target, text: piece, uuid }),
    );
    ids.push(sent.messageId);
    at = end;
  }
  return ids;
}

/** The end of the piece that starts at `at`: at a line's end if there is one in the second half, never inside a surrogate pair. */
function cut(text: string, at: number, limit: number): number {
  if (text.length - at <= limit) return text.length;
  const newline = text.lastIndexOf("\n", at + limit - 1);
  if (newline > at + limit / 2) return newline + 1;
  const code = text.charCodeAt(at + limit - 1);
  return at + (code >= 0xd800 && code <= 0xdbff && limit > 1 ? limit - 1 : limit);
}
