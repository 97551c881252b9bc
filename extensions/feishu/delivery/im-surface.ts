import type { Clock } from "../../../src/time/index.ts";
import { cardJson } from "../card/index.ts";
import type { FeishuClient } from "../client/index.ts";
import type { MessageTarget, SentMessage } from "../send.ts";
import { patchCardMessageFeishu, sendCardFeishu } from "../send.ts";
import { limitName } from "./limits.ts";
import { showsTexts } from "./read-back.ts";
import { imagesOf } from "./reply-view.ts";
import { SendFate } from "./send-fate.ts";
import type { Operation, Sending, Shown, Surface, SurfaceFailure, TextRange, Want, Way } from "./surface.ts";
import { LATE_MS, sameText } from "./surface.ts";

const SEND_TIMEOUT_MS = 10_000;
const PATCH_TIMEOUT_MS = 8_000;
/** How often the final state is read back and put again, when an earlier patch may still land late. */
const MAX_CHECKS = 3;
/** Between attempts to read it back while Feishu cannot answer, once repeating at once has not helped. */
const CHECK_PAUSE_MS = 5_000;

export interface ImSurfaceOptions {
  readonly client: FeishuClient;
  readonly clock: Clock;
  readonly target: MessageTarget;
  /** Names the chat for its send limit. */
  readonly chat: string;
  /** `uuid` of the send (≤ 50 characters). The same as that of an earlier send of unknown fate, so that only one can succeed. */
  readonly uuid: string;
  /** Offset of the reply's text at which this card begins. */
  readonly startAt: number;
  /** An existing message to take over, and what it shows. */
  readonly takeOver?:
    | { readonly messageId: string; readonly shown: Shown | undefined; readonly lateUntil: number }
    | undefined;
  /** An earlier send with this uuid may have succeeded: then the message shows something else than was sent here. */
  readonly uncertain: boolean;
  /** That earlier send. */
  readonly sending?: Sending | undefined;
  readonly onSent: (message: SentMessage) => void;
}

/** An ordinary interactive message that is patched as a whole: slower, but independent of CardKit. Patches are strictly one after the other. */
export class ImSurface implements Surface {
  readonly tier = "im-patch";
  readonly cardId = undefined;
  readonly #options: ImSurfaceOptions;
  #messageId: string | undefined;
  #shown: Shown | undefined;
  /** Card as last acknowledged; undefined when what the message shows is not certain. */
  #json: string | undefined;
  #firstSent: Want | undefined;
  /** An attempt to send that may have succeeded. Attempts by other means carried something else, whatever became of them. */
  #mayShowFirst = false;
  readonly #fate: SendFate;
  /** What the last patch was to show. */
  #attempt: TextRange = { start: 0, end: 0, version: 0 };
  #lateUntil = -Infinity;
  #checks = 0;
  #checked: boolean;
  #finished = false;

  constructor(options: ImSurfaceOptions) {
    this.#options = options;
    this.#messageId = options.takeOver?.messageId;
    this.#shown = options.takeOver?.shown;
    this.#lateUntil = options.takeOver?.lateUntil ?? -Infinity;
    this.#checked = this.#lateUntil === -Infinity;
    const { clock, uuid, uncertain, sending } = options;
    this.#fate = new SendFate({ clock, uuid, earlier: uncertain ? sending : undefined, unknown: uncertain });
  }

  get messageId(): string | undefined {
    return this.#messageId;
  }

  get shown(): Shown | undefined {
    return this.#shown;
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
    return false;
  }

