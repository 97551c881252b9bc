import type { CardChainOptions } from "../card-chain-options.ts";
import type { CardSlot } from "../card-slot.ts";
import type { DebtsOfReply } from "./debts-of-reply.ts";
import type { LostMessageContext } from "../seen/lost-message.ts";
import { lookUp, mayShowMore, pause } from "../seen/lost-message.ts";
import { takeAway } from "./take-away.ts";

/** Between looks for a message that may have been sent, each of which may fail (ms). */
const LOOK_AGAIN_MS: readonly number[] = [500, 1_000, 2_000, 4_000, 8_000];

/** Text of a reply that stands where it should not: on cards that are not needed any more, or twice. */
export class Surplus {
  readonly #options: CardChainOptions;
  readonly #context: LostMessageContext;
  readonly #debts: DebtsOfReply;
  #error: unknown;

  constructor(options: CardChainOptions, context: LostMessageContext, debts: DebtsOfReply) {
    this.#options = options;
    this.#context = context;
    this.#debts = debts;
  }

  /** Why text that should not is still to be seen, or may be; undefined when none is. */
  get error(): unknown {
    return this.#error;
  }

  /** Recalls a card that is not needed any more, once its last call is over: only then is it known whether there is a message. */
  async takeAway(slot: CardSlot): Promise<void> {
    await slot.work;
    if (!(await this.#knowsMessage(slot))) {
      this.#error = new Error("a card that is not needed any more may have been sent, and could not be looked for");
      this.#debts.owe(slot);
      return;
    }
    try {
      await takeAway(slot, this.#options);
      this.#debts.forget(slot);
    } catch (error) {
      this.#error = error;
      this.#debts.owe(slot);
    }
  }

  /** Whether it is known if there is a message; looks for one that may have been sent. */
  async #knowsMessage({ surface }: CardSlot): Promise<boolean> {
    for (const pauseMs of [...LOOK_AGAIN_MS, undefined]) {
      if (surface.messageId !== undefined || !surface.sendUnknown) return true;
      if ((await lookUp(this.#context, surface)) !== "unknown") return true;
      if (pauseMs === undefined || this.#options.signal.aborted) break;
      await pause(this.#context, pauseMs);
    }
    return false;
  }

  /**
   * A call of unknown fate may have put more on a card than it was left with, which stands in the next message, too, until the card is
   * closed: then the reply does not count as shown.
   */
  async look(slots: readonly CardSlot[]): Promise<void> {
    for (const slot of slots) {
      if (this.#options.signal.aborted) return;
      if (this.#debts.has(slot) && (await mayShowMore(this.#context, slot)) && this.#debts.has(slot))
        this.#error = new Error(
          "a card that could not be closed yet may show text that stands in the next message, too",
        );
    }
  }
}
