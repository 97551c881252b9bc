import type { CardBlock, CardView } from "../../card/index.ts";
import { cardJson, isAnswerId } from "../../card/index.ts";
import type { SentMessage } from "../../send.ts";
import { diffBlocks, nextToType, structureOf, withBlock } from "./card-diff.ts";
import { CardKitCard } from "./cardkit-card.ts";
import type { CardKitCardOptions } from "./cardkit-card-options.ts";
import { withBlocks, withRoomAhead } from "./room-ahead.ts";
import type { Held } from "./shown-part.ts";
import { call, CLOSE_TIMEOUT_MS, closing, IDLE, opening, TEXT_TIMEOUT_MS } from "./steps.ts";
import type { Sending, Shown, Step, Surface, SurfaceFailure, Unfinished, Want, Way } from "./surface.ts";
import { sameText } from "./surface.ts";

/** Text goes by operations that paint it at once only when its reader would wait longer than this for a place among those that type. */
const RESERVE_AFTER_MS = 1_000;
/** What was made less long ago may not be known everywhere at Feishu. */
const FRESH_MS = 3_000;
/** Entities made for one card at most, before CardKit is given up for it. */
const MAX_ENTITIES = 4;

/** A card written through CardKit: its answer is typed, one `sequence` counts all operations, streaming mode is kept alive and closed. */
export class CardKitSurface implements Surface {
  readonly tier = "cardkit";
  readonly #options: CardKitCardOptions;
  readonly #card: CardKitCard;
  /** The whole layout cannot be put; switching streaming off is all that is left to do. */
  #bareClose = false;

  constructor(options: CardKitCardOptions) {
    this.#options = options;
    this.#card = new CardKitCard(options);
  }

  get cardId(): string | undefined {
    return this.#card.cardId;
  }

  get messageId(): string | undefined {
    return this.#card.messageId;
  }

  get shown(): Shown | undefined {
    const { messageId, mustIdentify, visible } = this.#card;
    return messageId === undefined || mustIdentify ? undefined : visible.shown;
  }

  get sendUnknown(): boolean {
    return this.#card.fate.unknown;
  }

  get sending(): Sending | undefined {
    return this.#card.fate.sending;
  }

  get lateUntil(): number {
    return this.#card.visible.lateUntil;
  }

  /** A write that comes late is refused for its number. */
  get safeEnd(): number {
    return Infinity;
  }

  get streaming(): boolean {
    return this.#card.mode.on && this.#card.messageId !== undefined;
  }

  get looksUnfinished(): boolean {
    return this.#bareClose;
  }

  get isUnidentified(): boolean {
    return this.#card.isUnidentified;
  }

  get unfinished(): Unfinished | undefined {
    return this.#card.unfinished;
  }

