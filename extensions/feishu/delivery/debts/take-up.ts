import type { BegunCard, BegunReply, MessageStart } from "../../../../src/stream/index.ts";
import type { SeamLimits } from "../../../../src/text/index.ts";
import { NO_CARRY } from "../../../../src/text/index.ts";
import { FeishuApiError } from "../../client/index.ts";
import type { Ending } from "../../dialect/index.ts";
import { setCardStreamingModeFeishu } from "../../send.ts";
import type { CardRange } from "../card-range.ts";
import { CardRow } from "../card-row.ts";
import type { FeishuDelivery } from "../engine.ts";
import { limitName } from "../limits.ts";
import { ENDLESS, persist } from "../writer/persist.ts";
import { readAnswer, readOrdinaryAnswer } from "../seen/read-back.ts";
import type { ReplyState } from "../reply/reply-state.ts";
import { asLinks } from "../reply/reply-view.ts";
import { SequenceCounter } from "../surface/sequence-counter.ts";
import { CLOSE_TIMEOUT_MS } from "../surface/steps.ts";
import { LATE_MS } from "../surface/surface.ts";

const TIMEOUT_MS = 5_000;
/** A card takes ten calls a second, so its process cannot have counted further than a hundredth of this since it was made. */
const SEQUENCES_PER_SECOND = 1_000;

/** Longest link or the like within which written-down text may end. */
const MAX_CONSTRUCT = 300;

/**
 * A process that was taken for dead may have made a call a moment before; it gave it so much time, and it may land so much later. Messages
 * have no number that would tell its writes from others.
 */
const OTHERS_MS = CLOSE_TIMEOUT_MS + LATE_MS;

/** A reply of another process, whose entities are fenced off from that one. */
export interface TakenUpReply {
  /** All text that is known, or was seen. */
  readonly text: string;
  readonly cards: readonly TakenUpCard[];
  /** Messages that were begun: what was, or may be, sent as one of them is found by its number. */
  readonly starts: readonly MessageStart[];
  /** Clock time until which a call of that process may still send or patch a message. */
  readonly lateUntil: number;
}

/** One of its cards. */
export type TakenUpCard = TakenUpRange & (TakenUpEntity | TakenUpMessage);

interface TakenUpRange {
  /** Its number among the reply's messages. */
  readonly index: number;
  /** Offset of the reply's text at which it begins. */
  readonly start: number;
  /** Offset up to which it shows the text. */
  readonly shown: number;
  /** It has no final state yet. */
  readonly isOpen: boolean;
}

interface TakenUpEntity {
  readonly cardId: string;
  /** Undefined when it is not known whether it was sent: sending it by the same uuid brings the message that is there. */
  readonly messageId: string | undefined;
  /** Larger than what its first process can have used. */
  readonly sequence: SequenceCounter;
}

/** A message with a card of its own. */
interface TakenUpMessage {
  readonly cardId: undefined;
  readonly messageId: string;
}

