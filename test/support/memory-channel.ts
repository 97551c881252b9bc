import type {
  ChannelCapabilities,
  ChannelConnection,
  ConnectionStatus,
  OpenCard,
  OpenReplyOptions,
  Person,
  ReplyTarget,
} from "../../src/plugin-sdk/index.ts";
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

  status(): ConnectionStatus {
    return { account: this.account, bot: "bot", connected: this.closed === 0 };
  }

  openReply(target: ReplyTarget, options: OpenReplyOptions): MemoryReply {
    const reply = new MemoryReply(`card-${this.replies.length + 1}`);
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

  showWaiting(messageId: string): () => void {
    this.waiting.add(messageId);
    return () => this.waiting.delete(messageId);
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
    this.closed++;
  }
}
