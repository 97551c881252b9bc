import type { Adapter, Author, ChatInstance } from "chat";
import type {
  FeishuBotMembership,
  FeishuCardAction,
  FeishuCardActionAnswer,
  FeishuInboundMessage,
  FeishuListener,
  FeishuReaction,
  FeishuRecall,
} from "../feishu/inbound/index.ts";
import type { ChatLanguages } from "../feishu/chat-languages.ts";
import type { FeishuInstance } from "../feishu/index.ts";
import type { MessageReader } from "../feishu/message-reader.ts";
import { toToastAnswer } from "../feishu/press-toast.ts";
import { pressAnswers } from "../../src/plugin-sdk/index.ts";
import type { Language } from "../../src/plugin-sdk/index.ts";
import { withDeadline } from "../../src/time/index.ts";
import { toChatEmoji } from "./emoji.ts";
import type { Forms } from "./forms.ts";
import type { LarkRaw, MessageMaker } from "./messages.ts";
import type { Streamer } from "./streamer.ts";
import type { Threads } from "./threads.ts";
import type { Typing } from "./typing.ts";

/** What a {@link ChatListener} works with. */
export interface ChatListenerOptions {
  readonly instance: FeishuInstance;
  readonly adapter: Adapter<unknown, LarkRaw>;
  readonly chat: () => ChatInstance;
  readonly threads: Threads;
  readonly maker: MessageMaker;
  readonly reader: MessageReader;
  readonly forms: Forms;
  readonly streamer: Streamer;
  readonly typing: Typing;
  readonly languages: ChatLanguages;
  /** Tells the other processes; nobody where there are none. */
  readonly tellOthers: (stop: ToldStop) => Promise<void>;
}

/** Who stops what is being written in a thread, in whichever process. */
export interface ToldStop {
  readonly threadId: string;
  readonly by: string;
}

/** What opens a form: where, and for whom. Never leaves the process that made it but in the Chat's own hands. */
interface Trigger {
  readonly threadId: string;
  readonly personId: string;
}

/** A press has to be answered within 2.5 s; its handlers go on behind the answer. */
const PRESS_WITHIN_MS = 2_000;

/** Tells the Chat SDK what comes from Feishu. */
export class ChatListener implements FeishuListener {
  readonly #options: ChatListenerOptions;
  readonly #work = new Set<Promise<unknown>>();

  constructor(options: ChatListenerOptions) {
    this.#options = options;
  }

  onMessage(from: FeishuInboundMessage): void {
    const { chat, adapter, threads, maker, reader, typing, languages } = this.#options;
    const threadId = threads.ofInbound(from);
    typing.heard(threadId, from.messageId);
    languages.hear(from.chatId, from.text);
    const read = async () => maker.ofInbound(from, threadId, await reader.read(from));
    this.track(chat().processMessage(adapter, threadId, read));
  }

