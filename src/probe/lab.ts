import type { World } from "../emulator/index.ts";
import { sleep } from "../time/index.ts";
import type { Clock } from "../time/index.ts";
import { LostCallError, subCodeOf } from "./probe-client.ts";
import type { Evidence, ProbeAnswer, ProbeClient } from "./probe-client.ts";

/** How long a new card, a new message or a new element is waited for at most. */
const MAX_DELAY_MS = 6_000;
/** Steps of that waiting. */
const STEP_MS = 100;

/** What earlier questions found out, so that later ones do not stumble over it. */
export interface Known {
  sendableAfterMs: number;
  convertibleAfterMs: number;
  /** The answers so far. */
  answers: Partial<World>;
}

/** What a question works with: cards and messages in the chat that was named, every call counted and kept as evidence. */
export class Lab {
  readonly clock: Clock;
  readonly known: Known;
  readonly #client: ProbeClient;
  readonly #chatId: string;
  readonly #sent: (messageId: string) => void;
  #evidence: Evidence[] = [];
  #marks = 0;

  constructor(options: {
    readonly client: ProbeClient;
    readonly clock: Clock;
    readonly chatId: string;
    readonly known: Known;
    /** Hears of every message, to take it back in the end. */
    readonly sent: (messageId: string) => void;
  }) {
    this.#client = options.client;
    this.clock = options.clock;
    this.#chatId = options.chatId;
    this.known = options.known;
    this.#sent = options.sent;
  }

  /** What was done since the last call of this. */
  takeEvidence(): Evidence[] {
    return this.#evidence.splice(0);
  }

  /** A word that stands nowhere else. */
  mark(): string {
    this.#marks += 1;
    return `probe${this.#marks}x${Math.round(this.clock.wallNow() % 1e9).toString(36)}`;
  }

  wait(ms: number): Promise<void> {
    return sleep(this.clock, ms);
  }

  /** One call; a limit that has nothing to do with the question is waited for, once. `name` stands in the evidence. */
  async call(name: string, method: string, path: string, body?: unknown): Promise<ProbeAnswer> {
    const answer = await this.#counted(name, method, path, body);
    if (answer.code !== 99991400 && answer.code !== 230020) return answer;
    await this.wait((answer.resetSeconds ?? 1) * 1000 + 100);
    return this.#counted(name, method, path, body);
  }

  /** One call whose limits are the question. */
  callOnce(name: string, method: string, path: string, body?: unknown): Promise<ProbeAnswer> {
    return this.#counted(name, method, path, body);
  }

  /** Notes what was read back or seen. */
  saw(what: string): void {
    const last = this.#evidence.at(-1);
    if (last !== undefined) this.#evidence[this.#evidence.length - 1] = { ...last, saw: what };
  }

  create(card: unknown): Promise<ProbeAnswer> {
    return this.call("card.create", "POST", "/cardkit/v1/cards", { type: "card_json", data: JSON.stringify(card) });
  }

  /** Creates a card and sends it, as late as it must be. */
  async entity(card: unknown): Promise<{ cardId: string; messageId: string }> {
    const made = await this.create(card);
    const cardId = idOf(made, "card_id");
    await this.wait(this.known.sendableAfterMs);
    const { answer } = await this.untilTaken(() => this.sendEntity(cardId), isNotYetSendable);
    return { cardId, messageId: idOf(answer, "message_id") };
  }

  sendEntity(cardId: string): Promise<ProbeAnswer> {
    return this.send("interactive", { type: "card", data: { card_id: cardId } });
  }

  /** Sends to the chat. What is sent is taken back in the end. */
  async send(type: string, content: unknown, uuid?: string): Promise<ProbeAnswer> {
    const answer = await this.call("message.create", "POST", "/im/v1/messages?receive_id_type=chat_id", {
      receive_id: this.#chatId,
      msg_type: type,
      content: JSON.stringify(content),
      ...(uuid === undefined ? {} : { uuid }),
    });
    const id = answer.data["message_id"];
    if (typeof id === "string") this.#sent(id);
    return answer;
  }

