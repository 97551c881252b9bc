import type { Logger } from "../log/index.ts";
import type { BegunReply, CallLeases, ReplyStream } from "../stream/index.ts";
import type { Clock } from "../time/index.ts";
import type { ParsedConfig } from "./parse-config.ts";
import type { CardAction, CardActionAnswer, InboundMessage, LostChat, Person } from "./inbound.ts";
import type { Journal } from "./journal.ts";
import type { Language } from "./language.ts";
import type { ChannelQuestions, QuestionHandler } from "./question.ts";

/** What a channel can show; hosts leave out what it cannot. */
export interface ChannelCapabilities {
  /** Replies grow while they are written. */
  readonly streaming: boolean;
  /** Replies may carry buttons whose presses come back as card actions. */
  readonly buttons: boolean;
  /** Replies have a panel for the model's reasoning. */
  readonly reasoning: boolean;
  /** Messages belong to topics. */
  readonly threads: boolean;
}

/** Where a reply goes. With `replyTo` it quotes that message; with `threadId` it stays in that topic. */
export interface ReplyTarget {
  readonly chatId: string;
  readonly replyTo?: string | undefined;
  readonly threadId?: string | undefined;
}

/** One button: what it says and what a press sends back (see {@link CardAction}). The channel seals it: nobody else can make one. */
export interface ReplyButton {
  readonly text: string;
  readonly value: Readonly<Record<string, string>>;
}

/** A button that appears when the reply has ended: always, or only when it ended early (stopped, failed, cut short). */
interface AfterButton extends ReplyButton {
  readonly when: "always" | "incomplete";
}

/** The buttons of a reply: one while it is being written, others once it has ended. */
export interface ReplyButtons {
  readonly stop?: ReplyButton | undefined;
  readonly after?: readonly AfterButton[] | undefined;
}

/** How a reply looks and how it reaches its reader. */
export interface OpenReplyOptions {
  /** Language of the card's own words ("thinking", "stopped by …"). */
  readonly language: Language;
  readonly buttons?: ReplyButtons | undefined;
  /** Show the card before there is any text, so that the person knows the message has arrived. @defaultValue false */
  readonly placeholder?: boolean | undefined;
  /** Names the reply: a process that goes on with it finds by it what was sent. @defaultValue a random one */
  readonly id?: string | undefined;
  /** The reply goes on where another one ended, and says so. @defaultValue false */
  readonly continues?: boolean | undefined;
  /** Header of the card; without it the card has none, unless the channel's config sets one. */
  readonly title?: string | undefined;
}

/** A card that was open when the process died; enough to close it without anything else being known. */
export interface OpenCard {
  readonly cardId: string | undefined;
  readonly messageId: string | undefined;
  /** Wall-clock ms of its creation. */
  readonly openedAt: number;
  readonly language: Language;
  /** Buttons of the reply: those of an interrupted one are offered. @defaultValue none */
  readonly buttons?: ReplyButtons | undefined;
  /** What the channel itself noted to close it by, besides the ids: the reply events `card` and `owed`. */
  readonly remainder?: string | undefined;
}

/** How one account is doing. */
export interface ConnectionStatus {
  readonly account: string;
  /** Name of the bot as people see it, when the platform told. */
  readonly bot: string | undefined;
  readonly connected: boolean;
}

/** One running account of a channel. */
export interface ChannelConnection {
  readonly account: string;
  /** What is asked here, in order; the account's {@link ChannelStartOptions.questions} answers it. A question shows that it waits, and is read once more then. */
  readonly questions: ChannelQuestions;
  /** Whether this account's replies carry buttons, where the channel can. @defaultValue true */
  readonly showsButtons?: boolean | undefined;
  status(): ConnectionStatus;
  /** Opens a streaming reply. Returns at once; without `placeholder` nothing is sent before there is something to show. */
  openReply(target: ReplyTarget, options: OpenReplyOptions): ReplyStream;
  /**
   * Goes on in the cards of a reply that another process began and will not end; nothing is written before there is something to do.
   * Tries for as long as the platform does not answer. Gives undefined when nobody can go on there: see `closeOrphan`.
   */
  takeUp?(target: ReplyTarget, options: OpenReplyOptions, begun: BegunReply): Promise<ReplyStream | undefined>;
  /** Sends a finished message (answers to commands); resolves with its id. Never touches any card. */
  sendText(
    target: ReplyTarget,
    text: string,
    options: { language: Language; signal?: AbortSignal | undefined },
  ): Promise<string>;
  /**
   * Ends a card left over by a process that died: it keeps its text and says that it was interrupted, or gets the end that its reply could
   * not give it. Tries for as long as the platform does not answer; rejects when nothing can be done, or the signal aborts.
   */
  closeOrphan(card: OpenCard, options?: { signal?: AbortSignal | undefined }): Promise<void>;
  /** Tells the handlers of an event that was taken by {@link SharedIntake}; resolves when they have been told. Never rejects. */
  replay?(body: unknown): Promise<void>;
  /** How many cards of an earlier process were closed; settles when that is done. */
  readonly recovered: Promise<number>;
  /** Name of a person as others see it, if the channel can tell. */
  nameOf?(person: Person): string | undefined;
  /** Takes no more events; replies go on. Idempotent. */
  stopReceiving?(): Promise<void>;
  /** Takes no more events, refuses what waits, interrupts what is being answered and waits for it, and disconnects. Bounded by 5 s, idempotent. */
  close(): Promise<void>;
}

