import { cardJson } from "../../card/index.ts";
import type { CallOptions } from "../../client/index.ts";
import type { CardAction, SentMessage } from "../../send.ts";
import { convertMessageIdToCardIdFeishu, sendCardEntityFeishu, sendCardFeishu } from "../../send.ts";
import type { CardChange, ShownBlocks } from "./card-diff.ts";
import type { CardKitCardOptions } from "./cardkit-card-options.ts";
import { diffBlocks } from "./card-diff.ts";
import type { CardCall } from "./cardkit-calls.ts";
import { CardKitCalls } from "./cardkit-calls.ts";
import { limitName } from "../limits.ts";
import { imagesOf } from "../reply/reply-view.ts";
import { FOREIGN_SEQUENCE, SequenceCounter } from "./sequence-counter.ts";
import { SendFate } from "./send-fate.ts";
import type { Held } from "./shown-part.ts";
import { shownPart } from "./shown-part.ts";
import { StreamingMode } from "./streaming-mode.ts";
import type { Unfinished, Want, Way } from "./surface.ts";
import { VisibleRange } from "./visible-range.ts";

/** One card of CardKit's: what is known of it, and the ways of making, sending and changing it. It decides nothing. */
export class CardKitCard {
  readonly calls: CardKitCalls;
  readonly fate: SendFate;
  readonly mode: StreamingMode;
  readonly visible: VisibleRange;
  /** Entities made for it so far. */
  entities = 0;
  /** Clock time at which the entity was made or converted. */
  madeAt: number = -Infinity;
  /** Clock time at which elements were added last. */
  addedAt: number = -Infinity;
  /** Clock time at which the message was sent. */
  sentAt: number = -Infinity;
  /** Which entity the message shows is not certain: it was sent by a uuid that a process which is gone may have used. */
  mustIdentify = false;
  /** What is on it is not certain: it has to be put as a whole. */
  mustReplace = false;
  /** Final layout as last put as a whole. */
  layout: string | undefined;
  readonly #options: CardKitCardOptions;
  #cardId: string | undefined;
  #messageId: string | undefined;
  /** The message may have become an entity: from then on no patch of it proves anything. */
  #converted = false;
  /** What is on the card; undefined before it is made. */
  #blocks: ShownBlocks | undefined;
  /** The message that the sending was answered with, while it is not known whether it shows this card. */
  #untold: SentMessage | undefined;
  /** What the first attempt to send a whole card carried: a repeat with the same uuid must carry the same. */
  #firstSent: Want | undefined;

  constructor(options: CardKitCardOptions) {
    this.#options = options;
    const { existing } = options;
    this.calls = new CardKitCalls(options.client, options.nonce, existing?.sequence);
    this.fate = new SendFate({ clock: options.clock, uuid: options.uuid });
    this.mode = new StreamingMode(options.clock);
    this.visible = new VisibleRange(options.clock, existing && { ...existing.shown, maybeEnd: undefined });
    if (existing === undefined) return;
    this.#cardId = existing.cardId;
    this.#messageId = existing.messageId;
    this.entities = 1;
    // What else stands on it is not known: it is put as a whole first.
    this.#blocks = [];
    this.mustReplace = true;
    this.mode.became(true, options.clock.now(), true);
  }

  get cardId(): string | undefined {
    return this.#cardId;
  }

  get messageId(): string | undefined {
    return this.#messageId;
  }

  get blocks(): ShownBlocks | undefined {
    return this.#blocks;
  }

  /** What it holds, as far as it is known. */
  get held(): Held | undefined {
    const blocks = this.#blocks;
    const { shown } = this.visible;
    return blocks === undefined || shown === undefined ? undefined : { ...shown, blocks };
  }