  async onCardAction(action: FeishuCardAction): Promise<FeishuCardActionAnswer | undefined> {
    const { cardstream, stop, asker, form, close } = action.value;
    if (cardstream === "chat" && typeof stop === "string") return this.#stop(action, stop, asker);
    if (cardstream === "chat" && typeof form === "string")
      return this.#options.forms.press(action, form, close === true);
    const acted = this.#act(action);
    this.track(acted);
    await withDeadline(this.#options.instance.delivery.clock, PRESS_WITHIN_MS, "a press", () => acted).catch(() => {});
    return undefined;
  }

  /** Somebody has pressed Stop, and the press came to another process. */
  onTold({ threadId, by }: ToldStop): void {
    this.#options.streamer.stopping(threadId, by);
  }

  onReaction(reaction: FeishuReaction): void {
    // Its own come back as events too.
    if (reaction.openId !== undefined) this.track(this.#react(reaction, reaction.openId));
  }

  onRecall({ messageId, chatId, ...raw }: FeishuRecall): void {
    const { chat, adapter, threads } = this.#options;
    const tell = async (): Promise<void> => {
      const threadId = await threads.of(messageId);
      if (threadId === undefined) return;
      const channelId = adapter.channelIdFromThreadId(threadId);
      await chat().processMessageDeleted({
        adapter,
        channelId,
        messageId,
        threadId,
        raw: { messageId, chatId, ...raw },
      });
    };
    this.track(tell());
  }

  onBotMembership({ added, chatId, operatorOpenId }: FeishuBotMembership): void {
    const { chat, adapter, threads, instance } = this.#options;
    if (!added) return;
    chat().processMemberJoinedChannel({
      adapter,
      channelId: threads.encode({ chatId, rootId: undefined, direct: false }),
      userId: adapter.botUserId ?? instance.client.account.appId,
      inviterId: operatorOpenId,
    });
  }

  /** The language of the adapter's own words in a chat. */
  languageIn(chatId: string): Language {
    return this.#options.languages.in(chatId);
  }

  /** Whom a trigger is for, and where. @throws TypeError for what this adapter has not made */
  static readTrigger(triggerId: string): Trigger {
    const [personId = "", ...thread] = triggerId.split(" ");
    if (!/^o[un]_/u.test(personId) || thread.length !== 1)
      throw new TypeError("triggerId: it is none of this adapter's; take it from the action");
    return { personId, threadId: thread[0] ?? "" };
  }

  /** Keeps `idle` waiting for it; what it throws is logged and goes no further. */
  track(work: Promise<unknown>): void {
    const done = work.catch((error: unknown) =>
      this.#options.instance.delivery.logger.error("an event could not be handled", {
        error: error instanceof Error ? error.name : "unknown",
      }),
    );
    this.#work.add(done);
    void done.finally(() => this.#work.delete(done));
  }

  /** Resolves when no handler runs. */
  async idle(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
  }

  #author(openId: string): Author {
    return this.#options.maker.author(openId, "user");
  }

  async #stop(action: FeishuCardAction, threadId: string, asker: unknown): Promise<FeishuCardActionAnswer | undefined> {
    const { chat, streamer, tellOthers } = this.#options;
    const { openId } = action.operator;
    if (openId !== asker) return toToastAnswer(pressAnswers.foreign);
    const by = this.#author(openId).fullName;
    streamer.stopping(threadId, by);
    // That it stops does not hang on it: the Chat's own state tells the process that writes.
    void tellOthers({ threadId, by }).catch(() => {});
    await chat().abortTurn(threadId);
    return toToastAnswer(pressAnswers.stopping);
  }

  async #act(action: FeishuCardAction): Promise<void> {
    const { chat, adapter, threads, instance } = this.#options;
    const { messageId, operator } = action;
    const threadId = messageId === undefined ? undefined : await threads.of(messageId);
    if (messageId === undefined || threadId === undefined) {
      instance.delivery.logger.warn("a press on a card that cannot be found was dropped");
      return;
    }
    await chat().processAction(
      {
        adapter,
        ...readControl(action),
        messageId,
        threadId,
        triggerId: `${operator.openId} ${threadId}`,
        user: this.#author(operator.openId),
        raw: action,
      },
      undefined,
    );
  }

  async #react({ added, emojiType, messageId, ...raw }: FeishuReaction, openId: string): Promise<void> {
    const { chat, adapter, threads } = this.#options;
    const threadId = await threads.of(messageId);
    if (threadId === undefined) return;
    await chat().processReaction({
      adapter,
      added,
      emoji: toChatEmoji(emojiType),
      rawEmoji: emojiType,
      messageId,
      threadId,
      user: this.#author(openId),
      raw: { added, emojiType, messageId, ...raw },
    });
  }
}

/** Which control, and with what. Cards that are not this adapter's name theirs in their own way. */
function readControl(action: FeishuCardAction): { actionId: string; value: string | undefined } {
  const { value, option, options, inputValue, name, tag } = action;
  const chosen = option ?? options?.join(",") ?? inputValue;
  if (value["cardstream"] === "chat" && typeof value["action"] === "string") {
    const own = typeof value["value"] === "string" ? value["value"] : undefined;
    return { actionId: value["action"], value: chosen ?? own };
  }
  return { actionId: name ?? tag, value: chosen ?? JSON.stringify(value) };
}
