import type { Clock } from "../../../src/time/index.ts";
import type { CardBlock, CardView } from "../card/index.ts";
import { cardJson } from "../card/index.ts";
import type { FeishuClient } from "../client/index.ts";
import type { CardAction, MessageTarget, SentMessage } from "../send.ts";
import {
  batchUpdateCardFeishu,
  convertMessageIdToCardIdFeishu,
  createCardEntityFeishu,
  patchCardElementFeishu,
  sendCardEntityFeishu,
  sendCardFeishu,
  setCardStreamingModeFeishu,
  streamUpdateCardElementFeishu,
  updateCardEntityFeishu,
} from "../send.ts";
import type { CardDiff } from "./card-diff.ts";
import { diffBlocks } from "./card-diff.ts";
import { limitName } from "./limits.ts";
import { imagesOf } from "./reply-view.ts";
import { SendFate } from "./send-fate.ts";
import type { Operation, Sending, Shown, Surface, SurfaceFailure, TextRange, Want, Way } from "./surface.ts";
import { LATE_MS, sameText } from "./surface.ts";

/** Feishu switches streaming mode off ten minutes after it was switched on (web:streaming-overview). */
const RENEW_AFTER_MS = 8.5 * 60_000;
const OPEN_TIMEOUT_MS = 10_000;
const TEXT_TIMEOUT_MS = 5_000;
const CLOSE_TIMEOUT_MS = 8_000;
/** Streaming mode is switched on again this often without any text getting through before the card is given up. */
const MAX_REOPENS = 2;
/** How far `sequence` jumps after a conflict, first and at most. */
const FIRST_JUMP = 10;
const MAX_JUMP = 100_000;

export interface CardKitSurfaceOptions {
  readonly client: FeishuClient;
  readonly clock: Clock;
  readonly target: MessageTarget;
  /** Names the chat for its send limit. */
  readonly chat: string;
  /** Unique per card; prefix of every `uuid` (≤ 30 characters). */
  readonly nonce: string;
  /** `create`: card entity first, sent by `card_id`. `convert`: card sent with its text at once, then `id_convert`. */
  readonly start: "create" | "convert";
  readonly onSent: (message: SentMessage) => void;
}

/** What is known to be on the card. */
interface Held extends TextRange {
  readonly view: CardView;
}

/** A card written through CardKit: elements stream, one `sequence` counts all operations, streaming mode is kept alive and closed. */
export class CardKitSurface implements Surface {
  readonly tier = "cardkit";
  readonly #options: CardKitSurfaceOptions;
  #cardId: string | undefined;
  #messageId: string | undefined;
  #held: Held | undefined;
  /** What the first attempt to send a whole card carried: a repeat with the same uuid must carry the same. */
  #firstSent: Want | undefined;
  /** What the last write was to show. */
  #attempt: TextRange = { start: 0, end: 0, version: 0 };
  #maybeEnd: number | undefined;
  #lateUntil = -Infinity;
  #sequence = 0;
  #jump = FIRST_JUMP;
  #entities = 0;
  readonly #fate: SendFate;
  #streaming = false;
  #streamingSince = 0;
  /** Whether the last call that switches streaming mode, or puts a whole card, was to leave it on. */
  #asksStreaming = false;
  #reopens = 0;
  #mustReopen = false;
  #mustReplace = false;
  /** The whole layout cannot be put; switching streaming off is all that is left to do. */
  #bareClose = false;
  /** Final layout as last put as a whole. */
  #layout: string | undefined;
  #finished = false;

  constructor(options: CardKitSurfaceOptions) {
    this.#options = options;
    this.#fate = new SendFate({ clock: options.clock, uuid: `${options.nonce}-m1` });
  }

  get cardId(): string | undefined {
    return this.#cardId;
  }

  get messageId(): string | undefined {
    return this.#messageId;
  }