  next(want: Want): Operation | undefined {
    this.#finished = false;
    if (this.#messageId === undefined) {
      if (!want.mayOpen) return undefined;
      return { kind: "open", ways: [this.#send(want)], priority: "first", timeoutMs: SEND_TIMEOUT_MS };
    }
    const messageId = this.#messageId;
    const json = JSON.stringify(cardJson(want.view, false));
    if (this.#json !== json) {
      const kind = want.final ? "close" : want.end === this.#shown?.end ? "sign" : "text";
      const priority = kind === "sign" ? "sign" : kind === "text" ? "text" : "first";
      return { kind, ways: [this.#patch(messageId, want, json)], priority, timeoutMs: PATCH_TIMEOUT_MS };
    }
    if (!want.final) return undefined;
    if (!this.#checked && this.#checks < MAX_CHECKS) {
      if (this.#options.clock.now() < this.#lateUntil) return undefined;
      return { kind: "close", ways: [this.#check(messageId, want)], priority: "first", timeoutMs: PATCH_TIMEOUT_MS };
    }
    this.#finished = true;
    return undefined;
  }

  wakeAt(): number {
    // Only `next` waits for it, and only once the final state is written.
    return this.#lateUntil > this.#options.clock.now() ? this.#lateUntil : Infinity;
  }

  failed(way: Way, failure: SurfaceFailure): boolean {
    const { unknown, decision } = failure;
    if (unknown && way.api === "message.patch") {
      this.#json = undefined;
      this.#lateUntil = this.#options.clock.now() + LATE_MS;
      this.#checked = false;
      if (this.#shown && !sameText(this.#shown, this.#attempt))
        this.#shown = { ...this.#shown, maybeEnd: Math.max(this.#shown.maybeEnd ?? 0, this.#attempt.end) };
    } else if (unknown && way.api !== "message.get") {
      this.#fate.lost();
      this.#mayShowFirst = true;
      this.#lateUntil = this.#options.clock.now() + LATE_MS;
    } else if (this.#messageId === undefined && !this.#mayShowFirst) {
      this.#firstSent = undefined;
    }
    if (way.api === "message.get") {
      // Worth waiting for: what a late patch may have put there stays until somebody looks.
      if (unknown && decision === "end") this.#lateUntil = this.#options.clock.now() + CHECK_PAUSE_MS;
      // Not allowed, say: then the acknowledged patch has to do.
      else if (decision !== "retry" && decision !== "limited") this.#checks = MAX_CHECKS;
      return true;
    }
    return decision === "retry" || decision === "limited";
  }

  adopt(message: SentMessage): void {
    this.#sent(message, true);
  }

  notSent(): void {
    this.#fate.notSent();
    this.#firstSent = undefined;
    this.#mayShowFirst = false;
  }

  freeze(): void {
    // A patch replaces the whole card anyway. And what is refused for what it holds was never sent, however its first attempt ended.
    if (this.#messageId !== undefined) return;
    this.#firstSent = undefined;
    this.#mayShowFirst = false;
  }

  #send(want: Want): Way {
    const { client, target, chat } = this.#options;
    const api = target.type === "reply" ? "message.reply" : "message.create";
    return {
      api,
      names: [limitName.api(api), limitName.chat(chat)],
      run: async (options) => {
        // A repeat with the same uuid gets the first message back, so it must carry the first card.
        this.#firstSent ??= want;
        const { view } = this.#firstSent;
        const uuid = this.#fate.attempt(view, undefined);
        this.#sent(
          await sendCardFeishu(client, { to: target, card: cardJson(view, false), uuid }, options),
          this.#options.uncertain,
        );
      },
    };
  }

  #sent(message: SentMessage, uncertain: boolean): void {
    const first = this.#firstSent;
    const { startAt } = this.#options;
    this.#messageId = message.messageId;
    this.#fate.sent();
    this.#json = uncertain || first === undefined ? undefined : JSON.stringify(cardJson(first.view, false));
    this.#shown =
      uncertain || first === undefined
        ? { start: startAt, end: startAt, maybeEnd: first?.end, version: first?.version ?? 0 }
        : { start: first.start, end: first.end, maybeEnd: undefined, version: first.version };
    this.#options.onSent(message);
  }

  #patch(messageId: string, want: Want, json: string): Way {
    return {
      api: "message.patch",
      names: [limitName.api("message.patch"), limitName.patch(messageId)],
      images: imagesOf(want.view),
      run: async (options) => {
        this.#attempt = want;
        const card = cardJson(want.view, false);
        await patchCardMessageFeishu(this.#options.client, { messageId, card }, options);
        this.#json = json;
        this.#shown = { start: want.start, end: want.end, maybeEnd: undefined, version: want.version };
      },
    };
  }

  /** A patch that was given up may land after the last one: look what the message shows, and put the last state again if need be. */
  #check(messageId: string, want: Want): Way {
    return {
      api: "message.get",
      names: [limitName.api("message.get"), limitName.patch(messageId)],
      run: async (options) => {
        const texts = want.view.blocks.map(({ text }) => text);
        this.#checked = await showsTexts(this.#options.client, messageId, texts, options);
        if (this.#checked) return;
        this.#checks += 1;
        this.#json = undefined;
      },
    };
  }
}
