import type { CardTree } from "../card/tree.ts";
import { trimMap } from "./bounded-map.ts";
import type { RateWindow } from "../state/rate-window.ts";

/** One text write that was applied; kept only with `settings.keepHistory`. */
export interface AppliedText {
  readonly at: number;
  readonly elementId: string;
  readonly text: string;
  readonly mode: "type" | "replace";
}

/** A card entity as the server keeps it. Times are the emulator clock's `now()`. */
export interface CardEntity {
  readonly cardId: string;
  readonly appId: string;
  readonly createdAt: number;
  tree: CardTree;
  /** Streaming mode as last set; see `streamingState` for the ten minutes. */
  streaming: boolean;
  enabledAt: number;
  /** It ran out and no call has been told yet (200850 comes before 300309). */
  timeoutUntold: boolean;
  /** Add-element's own first answer after the timeout (200510) is still due. */
  addTimeoutUntold: boolean;
  /** The last sequence used. */
  sequence: number;
  /** uuid -> when it was used. */
  readonly uuids: Map<string, number>;
  /** Made from a template; whole card JSON ends that. */
  fromTemplate: boolean;
  /** The messages that show it: one, or more in a world that accepts a second sending. */
  messageIds: string[];
  /** Another card stands in its place in its message: writes go on working but nobody sees them, for good or until the next one. */
  detached: false | "forGood" | "untilNextCall";
  /** Its id was given out by `id_convert`. */
  converted: boolean;
  /** A click is waiting for its answer until then. */
  lockedUntil: number;
  readonly rate: RateWindow;
  /** element_id -> when it was added, while `world.elementVisibleAfterMs` may still hide it. */
  readonly addedAt: Map<string, number>;
  readonly history: AppliedText[];
  /** How many text writes were applied. */
  writes: number;
}

/** Cards kept: more than anybody looks at, few enough to stay within some hundred megabytes of full ones. */
const MAX_CARDS = 10_000;

/** All card entities. */
export class Cards {
  readonly #byId = new Map<string, CardEntity>();

  /** Adds a card; the oldest is forgotten when there are too many. */
  add(card: CardEntity): void {
    this.#byId.set(card.cardId, card);
    trimMap(this.#byId, MAX_CARDS);
  }

  get(cardId: string): CardEntity | undefined {
    return this.#byId.get(cardId);
  }

  all(): CardEntity[] {
    return [...this.#byId.values()];
  }

  drop(cardId: string): void {
    this.#byId.delete(cardId);
  }

  get size(): number {
    return this.#byId.size;
  }

  clear(): void {
    this.#byId.clear();
  }
}