  get shown(): Shown | undefined {
    if (this.#messageId === undefined || this.#held === undefined) return undefined;
    const { start, end, version } = this.#held;
    return { start, end, maybeEnd: this.#maybeEnd, version };
  }

  get sendUnknown(): boolean {
    return this.#fate.unknown;
  }

  get sending(): Sending | undefined {
    return this.#fate.sending;
  }

  get lateUntil(): number {
    return this.#lateUntil;
  }

  get finished(): boolean {
    return this.#finished;
  }

  get streaming(): boolean {
    return this.#streaming && (this.#cardId ?? this.#messageId) !== undefined;
  }

  /** Streaming mode was ended by other means. */
  closedElsewhere(): void {
    this.#streaming = false;
  }

  /** Gives the card up: nothing but switching streaming off is still done. */
  retire(): void {
    this.#bareClose = true;
  }

  next(want: Want): Operation | undefined {
    this.#finished = false;
    if (this.#bareClose && this.#cardId !== undefined) return this.#nextToRetire(this.#cardId);
    if (this.#messageId === undefined) return this.#nextToOpen(want);
    if (this.#cardId === undefined) return opening(this.#convert());
    const held = this.#held;
    return held === undefined ? undefined : this.#nextToShow(want, this.#cardId, held);
  }

  wakeAt(): number {
    return this.#streaming && this.#messageId !== undefined ? this.#renewAt() : Infinity;
  }

  failed(way: Way, failure: SurfaceFailure): boolean {
    const { decision, unknown } = failure;
    if (unknown) this.#noteUnknown(way);
    switch (decision) {
      case "resequence":
        this.#sequence += this.#jump;
        this.#jump = Math.min(MAX_JUMP, this.#jump * 10);
        return true;
      case "reopen":
        this.#streaming = false;
        this.#mustReopen = true;
        this.#reopens += 1;
        return this.#reopens <= MAX_REOPENS;
      case "resync":
        if (this.#messageId === undefined) return false;
        if (way.api === "card.update") return this.#closeBare();
        this.#mustReplace = true;
        return true;
      case "shrink":
        return way.api === "card.update" && this.#closeBare();
      case "gone":
        // An entity that was certainly never sent is simply made anew, once.
        if (this.#messageId !== undefined || this.#fate.unknown || this.#entities > 1) return false;
        this.#cardId = undefined;
        this.#held = undefined;
        return true;
      case "end":
        return false;
      default:
        return true;
    }
  }

  adopt(message: SentMessage): void {
    this.#sent(message);
  }

  notSent(): void {
    this.#fate.notSent();
    this.#firstSent = undefined;
  }

  freeze(): void {
    this.#mustReopen = false;
    if (this.#messageId !== undefined) {
      this.#mustReplace = true;
    } else if (!this.#fate.unknown) {
      // What was refused was never shown: the next attempt starts from nothing, with less.
      this.#cardId = undefined;
      this.#held = undefined;
      this.#firstSent = undefined;
    }
  }

  #nextToOpen(want: Want): Operation | undefined {
    if (this.#options.start === "convert") return want.mayOpen ? opening(this.#sendWhole(want)) : undefined;
    const held = this.#held;
    if (this.#cardId === undefined || held === undefined) return opening(this.#create(want));
    if (!want.mayOpen) return undefined;
    // The card was made for text that has moved since: it must not be seen with the old one.
    if (!this.#fate.unknown && !(held.start === want.start && continues(held.view, want.view))) {
      return opening(this.#replace(this.#cardId, want));
    }
    return opening(this.#send(this.#cardId, held.view));
  }

  #nextToShow(want: Want, cardId: string, held: Held): Operation | undefined {
    if (want.final && !this.#streaming) {
      this.#finished = this.#layout === JSON.stringify(cardJson(want.view, false));
      if (this.#finished) return undefined;
      // Only an image has come since: no reader waits for that as for text.
      const priority = this.#layout !== undefined && sameText(held, want) ? "sign" : "first";
      return { ...closing(this.#replace(cardId, want)), priority };
    }
    if (this.#mustReplace) return { ...closing(this.#replace(cardId, want)), kind: want.final ? "close" : "repair" };
    const diff = diffBlocks(held.view.blocks, want.view.blocks);
    // When the one API's budget is used up, the final layout says it all as well.
    if (want.final) return closing(this.#close(cardId, want, diff), this.#replace(cardId, want));
    if (this.#mustReopen || this.#options.clock.now() >= this.#renewAt()) {
      return { ...closing(this.#setStreaming(cardId, true)), kind: "repair" };
    }
    if (diff.actions.length === 0) return undefined;
    const ways: Way[] = [];
    const only = diff.structural || diff.texts.length > 1 ? undefined : diff.texts[0];
    if (only !== undefined) ways.push(this.#content(cardId, want, only), this.#patchText(cardId, want, only));
    ways.push(this.#batch(cardId, want, diff));
    const kind = want.end === held.end ? "sign" : "text";
    return { kind, ways, priority: kind, timeoutMs: TEXT_TIMEOUT_MS };
  }

  #nextToRetire(cardId: string): Operation | undefined {
    this.#finished = !this.#streaming;
    return this.#finished ? undefined : closing(this.#setStreaming(cardId, false));
  }

  #renewAt(): number {
    return this.#streamingSince + RENEW_AFTER_MS;
  }

  #create(want: Want): Way {
    return this.#way("card.create", undefined, async (options) => {
      const startedAt = this.#options.clock.now();
      // A reply that is complete before its card exists needs no streaming mode at all.
      const streaming = !want.final;
      const card = cardJson(want.view, streaming);
      const { cardId } = await createCardEntityFeishu(this.#options.client, { card }, options);
      this.#cardId = cardId;
      this.#entities += 1;
      this.#sequence = 0;
      this.#streaming = streaming;
      this.#streamingSince = startedAt;
      this.#held = want;
      if (want.final) this.#layout = JSON.stringify(card);
    });
  }

  #send(cardId: string, view: CardView): Way {
    const { client, target } = this.#options;
    return this.#message(async (options) => {
      const uuid = this.#fate.attempt(view, cardId);
      this.#sent(await sendCardEntityFeishu(client, { to: target, cardId, uuid }, options));
    });
  }

  #sendWhole(want: Want): Way {
    const { client, target } = this.#options;
    return this.#message(async (options) => {
      this.#firstSent ??= want;
      const { view } = this.#firstSent;
      const uuid = this.#fate.attempt(view, undefined);
      this.#sent(await sendCardFeishu(client, { to: target, card: cardJson(view, true), uuid }, options));
    });
  }

  #convert(): Way {
    return this.#way("card.id_convert", undefined, async (options) => {
      const messageId = this.#messageId ?? "";
      this.#cardId = (await convertMessageIdToCardIdFeishu(this.#options.client, { messageId }, options)).cardId;
    });
  }

  #content(cardId: string, want: Want, block: CardBlock): Way {
    return this.#way(
      "element.content",
      cardId,
      async (options) => {
        const elementId = block.textId ?? block.id;
        const params = { cardId, elementId, content: block.text, ...this.#stamp() };
        await this.#write(want, () => streamUpdateCardElementFeishu(this.#options.client, params, options));
      },
      block.images,
    );
  }

  #patchText(cardId: string, want: Want, block: CardBlock): Way {
    return this.#way(
      "element.patch",
      cardId,
      async (options) => {
        const elementId = block.textId ?? block.id;
        const params = { cardId, elementId, partialElement: { content: block.text }, ...this.#stamp() };
        await this.#write(want, () => patchCardElementFeishu(this.#options.client, params, options));
      },
      block.images,
    );
  }

  #batch(cardId: string, want: Want, diff: CardDiff): Way {
    return this.#way(
      "card.batch_update",
      cardId,
      async (options) => {
        const params = { cardId, actions: diff.actions, ...this.#stamp() };
        await this.#write(want, () => batchUpdateCardFeishu(this.#options.client, params, options));
      },
      diff.images,
    );
  }

  #close(cardId: string, want: Want, diff: CardDiff): Way {
    const config = { streaming_mode: false, summary: { content: want.view.summary } };
    const off: CardAction = { action: "partial_update_setting", params: { settings: { config } } };
    return this.#way(
      "card.batch_update",
      cardId,
      async (options) => {
        const params = { cardId, actions: [...diff.actions, off], ...this.#stamp() };
        await this.#write(want, () => batchUpdateCardFeishu(this.#options.client, params, options));
        this.#streaming = false;
      },
      diff.images,
    );
  }

  #replace(cardId: string, want: Want): Way {
    return this.#way(
      "card.update",
      cardId,
      async (options) => {
        const streaming = !want.final;
        const card = cardJson(want.view, streaming);
        const startedAt = this.#options.clock.now();
        this.#asksStreaming = streaming;
        const params = { cardId, card, ...this.#stamp() };
        await this.#write(want, () => updateCardEntityFeishu(this.#options.client, params, options));
        if (streaming && !this.#streaming) this.#streamingSince = startedAt;
        this.#streaming = streaming;
        this.#mustReplace = false;
        this.#mustReopen = false;
        if (!streaming) this.#layout = JSON.stringify(card);
      },
      imagesOf(want.view),
    );
  }

  #setStreaming(cardId: string, streaming: boolean): Way {
    return this.#way("card.settings", cardId, async (options) => {
      const startedAt = this.#options.clock.now();
      this.#asksStreaming = streaming;
      const params = { cardId, streaming, ...this.#stamp() };
      await setCardStreamingModeFeishu(this.#options.client, params, options);
      this.#streaming = streaming;
      this.#streamingSince = startedAt;
      this.#mustReopen = false;
    });
  }