  /** `PUT …/content` to the element `answer`. */
  write(cardId: string, content: string, sequence: number, uuid?: string): Promise<ProbeAnswer> {
    return this.call(...contentCall(cardId, content, sequence, uuid));
  }

  /** The same, whatever limit it meets. */
  writeOnce(cardId: string, content: string, sequence: number): Promise<ProbeAnswer> {
    return this.callOnce(...contentCall(cardId, content, sequence));
  }

  /** The whole card by CardKit. */
  update(cardId: string, card: unknown, sequence: number): Promise<ProbeAnswer> {
    return this.call("card.update", "PUT", `/cardkit/v1/cards/${cardId}`, {
      card: { type: "card_json", data: JSON.stringify(card) },
      sequence,
    });
  }

  /** Which of the words a message shows, read back; waited for up to 2 s, since reading may lag behind. `undefined`: none. */
  async shows(messageId: string, words: readonly string[]): Promise<string | undefined> {
    let found: string | undefined;
    for (let turn = 0; turn < 2; turn++) {
      await this.wait(turn === 0 ? 400 : 1_600);
      const path = `/im/v1/messages/${messageId}?card_msg_content_type=user_card_content`;
      const answer = await this.call("message.get", "GET", path);
      const text = JSON.stringify(answer.data);
      found = words.find((word) => text.includes(word));
      this.saw(found === undefined ? "none of the texts" : `text ${words.indexOf(found) + 1}`);
      // The last word is what was written last: when it shows, nothing is left to wait for.
      if (found === words.at(-1)) break;
    }
    return found;
  }

  /** Repeats a call until it is taken. `afterMs`: how long after `from` the call was sent that was the first to be taken. */
  async untilTaken(
    call: () => Promise<ProbeAnswer>,
    notYet: (answer: ProbeAnswer) => boolean,
    from: number = this.clock.now(),
  ): Promise<{ answer: ProbeAnswer; afterMs: number; refusals: number }> {
    for (let refusals = 0; ; refusals++) {
      const answer = await call();
      const afterMs = answer.sentAt - from;
      if (!notYet(answer) || afterMs > MAX_DELAY_MS) return { answer, afterMs, refusals };
      await this.wait(STEP_MS);
    }
  }

  async #counted(name: string, method: string, path: string, body: unknown): Promise<ProbeAnswer> {
    const answer = await this.#client.call(method, path, body);
    this.#evidence.push({
      call: `${method} ${name}`,
      status: answer.status,
      code: answer.code,
      subCode: subCodeOf(answer.msg),
      ms: Math.round(answer.answeredAt - answer.sentAt),
    });
    return answer;
  }
}

/** An id that a successful answer gives. @throws LostCallError when the call was refused: without it the question cannot be asked */
export function idOf(answer: ProbeAnswer, field: string): string {
  const id = answer.data[field];
  if (answer.code === 0 && typeof id === "string") return id;
  throw new LostCallError(`a step of the question was refused: ${answer.code} ${answer.msg}`);
}

/** A new entity that cannot be sent yet. */
export function isNotYetSendable(answer: ProbeAnswer): boolean {
  return answer.code === 230099 && subCodeOf(answer.msg) === 11310;
}

function contentCall(
  cardId: string,
  content: string,
  sequence: number,
  uuid?: string,
): [name: string, method: string, path: string, body: unknown] {
  const body = { content, sequence, ...(uuid === undefined ? {} : { uuid }) };
  return ["element.content", "PUT", `/cardkit/v1/cards/${cardId}/elements/answer/content`, body];
}

/** A card with one text. */
export function cardWith(text: string, config: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    schema: "2.0",
    config: { update_multi: true, ...config },
    body: { elements: [{ tag: "markdown", element_id: "answer", content: text }] },
  };
}

/** The same, streaming. */
export function streamingCard(text: string, config: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return cardWith(text, { streaming_mode: true, ...config });
}
