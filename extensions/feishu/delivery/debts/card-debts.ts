import type { CancelTimer, Clock } from "../../../../src/time/index.ts";
import type { CardJson } from "../../send.ts";
import type { Unfinished } from "../surface/surface.ts";

/** A card that shows all the text it is to show, but could not be closed: it stays on the list until it is. */
export interface OwedCard {
  readonly unfinished: Unfinished;
  /** The card as it is to be in the end, asked for when it is put. */
  readonly layout: () => CardJson;
  /** Wall-clock ms since when it is owed. */
  readonly since: number;
  /** Told once when it is settled: closed, or nothing is left that could be. */
  readonly onSettled: () => void;
}

/**
 * What came of an attempt to close a card: `gone` when there is nothing to be closed any more, `refused` when Feishu will not take the
 * end it is to get, `later` when it is worth trying again.
 */
export type Payment = "paid" | "gone" | "refused" | "later";

export interface CardDebtsOptions {
  readonly clock: Clock;
  /** Tries to close one card. Must not reject. */
  readonly pay: (card: OwedCard, signal: AbortSignal) => Promise<Payment>;
}

/** Between attempts, while CardKit does not answer: growing, then steady. */
const PAUSES_MS: readonly number[] = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000];
/** After an hour or so nobody waits for it to happen at once. */
const STEADY_PAUSE_MS = 5 * 60_000;
const STEADY_AFTER = 60;
/** Feishu sometimes does not know a card for a moment: only what is gone so often in a row is gone. */
const SURELY_GONE = 3;
/** And it refuses today what it takes a minute later; so often in a row, in a quarter of an hour, it means it. */
export const SURELY_REFUSED: number = 20;
/** How often in a row it takes until a card is off the list. */
const TIMES: Readonly<Record<Payment, number>> = {
  paid: 1,
  gone: SURELY_GONE,
  refused: SURELY_REFUSED,
  later: Infinity,
};
/** A card entity cannot be changed for longer than this (docs:cardkit-v1/card/create). */
const ENTITY_LIVES_MS = 14 * 24 * 3_600_000;

/** The cards of one account that are still to be closed, oldest first. Keeps trying for as long as the process lives. */
export class CardDebts {
  readonly #options: CardDebtsOptions;
  readonly #cards = new Set<OwedCard>();
  readonly #over = new AbortController();
  #attempts = 0;
  #paying = false;
  /** How often in a row Feishu said the same that is no success: that a card is gone, or its end refused. */
  readonly #said = new WeakMap<OwedCard, { readonly what: Payment; readonly times: number }>();
  #cancel: CancelTimer | undefined;
  #waiting: (() => void)[] = [];

  constructor(options: CardDebtsOptions) {
    this.#options = options;
  }

  /** The cards that are owed now. */
  get list(): readonly OwedCard[] {
    return [...this.#cards];
  }

  /** Puts a card on the list; the first attempt follows a second later. */
  owe(card: OwedCard): void {
    this.#cards.add(card);
    this.#attempts = 0;
    this.#schedule();
  }

  /** The card was taken away by other means. */
  forget(card: OwedCard): void {
    if (this.#cards.delete(card)) card.onSettled();
    this.#tell();
  }

  /** CardKit works again: what is owed is tried now. */
  poke(): void {
    if (this.#cards.size === 0 || this.#paying || this.#attempts === 0) return;
    this.#attempts = 0;
    void this.#pay();
  }

  /** Tries at once, and again, until nothing is owed or `withinMs` have passed. Gives the number of cards that are owed still. */
  async settle(withinMs: number): Promise<number> {
    if (this.#cards.size === 0) return 0;
    void this.#pay();
    let cancel: CancelTimer | undefined;
    const timeout = new Promise<void>((resolve) => (cancel = this.#options.clock.setTimer(withinMs, resolve)));
    await Promise.race([this.settled(), timeout]);
    cancel?.();
    return this.#cards.size;
  }

  /** Resolves when nothing is owed, or when nothing more is tried. */
  settled(): Promise<void> {
    if (this.#cards.size === 0 || this.#over.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Tries no more. What is owed stays on the list. Idempotent. */
  close(): void {
    this.#cancel?.();
    this.#over.abort(new Error("the account is closed"));
    this.#tell();
  }

  #schedule(): void {
    if (this.#paying || this.#cards.size === 0 || this.#over.signal.aborted) return;
    this.#cancel?.();
    const growing = PAUSES_MS[Math.min(this.#attempts, PAUSES_MS.length - 1)] ?? STEADY_PAUSE_MS;
    const pauseMs = this.#attempts < STEADY_AFTER ? growing : STEADY_PAUSE_MS;
    this.#cancel = this.#options.clock.setTimer(pauseMs, () => void this.#pay());
  }

  async #pay(): Promise<void> {
    if (this.#paying) return;
    this.#paying = true;
    this.#cancel?.();
    this.#attempts += 1;
    const { clock, pay } = this.#options;
    for (const card of this.#cards) {
      if (this.#over.signal.aborted) break;
      const tooOld = clock.wallNow() - card.since > ENTITY_LIVES_MS;
      const payment = tooOld ? "paid" : await pay(card, this.#over.signal);
      const before = this.#said.get(card);
      const times = before?.what === payment ? before.times + 1 : 1;
      this.#said.set(card, { what: payment, times });
      if (times < TIMES[payment]) continue;
      if (!this.#cards.delete(card)) continue;
      card.onSettled();
    }
    this.#paying = false;
    this.#tell();
    this.#schedule();
  }

  #tell(): void {
    if (this.#cards.size > 0 && !this.#over.signal.aborted) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
