import type { VisibleMessage } from "../../src/emulator/index.ts";
import { answersIn } from "../support/reply-bench.ts";
import { bare } from "./judge.ts";
import type { Gateway, GatewayAnswer, Place, StreamTown } from "./stream-town.ts";

export interface WriterOptions {
  readonly town: StreamTown;
  readonly name: string;
  readonly place: Place;
  /** Who is to write the card. */
  readonly gateway: Gateway;
  readonly everyMs: number;
  /** From 0 (inclusive) to 1. */
  readonly random: () => number;
}

const WORDS_AT_ONCE = 4;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A client that writes one stream, with a text in which every word is there once. */
export class StreamWriter {
  readonly name: string;
  readonly place: Place;
  /** What the gateways have said they have. */
  acknowledged = "";
  /** Characters of it that a gateway asked for again. */
  lost = 0;
  /** Answers that a client cannot go on after. */
  readonly refusals: string[] = [];
  /** By what it was shown in the end, and why not all of it: as the gateway says. */
  #end = "";
  readonly #options: WriterOptions;
  #id = "";
  #words = 0;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.name = options.name;
    this.place = options.place;
  }

  async open(): Promise<void> {
    const { town, gateway } = this.#options;
    const { instance, chatId } = this.place;
    const answer = await town.call("", { instance, chat_id: chatId, key: this.name }, gateway);
    this.#note(answer);
    this.#id = answer.body.id ?? "";
  }

  /** Appends again and again until it is over. */
  async write(isOver: () => boolean): Promise<void> {
    const { everyMs, random } = this.#options;
    await pause(random() * everyMs);
    while (!isOver() && this.refusals.length === 0) {
      await this.#append();
      await pause(everyMs);
    }
  }

  async finalize(): Promise<void> {
    const { town } = this.#options;
    const answer = await town.call(`/${this.#id}/finalize`, { offset: this.acknowledged.length });
    this.#note(answer);
    const { result } = answer.body;
    this.#end = `${result?.tier ?? "?"} ${result?.error ?? "whole"}`;
  }

  /** What readers see of it that they should not, or do not see; undefined: every character once, and all of it has ended. */
  complaint(): string | undefined {
    const { emulator } = this.#options.town;
    const shown = answersIn(emulator, this.place.chatId).join("");
    const wanted = this.acknowledged;
    if (bare(shown) !== bare(wanted))
      return `${this.name}: ${shown.length} characters instead of ${wanted.length}, ${this.#end}`;
    return this.#messages.some(({ streaming }) => streaming) ? `${this.name}: open` : undefined;
  }

  /** How many messages its text is in: more than one where Feishu did not answer for so long that a new card was begun. */
  get messages(): number {
    return this.#messages.length;
  }

  get #messages(): readonly VisibleMessage[] {
    const { emulator } = this.#options.town;
    return emulator.visibleTexts(this.place.chatId).filter(({ sender }) => sender === "app");
  }

  async #append(): Promise<void> {
    const { town } = this.#options;
    const words = Array.from({ length: WORDS_AT_ONCE }, () => `${this.name}w${this.#words++} `).join("");
    for (const text = this.acknowledged + words; ;) {
      const offset = this.acknowledged.length;
      const answer = await town.call(`/${this.#id}/append`, { text: text.slice(offset), offset });
      const { error } = answer.body;
      if (error?.code !== "gap" || error.expected_offset === undefined) {
        this.#note(answer);
        if (answer.status === 200) this.acknowledged = text;
        return;
      }
      this.lost += offset - error.expected_offset;
      this.acknowledged = text.slice(0, error.expected_offset);
    }
  }

  #note({ status, body }: GatewayAnswer): void {
    if (status >= 300) this.refusals.push(`${this.name}: ${status} ${body.error?.code ?? ""}`);
  }
}
