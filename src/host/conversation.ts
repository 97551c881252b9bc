import type { ChatMessage } from "../llm/index.ts";
import type { InboundMessage, Language } from "../plugin-sdk/index.ts";
import type { Turn } from "./turn.ts";

/** How much of a conversation the model is shown again. */
export interface MemoryLimits {
  /** Question-and-answer pairs kept; 0 remembers nothing. */
  readonly maxTurns: number;
  /** Characters (UTF-16 code units) of all kept pairs together; the oldest pairs go first. */
  readonly maxChars: number;
}

interface Exchange {
  readonly question: string;
  readonly answer: string;
  /** The messages that the question is made of. */
  readonly messageIds: readonly string[];
}

/** The newest question of a conversation, for Regenerate and Continue. */
export interface LastTurn {
  readonly turnId: string;
  readonly message: InboundMessage;
  readonly question: string;
  /** Whether its answer (or a part of it) is in memory. */
  readonly recorded: boolean;
}

/** A conversation as it is written down, for a process that goes on with it. */
export interface ConversationRecord {
  readonly language: Language;
  readonly model?: string | undefined;
  readonly exchanges: readonly Exchange[];
  readonly last?: LastTurn | undefined;
}

/** What the host knows of one chat, or one topic of a chat. */
export class Conversation {
  readonly key: string;
  language: Language;
  /** Name of the model chosen by `/model`; undefined: the configured one. */
  model: string | undefined;
  /** The turn that is being answered right now. */
  current: Turn | undefined;
  last: LastTurn | undefined;
  readonly #limits: MemoryLimits;
  #generation = 0;
  #exchanges: Exchange[] = [];

  constructor(key: string, language: Language, limits: MemoryLimits) {
    this.key = key;
    this.language = language;
    this.#limits = limits;
  }

  /** Pairs in memory. */
  get turns(): number {
    return this.#exchanges.length;
  }

  /** Characters in memory. */
  get chars(): number {
    return this.#exchanges.reduce((sum, { question, answer }) => sum + question.length + answer.length, 0);
  }

  /** Changes with every {@link clear}: an answer that was asked for before must not be remembered after. */
  get generation(): number {
    return this.#generation;
  }

  /** Whether a message is in memory, as a question or quoted in one. */
  knows(messageId: string): boolean {
    return this.#exchanges.some(({ messageIds }) => messageIds.includes(messageId));
  }

  /** What the model is shown: the remembered pairs, then the new question. */
  messages(question: string): ChatMessage[] {
    const past = this.#exchanges.flatMap((exchange): ChatMessage[] => [
      { role: "user", content: exchange.question },
      { role: "assistant", content: exchange.answer },
    ]);
    return [...past, { role: "user", content: question }];
  }

  /**
   * Remembers an answered question. An empty answer is not remembered: providers refuse empty messages.
   * @returns whether it is in memory now.
   */
  record(question: string, answer: string, messageIds: readonly string[] = []): boolean {
    if (answer.trim() === "" || this.#limits.maxTurns === 0) return false;
    this.#exchanges.push({ question, answer, messageIds });
    while (this.#exchanges.length > this.#limits.maxTurns) this.#exchanges.shift();
    while (this.#exchanges.length > 1 && this.chars > this.#limits.maxChars) this.#exchanges.shift();
    // One pair alone over the limit would be sent with every later question; forgetting it is the lesser evil.
    if (this.chars > this.#limits.maxChars) this.#exchanges = [];
    return this.#exchanges.length > 0;
  }

  /** As it is written down. */
  toRecord(): ConversationRecord {
    return { language: this.language, model: this.model, exchanges: this.#exchanges, last: this.last };
  }

  /** Becomes what was written down. */
  restore(record: ConversationRecord): void {
    this.language = record.language;
    this.model = record.model;
    this.last = record.last;
    this.#exchanges = [...record.exchanges];
    this.#generation++;
  }

  /** Forgets the newest pair, because it is about to be answered again. */
  forgetLast(): void {
    this.#exchanges.pop();
  }

  /** Starts over. Language and chosen model stay. */
  clear(): void {
    this.#exchanges = [];
    this.#generation++;
    this.last = undefined;
  }
}
