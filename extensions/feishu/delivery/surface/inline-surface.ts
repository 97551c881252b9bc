import type { CardJson } from "../../card/index.ts";
import type { CallOptions } from "../../client/index.ts";
import type { SentMessage } from "../../send.ts";
import { patchCardMessageFeishu, sendCardFeishu } from "../../send.ts";
import { limitName } from "../limits.ts";
import { showsCard, whatIs } from "../seen/read-back.ts";
import { imagesOf } from "../reply/reply-view.ts";
import type { InlineSurfaceOptions } from "./inline-surface-options.ts";
import { ordinaryCard } from "./ordinary-card.ts";
import { recallForGood } from "./recall.ts";
import { SendFate } from "./send-fate.ts";
import { FOREIGN_SEQUENCE, SequenceCounter } from "./sequence-counter.ts";
import { call, IDLE, opening } from "./steps.ts";
import type { Sending, Shown, Step, Surface, SurfaceFailure, Unfinished, Want, Way } from "./surface.ts";
import { VisibleRange } from "./visible-range.ts";

const PATCH_TIMEOUT_MS = 8_000;
/** Between attempts to read it back while Feishu cannot answer, once repeating at once has not helped. */
const CHECK_PAUSE_MS = 5_000;
/** Between looks at what a message shows that another process may still write to. */
const WATCH_EVERY_MS = 5_000;
/** Messages of other processes in the place of this one's that are recalled at most. */
const MAX_RENEWALS = 3;

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
  /** The answer to a sending may be about another message than it brought: one of an earlier sending, recalled since, or of another kind. */
  #mustLook: boolean;
  /** As far as is known the message is there for its readers and takes patches, that has to be seen, or it is not this card's. */
  #found: "ordinary" | "unseen" | "other" = "ordinary";
  /** The message is told. */
  #isTold: boolean;
  readonly #fate: SendFate;
  #renewals = 0;
  /** Clock time before which the message is not read back. */
  #checkAt = -Infinity;
  /** Clock time of the last patch, or look, that showed what it should show. */
  #rightAt = -Infinity;

  constructor(options: InlineSurfaceOptions) {
    this.#options = options;
    this.#messageId = options.existing?.messageId;
    this.#visible = new VisibleRange(options.clock, options.existing?.shown);
    if (options.existing !== undefined) this.#visible.lateElsewhere(options.othersUntil ?? -Infinity);
    this.#mustLook = options.sharesUuid === true;
    this.#isTold = options.existing !== undefined && !this.#mustLook;
    if (options.existing !== undefined && this.#mustLook) this.#found = "unseen";
    this.#fate = new SendFate({ clock: options.clock, uuid: options.uuid });
  }

  get messageId(): string | undefined {
    return this.#messageId;
  }

  get shown(): Shown | undefined {
    return this.#found === "ordinary" ? this.#visible.shown : undefined;
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

  get isUnidentified(): boolean {
    return this.#messageId !== undefined && this.#sharesUuid && this.#found !== "ordinary";
  }

  get unfinished(): Unfinished | undefined {
    const messageId = this.#messageId;
    // What may be an entity is ended by CardKit alone.
    if (messageId !== undefined && this.isUnidentified)
      return { by: "cardkit", cardId: undefined, messageId, sequence: new SequenceCounter(FOREIGN_SEQUENCE) };
    if (messageId !== undefined) return { by: "patch", messageId, lateUntil: this.lateUntil };
    const first = this.#firstSent;
    const { sending } = this.#fate;
    if (!this.#fate.unknown || first === undefined || sending === undefined) return undefined;
    return {
      by: "patch",
      messageId,
      lateUntil: this.lateUntil,
      lost: { sending, target: this.#options.target, sendAgain: (options) => this.#sendAgain(first, options) },
    };
  }

  next(want: Want): Step {
    const messageId = this.#messageId;
    if (messageId === undefined) {
      if (!want.mayOpen) return IDLE;
      return opening(this.#send(want));
    }
    if (this.#found === "unseen") return this.#waitUntil(this.#checkAt) ?? opening(this.#look(messageId));
    if (this.#found === "other") return opening(this.#takeAway(messageId));
    const json = JSON.stringify(ordinaryCard(want.view));
    if (this.#json !== json) {
      const kind = want.final ? "close" : want.end === this.shown?.end ? "sign" : "text";
      const priority = kind === "close" ? "first" : kind;
      return call(kind, [this.#patch(messageId, want, json)], { priority, timeoutMs: PATCH_TIMEOUT_MS });
    }
    if (this.safeEnd === Infinity) return want.final ? { do: "done" } : IDLE;
    const until = this.#nextCheckAt(want);
    if (this.#options.clock.now() < until) return { do: "wait", until };
    const kind = want.final ? "close" : "repair";
    return call(kind, [this.#check(messageId, want)], { priority: "first", timeoutMs: PATCH_TIMEOUT_MS });
  }

  isFresh(): boolean {
    return false;
  }

  failed(way: Way, failure: SurfaceFailure): boolean {
    const { unknown, cutOff, decision } = failure;
    if (way.api === "message.delete") return decision === "retry" || decision === "limited";
    if (unknown && way.api === "message.patch") {
      this.#json = undefined;
      this.#visible.lost(cutOff);
    } else if (unknown && way.api !== "message.get") {
      this.#fate.lost();
      this.#mayShowFirst = true;
      this.#mustLook = true;
      this.#visible.late(cutOff);
    } else if (this.#messageId === undefined && !this.#mayShowFirst) {
      this.#firstSent = undefined;
    }
    if (way.api === "message.get") {
      // Worth waiting for: what a late patch may have put there stays until somebody looks.
      if (unknown && decision === "end") this.#checkAt = this.#options.clock.now() + CHECK_PAUSE_MS;
      // Not allowed, say: then the last state is put again.
      else if (decision !== "retry" && decision !== "limited") this.#json = undefined;
      return true;
    }
    return ["retry", "limited", "again", "soften", "retarget"].includes(decision);
  }

  adopt(message: SentMessage): void {
    this.#sent(message);
    // That it is there was seen just now; which card it has, was not.
    if (!this.#sharesUuid) this.#found = "ordinary";
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
        this.#sent(await sendCardFeishu(client, { to: target.current, card: ordinaryCard(view), uuid }, options));
      },
    };
  }

  /** Something else may have been sent by the uuid that the next sending has. */
  get #sharesUuid(): boolean {
    const { sharesUuid, othersUntil } = this.#options;
    if (sharesUuid !== true) return false;
    // What takes the place of a recalled message has a uuid of its own, but each process that goes on with a reply may have done that.
    return this.#renewals === 0 || (othersUntil !== undefined && this.#renewals < MAX_RENEWALS);
  }

  #sent(message: SentMessage): void {
    const first = this.#firstSent;
    this.#messageId = message.messageId;
    this.#found = this.#mustLook ? "unseen" : "ordinary";
    this.#fate.sent();
    this.#json = undefined;
    if (this.#sharesUuid) {
      // Told when it is known what it is: until then nobody is to take it for one that can be patched.
      this.#isTold = false;
      if (first !== undefined) this.#visible.shows({ ...first, end: first.start });
      this.#visible.lateElsewhere(this.#options.othersUntil ?? -Infinity);
      return;
    }
    if (first !== undefined) this.#showsFirst(first);
    this.#isTold = true;
    this.#options.onSent(message);
  }

  /** Looks what a repeat was answered with. A message that is not there any more has another one in its place. */
  #look(messageId: string): Way {
    return {
      api: "message.get",
      names: [limitName.api("message.get")],
      run: async (options) => {
        const found = await whatIs(this.#options.client, messageId, options);
        if (found.is === "recalled") return this.#renew();
        if (found.is === "other" && this.#sharesUuid) {
          this.#found = "other";
          return;
        }
        this.#found = "ordinary";
        if (!this.#isTold && found.is === "ordinary") this.#accept(found.message, found.shows);
      },
    };
  }

  /** The message takes patches. */
  #accept(message: SentMessage, shows: (card: CardJson) => boolean): void {
    this.#isTold = true;
    const first = this.#firstSent;
    if (first !== undefined && shows(ordinaryCard(first.view))) this.#showsFirst(first);
    this.#options.onSent(message);
  }

  #showsFirst(first: Want): void {
    this.#json = JSON.stringify(ordinaryCard(first.view));
    this.#visible.shows(first);
  }

  /** A message of another kind in the place of this card takes no patch that proves anything: it goes, and another one is sent. */
  #takeAway(messageId: string): Way {
    return {
      api: "message.delete",
      names: [limitName.api("message.delete")],
      run: async (options) => {
        await recallForGood(this.#options.client, messageId, options);
        this.#renew();
      },
    };
  }

  #renew(): void {
    this.#renewals += 1;
    this.#mustLook = this.#sharesUuid;
    this.#found = "ordinary";
    this.#messageId = undefined;
    this.#visible.forget();
    this.#firstSent = undefined;
    this.#mayShowFirst = false;
    this.#fate.renew();
  }

  async #sendAgain(first: Want, options: CallOptions): Promise<string | undefined> {
    if (this.#messageId === undefined) await this.#send(first).run(options);
    const messageId = this.#messageId;
    if (messageId === undefined || !this.#sharesUuid) return messageId;
    if (this.#found === "unseen") await this.#look(messageId).run(options);
    if (this.#found === "other") await this.#takeAway(messageId).run(options);
    return this.#messageId;
  }

  /** Waits until a clock time; undefined when it has come. */
  #waitUntil(until: number): Step | undefined {
    return this.#options.clock.now() < until ? { do: "wait", until } : undefined;
  }

  /** Clock time at which to look whether a call that was given up, or of another process, has changed what the message shows. */
  #nextCheckAt({ final }: Want): number {
    const { othersUntil = -Infinity } = this.#options;
    const watched = this.#rightAt + WATCH_EVERY_MS;
    // What another process has put there readers are not to see for long.
    if (watched < othersUntil) return Math.max(watched, this.#checkAt);
    // A call of this one is followed by others while the card is written.
    return final || othersUntil > -Infinity ? Math.max(this.lateUntil, this.#checkAt) : Infinity;
  }

  #patch(messageId: string, want: Want, json: string): Way {
    return {
      api: "message.patch",
      names: [limitName.api("message.patch"), limitName.patch(messageId)],
      images: imagesOf(want.view),
      run: async (options) => {
        this.#visible.attempt(want);
        const card = ordinaryCard(want.view);
        await patchCardMessageFeishu(this.#options.client, { messageId, card }, options);
        this.#json = json;
        this.#rightAt = this.#options.clock.now();
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
        const at = this.#options.clock.now();
        const isRight = await showsCard(this.#options.client, messageId, ordinaryCard(want.view), options);
        this.#rightAt = at;
        if (!isRight) this.#json = undefined;
        else if (at >= this.lateUntil) this.#visible.confirmed();
      },
    };
  }
}