/** Something that happened in a chat, before anybody has been told. */
export interface IntakeEvent {
  readonly chatId: string;
  /** The same however often the platform delivers it. */
  readonly id: string;
  /** What {@link ChannelConnection.replay} takes; JSON. */
  readonly body: unknown;
}

/** What processes of one app have in common, as a channel needs it. */
export interface SharedIntake extends CallLeases {
  /**
   * Puts an event where it survives this process; then the platform may be told that it arrived, and `replay` hands it on. `local`: it
   * could not be put there and is to be told here. Rejects when it may have been put there or not: the platform must send it again.
   */
  take(event: IntakeEvent): Promise<"taken" | "local">;
  /** Whether this process may still write to a card; settles when it is known. */
  owns(cardId: string): boolean | Promise<boolean>;
  /** Whether this process may now send to a chat, or patch a message there; settles when it is known. */
  mayWrite(chatId: string): boolean | Promise<boolean>;
}

/** What the host hands to a channel account. Handlers may be called from the moment `start` is called. */
export interface ChannelStartOptions<Account> {
  readonly account: Account;
  /** A message has come, to be asked by {@link ChannelConnection.questions} or dealt with beside them. */
  onMessage(message: InboundMessage): void;
  /** Answers what was asked. */
  readonly questions: QuestionHandler;
  /** Must answer within the platform's limit (Feishu: 3 s). */
  onCardAction(action: CardAction): Promise<CardActionAnswer>;
  /** Nothing waits there any more; what is being answered is to end. */
  onChatLost?(chat: LostChat): void;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Where several processes work for one app. @defaultValue this one is alone */
  readonly shared?: SharedIntake | undefined;
  /** Folder for what is remembered across restarts; undefined: nothing is. */
  readonly stateDir?: string | undefined;
  /** What open cards are written down in, of all accounts; those that an earlier process left are closed at the start. @defaultValue none */
  readonly journal?: Journal | undefined;
  /** Gives numbers from 0 to below 1, like Math.random. */
  readonly random: () => number;
  readonly signal: AbortSignal;
}

/** How an account wants its replies to grow. */
export interface AccountStreaming {
  /** False: a reply appears when it is complete. */
  readonly live: boolean;
  /** Whether finished blocks feed the reply; undefined: as the host's default says. */
  readonly blocks: boolean | undefined;
  /** Over the host's own settings for merging blocks; characters and milliseconds. */
  readonly coalesce:
    | {
        readonly minChars?: number | undefined;
        readonly maxChars?: number | undefined;
        readonly idleMs?: number | undefined;
      }
    | undefined;
}

/** One configured account of a channel. */
export interface ChannelAccount {
  /** Id in the config file (`accounts.<id>`), or `default`. */
  readonly id: string;
  readonly streaming: AccountStreaming;
}

/** What a channel extension is to a host. */
export interface ChannelPlugin<Account extends ChannelAccount = ChannelAccount> {
  /** Key below `channels.` in the config file. */
  readonly id: string;
  readonly capabilities: ChannelCapabilities;
  /** Reads `channels.<id>` and the environment; every issue and unknown key at once. No accounts: the channel is not configured. */
  readConfig(section: unknown, env: Readonly<Record<string, string | undefined>>): ParsedConfig<readonly Account[]>;
  /**
   * Connects one account. Resolves when messages can arrive.
   * @throws when the platform refuses the credentials, or the signal aborts.
   */
  start(options: ChannelStartOptions<Account>): Promise<ChannelConnection>;
}