export interface TakeUpOptions {
  readonly delivery: FeishuDelivery;
  readonly limits: SeamLimits;
  readonly begun: BegunReply;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Takes a reply up that another process began: its open entities take no more writes of that process from now on, and what the last card
 * shows beyond the text that was written down is read back. Tries for as long as Feishu does not answer.
 * @returns undefined when nobody can go on with it: it is gone, a card is owed or may have been converted, or what it shows is not its text
 * @throws the reason of the signal, or of the account's being closed
 */
export async function takeUp(options: TakeUpOptions): Promise<TakenUpReply | undefined> {
  const { delivery, begun } = options;
  const lateUntil = delivery.clock.now() + OTHERS_MS;
  const { ranges } = rowOf(begun.text, begun.cards, options.limits);
  let { text } = begun;
  const cards: TakenUpCard[] = [];
  try {
    for (const [place, card] of begun.cards.entries()) {
      const range = ranges[place];
      if (card.remainder !== undefined || range?.start !== card.start || text.length < card.start) return undefined;
      const taken = card.cardId === undefined ? messageOf(card) : entityOf(card, card.cardId, delivery);
      if (taken === undefined) return undefined;
      const { start, isOpen, index = place } = card;
      if (taken.messageId === undefined) {
        cards.push({ ...taken, index, start, isOpen, shown: start });
        continue;
      }
      if (isOpen && taken.cardId !== undefined) await fence(options, taken.cardId, taken.sequence);
      const seen = await readSeen(options, taken, range);
      // Where a closed card ends nothing else tells: it may have been left before it was full, or a card after it be missing.
      if (seen === undefined || (!isOpen && seen.shown !== (range.end ?? seen.shown))) return undefined;
      text = seen.text;
      cards.push({ ...taken, index, start, isOpen, shown: seen.shown });
    }
    return { text, cards, lateUntil, starts: begun.starts ?? [] };
  } catch (error) {
    options.signal?.throwIfAborted();
    delivery.closed.throwIfAborted();
    const reason = error instanceof Error ? error.message : "unknown";
    delivery.logger.info("a card of a process that is gone cannot be gone on with", { reason });
    return undefined;
  }
}

const messageOf = ({ messageId }: BegunCard): TakenUpMessage | undefined =>
  messageId === undefined ? undefined : { cardId: undefined, messageId };

function entityOf({ messageId, openedAt }: BegunCard, cardId: string, { clock }: FeishuDelivery): TakenUpEntity {
  const ageMs = Math.max(0, clock.wallNow() - openedAt);
  return { cardId, messageId, sequence: new SequenceCounter(Math.ceil(ageMs / 1_000) * SEQUENCES_PER_SECOND) };
}

/** The parts of the text that the cards show, each from where it began: all but the last one end there. */
export function rowOf(
  text: string,
  cards: readonly Pick<TakenUpCard, "start">[],
  limits: SeamLimits,
  row: CardRow = new CardRow(),
): CardRow {
  cards.forEach((_, index) => {
    const before = row.ranges.at(-1);
    const range = row.add({ start: before?.end ?? 0, carry: before?.next ?? NO_CARRY }, limits);
    const next = cards[index + 1];
    if (next !== undefined) row.endHere(range, next.start, text);
  });
  return row;
}

/** From here on a write of the first process is refused. */
async function fence({ delivery, signal }: TakeUpOptions, cardId: string, sequence: SequenceCounter): Promise<void> {
  const pace = { names: [limitName.api("card.settings"), limitName.card(cardId)], priority: "first" } as const;
  await persist(delivery, { signal: until(delivery, signal), pace, patience: ENDLESS }, async () => {
    const call = { timeoutMs: TIMEOUT_MS, signal: until(delivery, signal) };
    const stamp = { sequence: sequence.next(), uuid: delivery.nonce(32) };
    try {
      await setCardStreamingModeFeishu(delivery.client, { cardId, streaming: true, ...stamp }, call);
    } catch (error) {
      const isStale = error instanceof FeishuApiError && error.kind === "sequence-conflict";
      if (isStale && !sequence.conflict()) throw new Error("the card is written by another process", { cause: error });
      throw error;
    }
  });
}

/** The text with what the card shows of it, and beyond it. */
async function readSeen(
  { delivery, begun: { text }, signal }: TakeUpOptions,
  { cardId, messageId = "" }: TakenUpEntity | TakenUpMessage,
  range: CardRange,
): Promise<{ readonly text: string; readonly shown: number } | undefined> {
  const pace = { names: [limitName.api("message.get")], priority: "first" } as const;
  const call = { timeoutMs: TIMEOUT_MS, signal: until(delivery, signal) };
  const answer = await persist(delivery, { signal: call.signal, pace, patience: ENDLESS }, () =>
    (cardId === undefined ? readOrdinaryAnswer : readAnswer)(delivery.client, messageId, call),
  );
  if (answer === undefined) return undefined;
  const drawn: Pick<ReplyState, "mentionable" | "softened"> = { mentionable: new Set(), softened: new Set() };
  const render = (markdown: string, ending: Ending): string => asLinks(drawn, markdown, ending);
  const shown = range.endOf(answer, text, { least: range.start, most: range.end ?? text.length, render });
  if (shown !== undefined) return { text, shown };
  if (range.end !== undefined) return undefined;
  const shownUpTo = (end: number): string => {
    const { pieces } = range.showUpTo(text, end, "");
    return pieces.map((piece) => render(piece, {})).join("");
  };
  const shows = (whole: string): boolean => {
    range.reopen(text.length);
    return range.endOf(answer, whole, { least: whole.length, most: whole.length, render }) !== undefined;
  };
  const whole = textBeyond(answer, text, shownUpTo, shows);
  return whole === undefined ? undefined : { text: whole, shown: whole.length };
}

/**
 * The text when its process showed more than it had written down: what the card shows of that is Markdown again. What was written down
 * may end within a word of Markdown that the card shows whole.
 * @param shownUpTo what a card shows of the text up to an offset; what closes half a table row there may look like what was said next, so
 * the first offset counts after which the card shows all that is known of the text
 * @param shows whether the card of a text shows the answer
 * @returns undefined when the card does not show this text
 */
function textBeyond(
  answer: string,
  text: string,
  shownUpTo: (end: number) => string,
  shows: (whole: string) => boolean,
): string | undefined {
  let likely: string | undefined;
  for (let end = Math.max(0, text.length - MAX_CONSTRUCT); end <= text.length; end++) {
    const known = shownUpTo(end);
    if (!answer.startsWith(known)) continue;
    const whole = text.slice(0, end) + answer.slice(known.length);
    if (!whole.startsWith(text)) continue;
    if (shows(whole)) return whole;
    likely ??= whole;
  }
  return likely;
}

const until = (delivery: FeishuDelivery, signal: AbortSignal | undefined): AbortSignal =>
  signal === undefined ? delivery.closed : AbortSignal.any([signal, delivery.closed]);