  #hold(want: Want, blocks: ShownBlocks): void {
    this.visible.shows(shownPart(want, blocks, this.held));
    this.#blocks = blocks;
  }

  /** See {@link Surface.isUnidentified}. */
  get isUnidentified(): boolean {
    return this.#untold !== undefined;
  }

  /** See {@link Surface.unfinished}. */
  get unfinished(): Unfinished | undefined {
    const cardId = this.#cardId;
    const messageId = this.#messageId;
    if (this.isUnidentified)
      return { by: "cardkit", cardId: undefined, messageId, sequence: new SequenceCounter(FOREIGN_SEQUENCE) };
    if (messageId !== undefined && cardId === undefined && !this.#converted)
      return { by: "patch", messageId, lateUntil: -Infinity };
    if (messageId === undefined && !this.fate.unknown) return undefined;
    const first = this.#firstSent;
    const { sending } = this.fate;
    if (messageId === undefined && cardId === undefined && first !== undefined && sending !== undefined) {
      // Nobody has converted what nobody knows.
      const sendAgain = async (options: CallOptions): Promise<string> => {
        if (this.#messageId === undefined) await this.sendWhole(first).run(options);
        return this.#messageId ?? "";
      };
      return {
        by: "patch",
        messageId,
        lateUntil: this.visible.lateUntil,
        lost: { sending, target: this.#options.target, sendAgain },
      };
    }
    return { by: "cardkit", cardId, messageId, sequence: this.calls.sequence };
  }

  /** An entity that was not sent is of no use any more. */
  forget(): void {
    this.#cardId = undefined;
    this.#blocks = undefined;
    this.visible.forget();
    this.#firstSent = undefined;
  }

  create(want: Want): Way {
    // A reply that is complete before its card exists needs no streaming mode at all.
    const streaming = !want.final;
    const card = cardJson(want.view, streaming);
    let startedAt = 0;
    const create = this.calls.create(card, (cardId) => {
      this.#cardId = cardId;
      this.entities += 1;
      this.madeAt = this.#options.clock.now();
      this.mode.became(streaming, startedAt, true);
      this.#hold(want, want.view.blocks);
      if (want.final) this.layout = JSON.stringify(card);
      this.#options.onCreated(cardId);
    });
    return {
      ...create,
      next: want.mayOpen ? this.#options.target.sending.names : undefined,
      run: (options) => {
        startedAt = this.#options.clock.now();
        return create.run(options);
      },
    };
  }

  /** @param isWritten text goes on to come */
  send(cardId: string, blocks: ShownBlocks, isWritten: boolean): Way {
    const { client, target } = this.#options;
    const send = this.#message(async (options) => {
      const uuid = this.fate.attempt(blocks, cardId);
      this.sent(await sendCardEntityFeishu(client, { to: target.current, cardId, uuid }, options));
    });
    return { ...send, next: isWritten ? [limitName.api("element.content")] : undefined };
  }

  sendWhole(want: Want): Way {
    const { client, target } = this.#options;
    return this.#message(async (options) => {
      this.#firstSent ??= want;
      const { view } = this.#firstSent;
      const uuid = this.fate.attempt(view.blocks, undefined);
      this.sent(await sendCardFeishu(client, { to: target.current, card: cardJson(view, true), uuid }, options));
    });
  }

  #message(run: Way["run"]): Way {
    const { api, names } = this.#options.target.sending;
    return { api, names, run };
  }

  convert(): Way {
    const api = "card.id_convert";
    const run: Way["run"] = async (options) => {
      const messageId = this.#messageId ?? "";
      this.#cardId = (await convertMessageIdToCardIdFeishu(this.#options.client, { messageId }, options)).cardId;
      this.#converted = true;
      this.madeAt = this.#options.clock.now();
      this.#options.onCreated(this.#cardId);
      this.#tell();
    };
    return { api, names: [limitName.api(api)], run };
  }

  /** Asks which entity the message shows, and goes on with that one. */
  identify(messageId: string): Way {
    const api = "card.id_convert";
    const run: Way["run"] = async (options) => {
      const { cardId } = await convertMessageIdToCardIdFeishu(this.#options.client, { messageId }, options);
      this.mustIdentify = false;
      if (cardId !== this.#cardId) this.#changeTo(cardId);
      this.#tell();
    };
    return { api, names: [limitName.api(api)], run };
  }

  /** The message shows another entity, of which nothing is known but that it is there. */
  #changeTo(cardId: string): void {
    this.#cardId = cardId;
    this.calls.sequence.raise(FOREIGN_SEQUENCE);
    const { start = 0, version = 0 } = this.visible.shown ?? {};
    this.visible.shows({ start, end: start, version });
    this.#blocks = [];
    this.layout = undefined;
    this.mustReplace = true;
    this.mode.became(true, this.#options.clock.now(), true);
    this.#options.onCreated(cardId);
  }

  batch(cardId: string, want: Want, change: CardChange): Way {
    return this.write(this.calls.batch(cardId, change.actions), want, change.result, change.images);
  }

  close(cardId: string, want: Want, held: Held): Way {
    const { actions, images } = diffBlocks(held.blocks, want.view.blocks);
    const config = { streaming_mode: false, summary: { content: want.view.summary } };
    const off: CardAction = { action: "partial_update_setting", params: { settings: { config } } };
    const close = this.calls.batch(cardId, [...actions, off]);
    return this.write(this.#switching(close, false), want, want.view.blocks, images);
  }

  replace(cardId: string, want: Want): Way {
    const streaming = !want.final;
    const card = cardJson(want.view, streaming);
    const put = this.write(
      this.#switching(this.calls.replace(cardId, card), streaming),
      want,
      want.view.blocks,
      imagesOf(want.view),
    );
    return {
      ...put,
      run: async (options) => {
        await put.run(options);
        this.mustReplace = false;
        if (!streaming) this.layout = JSON.stringify(card);
      },
    };
  }

  setStreaming(cardId: string, streaming: boolean): Way {
    return this.#switching(this.calls.setStreaming(cardId, streaming), streaming, true);
  }

  /** A call that leaves streaming mode on or off; `restarts` when the ten minutes begin again by it. */
  #switching(one: CardCall, streaming: boolean, restarts = false): CardCall {
    return {
      ...one,
      run: async (options) => {
        const at = this.mode.ask(streaming);
        await one.run(options);
        this.mode.became(streaming, at, restarts);
      },
    };
  }

  /** A write after which the card shows `result`; once it is acknowledged, that is what the card holds. */
  write(one: CardCall, want: Want, result: ShownBlocks, images: readonly string[]): Way {
    return {
      ...one,
      images,
      run: async (options) => {
        const part = shownPart(want, result, this.held);
        this.visible.attempt(part);
        this.layout = undefined;
        await one.run(options);
        if (part.end !== this.held?.end) this.mode.worked();
        if (result.length > (this.#blocks?.length ?? 0)) this.addedAt = this.#options.clock.now();
        this.#hold(want, result);
      },
    };
  }

  /** Nobody knows what became of a call. */
  noteUnknown({ api }: Way, cutOff: boolean | undefined): void {
    if (api === "card.settings" || api === "card.update") this.mode.unknown();
    if (api === "card.id_convert") this.#converted = true;
    if (api.startsWith("message.")) {
      this.fate.lost();
      this.visible.late(cutOff);
    }
    const isWrite = (api.startsWith("card.") || api.startsWith("element.")) && this.#cardId !== undefined;
    if (!isWrite || this.#messageId === undefined || api === "card.settings") return;
    this.visible.lost();
    // Elements may have come or gone: only replacing the whole card makes certain. Text alone is simply put again.
    if (api === "card.batch_update") this.mustReplace = true;
  }

  /** It is there. */
  sent(message: SentMessage): void {
    const { sharesUuid, existing, onSent, clock } = this.#options;
    const first = this.#firstSent;
    if (first !== undefined) {
      this.#hold(first, first.view.blocks);
      this.mode.became(true, this.fate.firstAt, true);
    }
    this.#messageId = message.messageId;
    this.sentAt = clock.now();
    this.mustIdentify = sharesUuid === true && this.#cardId !== undefined;
    this.fate.sent();
    if (sharesUuid !== true || existing !== undefined) {
      // What its process showed on it after it was written down nobody knows.
      if (sharesUuid === true) this.visible.mayShowAll();
      onSent(message);
      return;
    }
    // It may be another process's, with another card: nobody is told before that is known, nor is it taken to show this one.
    this.#untold = message;
    if (first === undefined) return;
    this.visible.shows({ ...first, end: first.start });
    this.#blocks = [];
    this.mustReplace = true;
  }

  /** It is known which card the message shows. */
  #tell(): void {
    const message = this.#untold;
    this.#untold = undefined;
    if (message !== undefined) this.#options.onSent(message);
  }
}
