import { randomBytes } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { PressOutcome } from "../../../src/plugin-sdk/index.ts";
import type { BotPress, PressAnswer } from "./events.ts";
import type { BotReply } from "./reply.ts";

/** Who may press: who asked, everybody who may talk to the bot, or these people (`open_id`) among them. */
export type MayPress = "asker" | "everybody" | readonly string[];

/** A button below an answer. */
export interface BotButton<Value> {
  readonly text: string;
  /**
   * What a press hands to the handlers. Stays in this process, unless it is kept: after a restart the button says that it is no longer in
   * use. Where several processes share the bot, a press that comes to another one is handed to this one.
   */
  readonly value: Value;
  /** @defaultValue `asker` */
  readonly for?: MayPress | undefined;
  /** Works for one press; whoever comes later is told so. @defaultValue true */
  readonly once?: boolean | undefined;
  /**
   * The card carries the value, sealed, so that the button works after a restart and in every process of the app, for 90 days. The value
   * has to be JSON, at most about 3,500 characters; the bot's `press` handlers take the press. To work for one press it needs `stateDir`,
   * `shared` or `dedupe`. @defaultValue false
   */
  readonly keep?: boolean | undefined;
  /** Takes its presses, instead of the bot's `press` handlers. */
  readonly onPress?:
    | ((press: BotPress<Value>, reply: BotReply<Value>) => PressAnswer | void | Promise<PressAnswer | void>)
    | undefined;
}

/** What a press does: ends the answer, tells the handlers, rates the answer, or asks the next question. */
export type Deed<Value> =
  | { readonly kind: "stop" }
  | { readonly kind: "button"; readonly button: BotButton<Value> }
  | { readonly kind: "rate"; readonly rating: "up" | "down" }
  | { readonly kind: "ask"; readonly question: string };

/** A button on a card: what it does, for whom. */
export interface HeldButton<Value, Turn> {
  readonly turn: Turn;
  readonly askerId: string;
  readonly for: MayPress;
  readonly once: boolean;
  readonly deed: Deed<Value>;
  used: boolean;
}

/** Buttons remembered; the one untouched for longest is forgotten first. */
const MAX_BUTTONS = 5_000;

/** The buttons of this process's cards. A card carries only a random name of each, so that nothing about one can be forged. */
export class ButtonBook<Value, Turn> {
  readonly #held = new LRUCache<string, HeldButton<Value, Turn>>({ max: MAX_BUTTONS });
  readonly #at: string | undefined;

  /** @param at what other processes call this one. @defaultValue there are none */
  constructor(at?: string) {
    this.#at = at;
  }

  /** Notes a button. @returns what its card sends when it is pressed */
  add(held: Omit<HeldButton<Value, Turn>, "used">): Record<string, string> {
    const name = randomBytes(16).toString("base64url");
    this.#held.set(name, { ...held, used: false });
    return { cardstream: "bot", button: name, ...(this.#at === undefined ? {} : { at: this.#at }) };
  }

  /** The other process whose button it is; undefined when it is none. */
  elsewhere({ cardstream, at }: Readonly<Record<string, unknown>>): string | undefined {
    if (this.#at === undefined || cardstream !== "bot" || typeof at !== "string") return undefined;
    return at === this.#at ? undefined : at;
  }

  /** The button that a press means, or why there is none. */
  find(value: Readonly<Record<string, unknown>>): HeldButton<Value, Turn> | PressOutcome {
    const { cardstream, button: name } = value;
    if (cardstream !== "bot" || typeof name !== "string") return "not-ours";
    return this.#held.get(name) ?? "forged";
  }
}

/** Whether a button is for this person, among those who may talk to the bot. */
export function mayPress(held: { readonly for: MayPress; readonly askerId: string }, personId: string): boolean {
  if (personId === "") return false;
  if (held.for === "everybody") return true;
  return held.for === "asker" ? held.askerId === personId : held.for.includes(personId);
}
