import type { AdapterPostableMessage, CardElement, FileUpload } from "chat";
import type { CardJson } from "../feishu/card/index.ts";
import { FEISHU_LIMITS } from "../feishu/client/index.ts";
import type { FeishuDelivery } from "../feishu/delivery/index.ts";
import { uploadImage } from "../feishu/delivery/index.ts";
import { needsCard } from "../feishu/dialect/index.ts";
import { editMessage } from "../feishu/edit-message.ts";
import { imageFormat } from "../feishu/images/index.ts";
import type { FeishuInstance } from "../feishu/index.ts";
import { sendInPlace } from "../feishu/say-reliably.ts";
import type { Place } from "../feishu/say-reliably.ts";
import {
  sendAudioFeishu,
  sendCardFeishu,
  sendFileFeishu,
  sendImageFeishu,
  sendMediaFeishu,
  sendPostFeishu,
  sendTextFeishu,
  uploadFileFeishu,
  uploadImageFeishu,
} from "../feishu/send.ts";
import type { MessageTarget, SentMessage } from "../feishu/send.ts";
import type { Language } from "../../src/plugin-sdk/index.ts";
import { toDelta } from "../../src/stream/index.ts";
import { withDeadline } from "../../src/time/index.ts";
import { imagesOf, toCardJson } from "./card-json.ts";
import { mentionedIn, toOutgoing, withMentions } from "./outgoing.ts";
import type { Replies } from "./replies.ts";

/** A message beyond this many bytes goes as cards: Feishu takes 30 KB of request body for rich text. */
const POST_MAX_BYTES = 20_000;
/** A picture of a card; the card waits for it. */
const IMAGE_WITHIN_MS = 10_000;

/** Posts and edits messages, each once, however often a call has to be made. */
export class Poster {
  readonly #instance: FeishuInstance;
  readonly #replies: Replies;

  constructor(instance: FeishuInstance, replies: Replies) {
    this.#instance = instance;
    this.#replies = replies;
  }

  /**
   * Posts a message, and its files behind it.
   * @returns the first of what was sent
   * @throws FeishuApiError, FeishuTransportError, FeishuInputError, or TypeError for an attachment without data
   */
  async post(place: Place, message: AdapterPostableMessage, language: Language): Promise<SentMessage> {
    const { body, files } = await toOutgoing(message);
    const sent: SentMessage[] = [];
    const isEmpty =
      (body.kind === "markdown" && body.markdown.trim() === "") || (body.kind === "text" && body.text.trim() === "");
    if (!isEmpty || files.length === 0) {
      if (body.kind === "text")
        sent.push(await this.#send(place, (to) => sendTextFeishu(this.#client, { ...to, text: body.text })));
      else if (body.kind === "card") sent.push(await this.card(place, body.card));
      else sent.push(await this.#markdown(place, body.markdown, language));
    }
    for (const file of files) sent.push(await this.#file(place, file));
    const [first] = sent;
    if (first === undefined) throw new TypeError("there is nothing to send");
    return first;
  }

  /** Replaces what a message says. @throws what `editMessage` throws, and TypeError for files, which a message cannot get later */
  async edit(messageId: string, message: AdapterPostableMessage): Promise<void> {
    const { body, files } = await toOutgoing(message);
    if (files.length > 0) throw new TypeError("files: Feishu adds none to a message that was sent; post them");
    if (body.kind === "card") return this.editCard(messageId, body.card);
    const text = body.kind === "text" ? body.text : body.markdown;
    await editMessage(this.#delivery, messageId, text);
  }

  async card(place: Place, card: CardElement): Promise<SentMessage> {
    return this.json(place, await this.#toJson(card));
  }

  async editCard(messageId: string, card: CardElement): Promise<void> {
    await editMessage(this.#delivery, messageId, { card: await this.#toJson(card) });
  }

  /** Posts a card of Feishu's own form. */
  json(place: Place, card: CardJson): Promise<SentMessage> {
    return this.#send(place, (to) => sendCardFeishu(this.#client, { ...to, card }));
  }

  get #client(): FeishuDelivery["client"] {
    return this.#instance.client;
  }

  get #delivery(): FeishuDelivery {
    return this.#instance.delivery;
  }

  #send(
    place: Place,
    send: (outgoing: { to: MessageTarget; uuid: string }) => Promise<SentMessage>,
  ): Promise<SentMessage> {
    return sendInPlace(this.#delivery, place, send);
  }

  /** Rich text where it can show all of it; else cards, as many as it takes. */
  async #markdown(place: Place, markdown: string, language: Language): Promise<SentMessage> {
    const mentionable = mentionedIn(markdown);
    if (!needsCard(markdown) && Buffer.byteLength(markdown) <= POST_MAX_BYTES) {
      const text = withMentions(markdown, "message");
      return this.#send(place, (to) => sendPostFeishu(this.#client, { ...to, markdown: text, mentionable }));
    }
    const reply = this.#replies.open(place, language, { mentionable: [...mentionable] });
    reply.append(toDelta(withMentions(markdown, "card")));
    const { error } = await reply.finalize();
    const { messageId, chatId = place.chatId } = reply.session;
    if (messageId === undefined || error !== undefined) throw error ?? new Error("the message could not be sent");
    return { messageId, chatId, createTime: this.#instance.delivery.clock.wallNow() };
  }

  async #toJson(card: CardElement): Promise<CardJson> {
    const keys = new Map(
      await Promise.all(
        imagesOf(card).map(async (url): Promise<[string, string | undefined]> => [url, await this.#imageKey(url)]),
      ),
    );
    return toCardJson(card, { imageKey: (url) => keys.get(url) });
  }

  /** A picture that cannot be had stays a link. */
  async #imageKey(url: string): Promise<string | undefined> {
    const { loadImage, delivery } = this.#instance;
    if (loadImage === undefined) return undefined;
    try {
      return await withDeadline(delivery.clock, IMAGE_WITHIN_MS, "fetching a picture", async (signal) => {
        const { data } = await loadImage(url, { signal, maxBytes: FEISHU_LIMITS.imageMaxBytes });
        return uploadImage(delivery, data, signal);
      });
    } catch (error) {
      delivery.logger.debug("a picture of a card stays a link", {
        error: error instanceof Error ? error.name : "unknown",
      });
      return undefined;
    }
  }

  /** A file in the form in which Feishu shows it: a picture, a voice message, a video, or a file. */
  async #file(place: Place, { data, filename, mimeType }: FileUpload): Promise<SentMessage> {
    const bytes = new Uint8Array(data instanceof Blob ? await data.arrayBuffer() : data);
    const client = this.#client;
    if (imageFormat(bytes) !== undefined && mimeType?.startsWith("image/") !== false) {
      const { imageKey } = await uploadImageFeishu(client, { data: bytes });
      return this.#send(place, (to) => sendImageFeishu(client, { ...to, imageKey }));
    }
    const { fileKey } = await uploadFileFeishu(client, { data: bytes, fileName: filename });
    const send = /\.opus$/iu.test(filename)
      ? sendAudioFeishu
      : /\.mp4$/iu.test(filename)
        ? sendMediaFeishu
        : sendFileFeishu;
    return this.#send(place, (to) => send(client, { ...to, fileKey }));
  }
}
