import type { Clock } from "../../../../src/time/index.ts";
import { cardJson } from "../../card/index.ts";
import type { CallOptions, FeishuClient } from "../../client/index.ts";
import type { SentMessage } from "../../send.ts";
import { patchCardMessageFeishu, sendCardFeishu } from "../../send.ts";
import { limitName } from "../limits.ts";
import { isRecalled, showsCard } from "../seen/read-back.ts";
import type { ReplyTarget } from "../reply/reply-target.ts";
import { imagesOf } from "../reply/reply-view.ts";
import { SendFate } from "./send-fate.ts";
import { call, IDLE, opening } from "./steps.ts";
import type { Sending, Shown, Step, Surface, SurfaceFailure, Unfinished, Want, Way } from "./surface.ts";
import { VisibleRange } from "./visible-range.ts";

const PATCH_TIMEOUT_MS = 8_000;
/** Between attempts to read it back while Feishu cannot answer, once repeating at once has not helped. */
const CHECK_PAUSE_MS = 5_000;

export interface InlineSurfaceOptions {
  readonly client: FeishuClient;
  readonly clock: Clock;
  readonly target: ReplyTarget;
  /** `uuid` of the send (≤ 40 characters). */
  readonly uuid: string;
  /** Another surface's sending with this uuid was not answered: of the two only one can succeed. @defaultValue false */
  readonly sharesUuid?: boolean | undefined;
  /** An existing message with a card of its own, never written to by CardKit, and what it shows. */
  readonly existing?: { readonly messageId: string; readonly shown: Shown | undefined } | undefined;
  readonly onSent: (message: SentMessage) => void;
}

/**
 * An ordinary interactive message that is patched as a whole: slower, but independent of CardKit. Patches are strictly one after the
 * other. Only for messages that carry their card themselves: a patch of a message that shows a card entity proves nothing.
 */
export class InlineSurface implements Surface {
  readonly tier = "im-patch";
  readonly cardId = undefined;
  readonly streaming = false;
  readonly looksUnfinished = false;
  readonly #options: InlineSurfaceOptions;
  #messageId: string | undefined;
  readonly #visible: VisibleRange;
  /** Card as last acknowledged; undefined when what the message shows is not certain. */
  #json: string | undefined;
  #firstSent: Want | undefined;
  /** An attempt to send that may have succeeded. */
  #mayShowFirst = false;
  /** The answer to a sending may be about the message of an earlier one, which somebody may have recalled since. */
  #mayBeRecalled: boolean;
  /** The message is there for its readers, as far as is known. */
  #isSeen = true;
  readonly #fate: SendFate;
  /** Clock time before which the message is not read back. */
  #checkAt = -Infinity;

  constructor(options: InlineSurfaceOptions) {
    this.#options = options;
    this.#messageId = options.existing?.messageId;
    this.#visible = new VisibleRange(options.clock, options.existing?.shown);
    this.#mayBeRecalled = options.sharesUuid === true;
    this.#fate = new SendFate({ clock: options.clock, uuid: options.uuid });
  }

  get messageId(): string | undefined {
    return this.#messageId;
  }

  get shown(): Shown | undefined {
    return this.#isSeen ? this.#visible.shown : undefined;
  }

  get sendUnknown(): boolean {
    return this.#fate.unknown;
  }

  get sending(): Sending | undefined {
    return this.#fate.sending;
  }

  get lateUntil(): number {
    return this.#visible.lateUntil;
  }

  get safeEnd(): number {
    return this.#visible.safeEnd;
  }

