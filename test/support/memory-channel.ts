import { silentLogger } from "../../src/log/index.ts";
import { QuestionQueue } from "../../src/plugin-sdk/index.ts";
import type {
  ChannelCapabilities,
  ChannelConnection,
  ChannelQuestion,
  ConnectionStatus,
  OpenCard,
  OpenReplyOptions,
  Person,
  QuestionHandler,
  ReplyTarget,
} from "../../src/plugin-sdk/index.ts";
import type { Clock } from "../../src/time/index.ts";
import { MemoryReply } from "./memory-reply.ts";

/** One reply that a host opened on a {@link MemoryChannel}. */
export interface OpenedReply {
  readonly target: ReplyTarget;
  readonly options: OpenReplyOptions;
  readonly reply: MemoryReply;
}

/** A channel account that keeps everything in memory. */
export class MemoryChannel implements ChannelConnection {
  readonly account = "default";
  showsButtons = true;
  readonly capabilities: ChannelCapabilities = { streaming: true, buttons: true, reasoning: true, threads: true };
  readonly replies: OpenedReply[] = [];
  readonly texts: { target: ReplyTarget; text: string }[] = [];
  readonly orphans: OpenCard[] = [];
  /** Ids of messages that show that they wait. */
  readonly waiting: Set<string> = new Set();
  closed = 0;
  /** Takes no more events. */
  deaf = false;
  readonly questions: QuestionQueue<ChannelQuestion>;
  readonly recovered: Promise<number> = Promise.resolve(0);
  readonly #handler: QuestionHandler;

  constructor(handler: QuestionHandler, clock: Clock) {
    this.#handler = handler;
    this.questions = new QuestionQueue({
      ...handler,
      clock,
      logger: silentLogger,
      showWaiting: ({ message: { messageId } }) => {
        this.waiting.add(messageId);
        return () => this.waiting.delete(messageId);
      },
      reread: async (question) => question,
    });
  }

  /** Whether replies tell which card they have. */
  tellsCards = true;

  status(): ConnectionStatus {
    return { account: this.account, bot: "bot", connected: this.closed === 0 };
  }

  openReply(target: ReplyTarget, options: OpenReplyOptions): MemoryReply {
    const reply = new MemoryReply(`card-${this.replies.length + 1}`, "", this.tellsCards);
    this.replies.push({ target, options, reply });
    return reply;
  }

  takeUp: ChannelConnection["takeUp"] = async (target, options, begun) => {
    const reply = new MemoryReply(begun.cards.at(-1)?.cardId ?? `card-${this.replies.length + 1}`, begun.text);
    this.replies.push({ target, options, reply });
    return reply;
  };

  async sendText(target: ReplyTarget, text: string): Promise<string> {
    this.texts.push({ target, text });
    return `om_text_${this.texts.length}`;
  }

  async stopReceiving(): Promise<void> {
    this.deaf = true;
  }

  async closeOrphan(card: OpenCard): Promise<void> {
    this.orphans.push(card);
  }

  nameOf(person: Person): string {
    return `name of ${person.id}`;
  }

  async close(): Promise<void> {
    await this.stopReceiving();
    await this.questions.stop(async () => this.#handler.interrupt());
    this.closed++;
  }
}
