import type { AppProcess } from "../feishu/app-process.ts";
import type { FeishuInstance } from "../feishu/index.ts";
import type { ReplyDispatcher, ReplyDispatcherOptions } from "../feishu/reply-dispatcher.ts";
import type { Place } from "../feishu/say-reliably.ts";
import { journalCards } from "../../src/plugin-sdk/index.ts";
import type { Journal, Language } from "../../src/plugin-sdk/index.ts";

/** What {@link Replies} work with. */
export interface RepliesOptions {
  readonly instance: FeishuInstance;
  /** What open cards are written down in, for the next start. @defaultValue they are not */
  readonly journal: Journal | undefined;
  /** Who tells the other processes of open cards. @defaultValue there are none */
  readonly process: AppProcess | undefined;
}

/** Opens replies whose cards are written down while they are open, so that somebody ends them when this process cannot. */
export class Replies {
  readonly #options: RepliesOptions;
  readonly #open = new Set<ReplyDispatcher>();
  #lost = new AbortController();

  constructor(options: RepliesOptions) {
    this.#options = options;
  }

  /** Aborts when the replies that are open now are another process's. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  open(
    { to, chatId }: Place,
    language: Language,
    options: Omit<ReplyDispatcherOptions, "delivery" | "target" | "chatId">,
  ): ReplyDispatcher {
    const { instance, journal, process } = this.#options;
    const settings = { ...options.settings, locale: language };
    const reply = instance.openReply({ ...options, target: to, chatId: chatId || undefined, settings });
    this.#open.add(reply);
    reply.events.once("finalize", () => this.#open.delete(reply));
    process?.follow(reply, { chatId, language });
    if (journal !== undefined)
      journalCards(journal, reply, { channel: "feishu", account: instance.name, language }, instance.delivery.clock);
    return reply;
  }

  /** This process was taken for dead: others have what is open, and nothing more of it is written here. */
  handOver(): void {
    const lost = this.#lost;
    this.#lost = new AbortController();
    for (const reply of this.#open) void reply.abort({ handedOver: true });
    lost.abort(new Error("the answer is another process's: this one was silent for too long"));
  }
}