  get unfinished(): Unfinished | undefined {
    const messageId = this.#messageId;
    if (messageId !== undefined) return { by: "patch", messageId, lateUntil: this.lateUntil };
    const first = this.#firstSent;
    const { sending } = this.#fate;
    if (!this.#fate.unknown || first === undefined || sending === undefined) return undefined;
    const sendAgain = async (options: CallOptions): Promise<string> => {
      if (this.#messageId === undefined) await this.#send(first).run(options);
      return this.#messageId ?? "";
    };
    return {
      by: "patch",
      messageId,
      lateUntil: this.lateUntil,
      lost: { sending, target: this.#options.target, sendAgain },
    };
  }

  next(want: Want): Step {
    const messageId = this.#messageId;
    if (messageId === undefined) {
      if (!want.mayOpen) return IDLE;
      return opening(this.#send(want));
    }
    if (!this.#isSeen) return this.#waitUntil(this.#checkAt) ?? opening(this.#look(messageId));
    const json = JSON.stringify(cardJson(want.view, false));
    if (this.#json !== json) {
      const kind = want.final ? "close" : want.end === this.shown?.end ? "sign" : "text";
      const priority = kind === "close" ? "first" : kind;
      return call(kind, [this.#patch(messageId, want, json)], { priority, timeoutMs: PATCH_TIMEOUT_MS });
    }
    if (!want.final) return IDLE;
    if (this.safeEnd === Infinity) return { do: "done" };
    const wait = this.#waitUntil(Math.max(this.lateUntil, this.#checkAt));
    if (wait !== undefined) return wait;
    const ways = [this.#check(messageId, want)];
    return call("close", ways, { priority: "first", timeoutMs: PATCH_TIMEOUT_MS });
  }

  isFresh(): boolean {
    return false;
  }

  failed(way: Way, failure: SurfaceFailure): boolean {
    const { unknown, cutOff, decision } = failure;
    if (unknown && way.api === "message.patch") {
      this.#json = undefined;
      this.#visible.lost(cutOff);
    } else if (unknown && way.api !== "message.get") {
      this.#fate.lost();
      this.#mayShowFirst = true;
      this.#mayBeRecalled = true;
      this.#visible.late(cutOff);
    } else if (this.#messageId === undefined && !this.#mayShowFirst) {
      this.#firstSent = undefined;
    }
    if (way.api === "message.get") {
      // Worth waiting for: what a late patch may have put there stays until somebody looks.
      if (unknown && decision === "end") this.#checkAt = this.#options.clock.now() + CHECK_PAUSE_MS;
      // Not allowed, say: then the message counts as seen, and the last state is put again.
      else if (decision !== "retry" && decision !== "limited") {
        this.#isSeen = true;
        this.#json = undefined;
      }
      return true;
    }
    return ["retry", "limited", "again", "soften", "retarget"].includes(decision);
  }

  adopt(message: SentMessage): void {
    this.#sent(message);
    this.#isSeen = true;
    this.#json = undefined;
  }

  notSent(): void {
    this.#fate.notSent();
    this.#mayShowFirst = false;
  }

  keepShown(): void {
    // A patch replaces the whole card anyway. And what is refused for what it holds was never sent, however its first attempt ended.
    if (this.#messageId !== undefined) return;
    this.#firstSent = undefined;
    this.#mayShowFirst = false;
  }

  stopStreaming(): boolean {
    return false;
  }

  #send(want: Want): Way {
    const { client, target } = this.#options;
    const { api, names } = target.sending;
    return {
      api,
      names,
      run: async (options) => {
        // A repeat with the same uuid gets the first message back, so it must carry the first card.
        this.#firstSent ??= want;
        const { view } = this.#firstSent;
        const uuid = this.#fate.attempt(view.blocks, undefined);
        this.#sent(await sendCardFeishu(client, { to: target.current, card: cardJson(view, false), uuid }, options));
      },
    };
  }

  #sent(message: SentMessage): void {
    const first = this.#firstSent;
    this.#messageId = message.messageId;
    this.#isSeen = !this.#mayBeRecalled;
    this.#fate.sent();
    this.#json = first === undefined ? undefined : JSON.stringify(cardJson(first.view, false));
    if (first !== undefined) this.#visible.shows(first);
    this.#options.onSent(message);
  }

  /** Looks whether the message that a repeat was answered with is still there. If not, another one is sent. */
  #look(messageId: string): Way {
    return {
      api: "message.get",
      names: [limitName.api("message.get"), limitName.patch(messageId)],
      run: async (options) => {
        const isGone = await isRecalled(this.#options.client, messageId, options);
        this.#isSeen = true;
        this.#mayBeRecalled = false;
        if (!isGone) return;
        this.#messageId = undefined;
        this.#visible.forget();
        this.#firstSent = undefined;
        this.#mayShowFirst = false;
        this.#fate.renew();
      },
    };
  }

  /** Waits until a clock time; undefined when it has come. */
  #waitUntil(until: number): Step | undefined {
    return this.#options.clock.now() < until ? { do: "wait", until } : undefined;
  }

  #patch(messageId: string, want: Want, json: string): Way {
    return {
      api: "message.patch",
      names: [limitName.api("message.patch"), limitName.patch(messageId)],
      images: imagesOf(want.view),
      run: async (options) => {
        this.#visible.attempt(want);
        const card = cardJson(want.view, false);
        await patchCardMessageFeishu(this.#options.client, { messageId, card }, options);
        this.#json = json;
        this.#visible.shows(want);
      },
    };
  }

  /** A patch that was given up may land after the last one: look what the message shows, and put the last state again if need be. */
  #check(messageId: string, want: Want): Way {
    return {
      api: "message.get",
      names: [limitName.api("message.get"), limitName.patch(messageId)],
      run: async (options) => {
        if (await showsCard(this.#options.client, messageId, cardJson(want.view, false), options))
          this.#visible.confirmed();
        else this.#json = undefined;
      },
    };
  }
}