  /** Runs a write of the wanted view; once it is acknowledged, that is what the card holds. */
  async #write(want: Want, call: () => Promise<unknown>): Promise<void> {
    this.#attempt = want;
    this.#layout = undefined;
    await call();
    if (want.end !== this.#held?.end) this.#reopens = 0;
    this.#held = want;
    this.#maybeEnd = undefined;
    this.#jump = FIRST_JUMP;
  }

  #noteUnknown(way: Way): void {
    // What may be on has to be switched off in the end.
    if ((way.api === "card.settings" || way.api === "card.update") && this.#asksStreaming) this.#streaming = true;
    if (way.api.startsWith("message.")) {
      this.#fate.lost();
      this.#lateUntil = this.#options.clock.now() + LATE_MS;
    }
    if (this.#messageId === undefined || (!way.api.startsWith("card.") && !way.api.startsWith("element."))) return;
    if (way.api === "card.settings" || way.api === "card.id_convert") return;
    if (this.#held === undefined || !sameText(this.#held, this.#attempt))
      this.#maybeEnd = Math.max(this.#maybeEnd ?? 0, this.#attempt.end);
    this.#lateUntil = this.#options.clock.now() + LATE_MS;
    // Elements may have come or gone: only replacing the whole card makes certain. Text alone is simply put again.
    if (way.api === "card.batch_update") this.#mustReplace = true;
  }

  #closeBare(): boolean {
    if (this.#bareClose) return false;
    this.#bareClose = true;
    return true;
  }

  #sent(message: SentMessage): void {
    if (this.#firstSent !== undefined) {
      this.#held = this.#firstSent;
      this.#streaming = true;
      this.#streamingSince = this.#fate.firstAt;
    }
    this.#messageId = message.messageId;
    this.#fate.sent();
    this.#options.onSent(message);
  }

  #stamp(): { sequence: number; uuid: string } {
    this.#sequence += 1;
    return { sequence: this.#sequence, uuid: `${this.#options.nonce}-${this.#sequence}` };
  }

  #message(run: Way["run"]): Way {
    const api = this.#options.target.type === "reply" ? "message.reply" : "message.create";
    return { api, names: [limitName.api(api), limitName.chat(this.#options.chat)], run };
  }

  #way(api: string, cardId: string | undefined, run: Way["run"], images?: readonly string[]): Way {
    const names = [limitName.api(api)];
    if (cardId !== undefined) names.push(limitName.card(cardId));
    return { api, names, run, images };
  }
}

/** Whether every answer text of `later` begins with that of `earlier`. */
function continues(earlier: CardView, later: CardView): boolean {
  return earlier.blocks.every(
    ({ id, text }) =>
      !id.startsWith("a") || (later.blocks.find((block) => block.id === id)?.text ?? "").startsWith(text),
  );
}

function opening(way: Way): Operation {
  return { kind: "open", ways: [way], priority: "first", timeoutMs: OPEN_TIMEOUT_MS };
}

function closing(...ways: Way[]): Operation {
  return { kind: "close", ways, priority: "first", timeoutMs: CLOSE_TIMEOUT_MS };
}