  next(wanted: Want): Step {
    const want = this.#withRoom(wanted);
    if (this.#bareClose && this.#card.cardId !== undefined) return this.#nextToStop(this.#card.cardId);
    const { messageId } = this.#card;
    if (messageId === undefined) return this.#nextToOpen(want);
    if (this.#card.mustIdentify) return opening(this.#card.identify(messageId));
    if (this.#card.cardId === undefined) return opening(this.#card.convert());
    return this.#nextToShow(want, this.#card.cardId, this.#card.held);
  }

  isFresh(way: Way): boolean {
    const now = this.#options.clock.now();
    if (way.api.startsWith("message.")) return !this.#card.fate.unknown && this.#card.cardId !== undefined;
    if (this.#card.mustIdentify) return now - this.#card.sentAt < FRESH_MS;
    return (
      now - this.#card.addedAt < FRESH_MS || (this.#options.start === "convert" && now - this.#card.madeAt < FRESH_MS)
    );
  }

  failed(way: Way, { decision, unknown, cutOff }: SurfaceFailure): boolean {
    if (unknown) this.#card.noteUnknown(way, cutOff);
    if (this.#card.mustIdentify && way.api === "card.id_convert") {
      const isOver = ["end", "refused", "gone", "resync", "shrink", "reopen"].includes(decision);
      // Not allowed, say: then it counts as the one that its process wrote down. Where none did, it may be any.
      if (isOver && this.#options.existing !== undefined) this.#card.mustIdentify = false;
      return !isOver || this.#options.existing !== undefined;
    }
    switch (decision) {
      case "resequence":
        return this.#card.calls.sequence.conflict();
      case "reopen":
        return this.#card.mode.closedByFeishu();
      case "resync":
        if (this.#card.messageId === undefined) return false;
        if (way.api === "card.update") return this.stopStreaming();
        this.#card.mustReplace = true;
        return true;
      case "shrink":
        return way.api === "card.update" && this.stopStreaming();
      case "gone":
        // An entity that was certainly never sent is simply made anew.
        if (this.#card.messageId !== undefined || this.#card.fate.unknown || this.#card.entities >= MAX_ENTITIES)
          return false;
        this.#card.forget();
        return true;
      case "end":
      case "refused":
        return false;
      default:
        return true;
    }
  }

  adopt(message: SentMessage): void {
    this.#card.sent(message);
  }

  notSent(): void {
    this.#card.fate.notSent();
  }

  keepShown(): void {
    this.#card.mode.giveUp();
    if (this.#card.messageId !== undefined) this.#card.mustReplace = true;
    // What was refused was never shown: the next attempt starts from nothing, with less.
    else if (!this.#card.fate.unknown) this.#card.forget();
  }

  stopStreaming(): boolean {
    if (this.#bareClose || this.#card.cardId === undefined) return false;
    this.#bareClose = true;
    return true;
  }

  #withRoom(want: Want): Want {
    if (want.final || this.#options.thrifty) return want;
    const { view } = want;
    return { ...want, view: withBlocks(view, withRoomAhead(view.blocks, this.#card.blocks, want.start === 0)) };
  }

  #nextToOpen(want: Want): Step {
    if (this.#options.start === "convert" && this.#card.cardId === undefined)
      return want.mayOpen ? opening(this.#card.sendWhole(want)) : IDLE;
    const held = this.#card.held;
    if (this.#card.cardId === undefined || held === undefined) return opening(this.#card.create(want));
    if (!want.mayOpen) return IDLE;
    // The card was made for text that has moved since: it must not be seen with the old one.
    if (!this.#card.fate.unknown && !(held.start === want.start && continues(held.blocks, want.view)))
      return opening(this.#card.replace(this.#card.cardId, want));
    return opening(this.#card.send(this.#card.cardId, held.blocks, !want.final));
  }

  #nextToShow(want: Want, cardId: string, held: Held | undefined): Step {
    if (held === undefined) return IDLE;
    if (want.final && !this.#card.mode.on) {
      if (this.#card.layout === JSON.stringify(cardJson(want.view, false))) return { do: "done" };
      // Only an image has come since: no reader waits for that as for text.
      const priority = this.#card.layout !== undefined && sameText(held, want) ? "sign" : "first";
      return call("close", [this.#card.replace(cardId, want)], { priority, timeoutMs: CLOSE_TIMEOUT_MS });
    }
    if (this.#card.mustReplace) {
      const options = { priority: "first", timeoutMs: CLOSE_TIMEOUT_MS } as const;
      return call(want.final ? "close" : "repair", [this.#card.replace(cardId, want)], options);
    }
    if (!want.final && this.#card.mode.mustReopen)
      return call("repair", [this.#card.setStreaming(cardId, true)], {
        priority: "first",
        timeoutMs: CLOSE_TIMEOUT_MS,
      });
    const text =
      this.#nextMove(want, cardId, held) ??
      this.#nextText(want, cardId, held) ??
      this.#nextStructure(want, cardId, held);
    if (text !== undefined) return text;
    if (want.final) return closing(this.#card.close(cardId, want, held), this.#card.replace(cardId, want));
    return { do: "wait", until: this.#card.mode.renewAt };
  }

  /** Words that leave the answer for another place are shown there by the call that takes them away, and nothing types over them. */
  #nextMove(want: Want, cardId: string, held: Held): Step | undefined {
    if (want.version === held.version || continues(held.blocks, want.view)) return undefined;
    return this.#step("text", [this.#card.batch(cardId, want, diffBlocks(held.blocks, want.view.blocks))]);
  }

  #nextText(want: Want, cardId: string, held: Held): Step | undefined {
    const block = nextToType(held.blocks, want.view.blocks);
    if (block === undefined) return undefined;
    const typed = withBlock(held.blocks, block);
    const ways = [this.#card.write(this.#card.calls.content(cardId, block), want, typed, block.images)];
    if (!isAnswerId(block.id)) return this.#step("sign", ways);
    const notBefore = want.waitingSince + RESERVE_AFTER_MS;
    ways.push({ ...this.#card.write(this.#card.calls.patch(cardId, block), want, typed, block.images), notBefore });
    ways.push(this.#reserve(cardId, want, held, notBefore));
    return this.#step("text", ways);
  }

  /** All that is to change in one call. What that is, is worked out only when it is made: it seldom is. */
  #reserve(cardId: string, want: Want, held: Held, notBefore: number): Way {
    let batch: Way | undefined;
    const made = (): Way => (batch ??= this.#card.batch(cardId, want, diffBlocks(held.blocks, want.view.blocks)));
    const { api, names } = this.#card.calls.batch(cardId, []);
    return {
      api,
      names,
      notBefore,
      get images() {
        return batch?.images;
      },
      run: (options) => made().run(options),
    };
  }

  #nextStructure(want: Want, cardId: string, held: Held): Step | undefined {
    const everything = diffBlocks(held.blocks, want.view.blocks);
    if (everything.actions.length === 0) return undefined;
    const waited = this.#options.clock.now() - want.waitingSince >= RESERVE_AFTER_MS;
    const change =
      waited || this.#options.thrifty
        ? everything
        : diffBlocks(held.blocks, structureOf(held.blocks, want.view.blocks));
    // The closing batch carries what is left to change.
    if (want.final && want.end === held.end) return undefined;
    const ways = [this.#card.batch(cardId, want, change)];
    if (change.only !== undefined) {
      const painted = withBlock(held.blocks, change.only);
      ways.unshift(this.#card.write(this.#card.calls.patch(cardId, change.only), want, painted, change.images));
    }
    // Room for text that waits is no text yet: it is not put off for the sake of a slower rhythm.
    return this.#step(want.end === held.end ? "sign" : "repair", ways);
  }

  #step(kind: "text" | "sign" | "repair", ways: readonly Way[]): Step {
    return call(kind, ways, { priority: kind === "sign" ? "sign" : "text", timeoutMs: TEXT_TIMEOUT_MS });
  }

  #nextToStop(cardId: string): Step {
    return this.#card.mode.on ? closing(this.#card.setStreaming(cardId, false)) : { do: "done" };
  }
}

/** Whether every answer text of `later` begins with that of `earlier`. */
function continues(earlier: readonly CardBlock[], later: CardView): boolean {
  return earlier.every(
    ({ id, text }) => !isAnswerId(id) || (later.blocks.find((block) => block.id === id)?.text ?? "").startsWith(text),
  );
}
