import type { Logger } from "../log/index.ts";
import { pressAnswers } from "../plugin-sdk/index.ts";
import type {
  CardAction,
  CardActionAnswer,
  ChannelConnection,
  InboundMessage,
  IntakeEvent,
  LostChat,
  SharedIntake,
} from "../plugin-sdk/index.ts";
import { SharedLanes, SharedStateError } from "../shared/index.ts";
import type { HeldEntry, Lease, LeaseAsk, NoteChanges, Notes, ProcessInfo, SharedState } from "../shared/index.ts";
import type { Clock } from "../time/index.ts";
import type { ConversationRecord } from "./conversation.ts";
import type { Host, HostEvents } from "./host.ts";
import { takeOver } from "./take-over.ts";
import { TurnNotes } from "./turn-notes.ts";
import type { NotedTurn, TurnFollower } from "./turn-notes.ts";

/** What {@link SharedChats} works with. */
export interface SharedChatsOptions {
  readonly state: SharedState;
  readonly host: Host;
  readonly channel: string;
  readonly account: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  /** How long the other processes wait for a sign of life. @defaultValue 15000 */
  readonly lifetimeMs?: number | undefined;
  /** What the other processes are told of this one. */
  readonly process?: ProcessInfo | undefined;
}

/** An entry of a chat's queue. */
type Body = { readonly id: string; readonly event: unknown } | { readonly id: string; readonly press: CardAction };

interface Waiter {
  readonly entry: HeldEntry;
  readonly settled: (left: boolean) => void;
  /** What another process wrote down of its turn. */
  readonly earlier?: NotedTurn | undefined;
}

/** A press may come again for as long as people look at a card. */
const PRESS_REMEMBERED_MS = 24 * 3_600_000;
/** For the final state of cards whose answers are interrupted. */
const END_WITHIN_MS = 3_500;
const CONVERSATION = "conv:";

/**
 * One account's chats, where several processes work for one app: events go through the queue of their chat, which one process owns and
 * answers from; what it remembers and how far its answers came is written down, and who takes over goes on from there.
 */
export class SharedChats implements SharedIntake {
  readonly #options: SharedChatsOptions;
  readonly #lanes: SharedLanes;
  readonly #turns: TurnNotes;
  /** By message: entries whose fate the host decides. */
  readonly #waiting = new Map<string, Waiter[]>();
  /** By chat: resolves when an answer of a process that is gone is under way, or at its end. What waits in the chat waits for that. */
  readonly #takingOver = new Map<string, Promise<void>>();
  /** By turn: who writes it down. */
  readonly #followers = new Map<string, TurnFollower>();
  /** Messages that the host was given, and by which entry. */
  readonly #replayed = new Map<string, HeldEntry>();
  readonly #followed = new WeakMap<HeldEntry, TurnFollower>();
  readonly #drained = Promise.withResolvers<void>();
  #connection: ChannelConnection | undefined;
  #isDraining = false;

  constructor(options: SharedChatsOptions) {
    const { state, host, clock, logger, random, lifetimeMs, process } = options;
    this.#options = options;
    this.#turns = new TurnNotes(clock);
    this.#lanes = new SharedLanes({
      state,
      clock,
      logger,
      random,
      lifetimeMs,
      process,
      handler: {
        adopt: (_, notes) => this.#adopt(notes),
        handle: (entry) => this.#handle(entry),
        abandon: (chat) => host.abandon(this.#place(chat), (id) => this.#followers.has(id) || this.#waiting.has(id)),
        onMessage: (body) => this.#hear(body),
      },
    });
    host.events.on("settled", this.#onSettled);
    host.events.on("turn-start", this.#onTurnStart);
    host.events.on("turn-tool", this.#onTool);
    host.events.on("turn-ending", this.#onEnding);
  }

  /** Begins to deal with chats; the account is connected. @throws SharedStateError when the state cannot be reached */
  async start(connection: ChannelConnection): Promise<void> {
    this.#connection = connection;
    await this.#lanes.start();
  }

  /** Takes no more events, leaves what has not begun to the others, and lets what has begun end for `withinMs` before it is interrupted. */
  async drain(withinMs: number): Promise<void> {
    this.#isDraining = true;
    this.#drained.resolve();
    await this.#connection?.stopReceiving?.();
    const { clock, host } = this.#options;
    host.leaveWaiting();
    const cancel = clock.setTimer(withinMs, () => host.interrupt());
    await this.#lanes.drain(withinMs + END_WITHIN_MS);
    cancel();
  }

  async take({ chatId, id, body: event }: IntakeEvent): Promise<"taken" | "local"> {
    const body: Body = { id, event };
    try {
      const outcome = await this.#lanes.take({ chat: chatId, key: id, body: JSON.stringify(body) });
      // The host tells the person that too much waits.
      return outcome === "full" ? "local" : "taken";
    } catch (error) {
      if (!(error instanceof SharedStateError) || error.trouble === "unknown") throw error;
      this.#options.logger.warn("an event could not be shared and is dealt with here", { trouble: error.trouble });
      // Feishu may hear too late that it arrived, and send it to another process.
      void this.#lanes.know(id);
      return "local";
    }
  }

  owns(cardId: string): boolean | Promise<boolean> {
    const chat = this.#turns.chatOf(cardId);
    return chat === undefined || this.#lanes.stillOwns(chat);
  }

  lease(ask: LeaseAsk): Promise<Lease> {
    return this.#options.state.lease(ask);
  }

  mayWrite(chatId: string): boolean | Promise<boolean> {
    // What is answered here without a queue is nobody else's; an answer that is not this process's any more has been stopped.
    return !this.#lanes.owns(chatId) || this.#lanes.isSafe || this.#lanes.stillOwns(chatId);
  }

  /** A message of the channel. */
  onMessage(message: InboundMessage): void {
    const entry = this.#replayed.get(message.messageId);
    if (entry === undefined) this.#options.host.onMessage(message);
    else this.#give(message, entry);
  }

  /** A press, on whichever process's card. */
  async onCardAction(action: CardAction): Promise<CardActionAnswer> {
    const { host, state } = this.#options;
    const { chatId } = action;
    const claim = host.claimOf(action);
    // Who may not press is told so here, and what is answered here is stopped here.
    if (claim === undefined || chatId === undefined || this.#lanes.owns(chatId)) return host.onCardAction(action);
    try {
      if (claim.action === "stop") {
        const owner = await state.ownerOf(chatId);
        if (owner === undefined) return pressAnswers["over"];
        if (!(await state.once(`stop:${claim.turnId}`, PRESS_REMEMBERED_MS))) return pressAnswers["used"];
        await state.send(owner.session, JSON.stringify({ press: action }));
        return pressAnswers["stopped"];
      }
      if (!isLast(await state.notes(chatId), claim.turnId)) return pressAnswers["outdated"];
      const id = `press:${claim.turnId}:${claim.action}`;
      const body: Body = { id, press: action };
      const outcome = await this.#lanes.take({ chat: chatId, key: id, body: JSON.stringify(body) });
      if (outcome === "duplicate") return pressAnswers["used"];
      return pressAnswers[claim.action === "continue" ? "continued" : "restarted"];
    } catch (error) {
      if (!(error instanceof SharedStateError)) throw error;
      return host.onCardAction(action);
    }
  }

  #adopt(notes: Notes): void {
    const records = Object.entries(notes).flatMap(([name, value]) =>
      // Written by `#memory` of some process.
      name.startsWith(CONVERSATION) ? [[name.slice(CONVERSATION.length), JSON.parse(value) as ConversationRecord]] : [],
    );
    this.#options.host.restore(Object.fromEntries(records) as Record<string, ConversationRecord>);
  }

  async #handle(entry: HeldEntry): Promise<NoteChanges | undefined> {
    const before = this.#takingOver.get(entry.chat);
    const earlier = TurnNotes.read(entry);
    const { promise, resolve: underWay } = Promise.withResolvers<void>();
    if (earlier !== undefined) this.#takingOver.set(entry.chat, promise);
    try {
      if (before !== undefined) await before;
      return await this.#deal(entry, earlier, underWay);
    } finally {
      underWay();
      if (this.#takingOver.get(entry.chat) === promise) this.#takingOver.delete(entry.chat);
    }
  }

  /** @param underWay what waits behind the entry may be handed to the host from now on */
  async #deal(
    entry: HeldEntry,
    earlier: NotedTurn | undefined,
    underWay: () => void,
  ): Promise<NoteChanges | undefined> {
    // Written by `take` or `onCardAction` of some process.
    const body = JSON.parse(entry.body) as Body;
    const outcome = earlier === undefined ? "anew" : await this.#takeOver(entry, earlier, underWay);
    if (outcome === "ended") return this.#ended(entry);
    if (outcome === "left") return undefined;
    const dealing = "press" in body ? this.#press(entry, body.press) : this.#replay(entry, body);
    underWay();
    return (await dealing) || !entry.isHeld ? undefined : this.#ended(entry);
  }

  /** What is noted with the end of an entry. While its cards are owed it stays, for who takes over; what waits behind it goes on. */
  async #ended(entry: HeldEntry): Promise<NoteChanges | undefined> {
    const follower = this.#followed.get(entry);
    if (follower?.isOwing === true) {
      await Promise.race([follower.untilPaid(this.#memory(entry)), this.#drained.promise]);
      if (this.#isDraining || !entry.isHeld) return undefined;
    }
    return { ...this.#turns.gone(entry), ...this.#memory(entry) };
  }

  /** What the chat's conversations remember. */
  #memory(entry: HeldEntry): NoteChanges {
    const records = Object.entries(this.#options.host.recordsOf(this.#place(entry.chat)));
    return Object.fromEntries(records.map(([key, record]) => [CONVERSATION + key, JSON.stringify(record)]));
  }

  /** Gives an event back to the channel. @returns whether it was left for another process */
  async #replay(entry: HeldEntry, { id, event }: { readonly id: string; readonly event: unknown }): Promise<boolean> {
    this.#replayed.set(id, entry);
    const settled = new Promise<boolean>((resolve) => this.#wait(id, { entry, settled: resolve }));
    try {
      await this.#connection?.replay?.(event);
      // Nobody has taken it up: it is not for the bot, or nothing that is answered.
      if (this.#replayed.has(id)) return false;
      return await settled;
    } finally {
      this.#replayed.delete(id);
      this.#unwait(id, entry);
    }
  }

  /** A button of a card whose process is not this one, or has nothing to do in the chat. */
  async #press(entry: HeldEntry, action: CardAction): Promise<boolean> {
    const { host } = this.#options;
    const claim = host.claimOf(action);
    const message = claim && host.lastMessage(claim.turnId);
    if (message === undefined) return false;
    const settled = new Promise<boolean>((resolve) => this.#wait(message.messageId, { entry, settled: resolve }));
    try {
      const answer = await host.onCardAction(action);
      const hasBegun = answer === pressAnswers["restarted"] || answer === pressAnswers["continued"];
      return hasBegun ? await settled : false;
    } finally {
      this.#unwait(message.messageId, entry);
    }
  }

  #give(message: InboundMessage, entry: HeldEntry): void {
    this.#replayed.delete(message.messageId);
    if (entry.isHeld && !this.#isDraining) this.#options.host.onMessage(message);
    else this.#settle(message.messageId, true);
  }

  /** Brings an answer to its end that its process did not end. */
  async #takeOver(entry: HeldEntry, turn: NotedTurn, underWay: () => void): Promise<"ended" | "anew" | "left"> {
    const { host, logger } = this.#options;
    const isHeld = (): boolean => entry.isHeld && !this.#isDraining;
    const taken = await takeOver({ host, connection: this.#connection, logger, turn, isHeld });
    if (typeof taken === "string") return taken;
    const { messageId } = turn.message;
    const settled = new Promise<boolean>((resolve) =>
      this.#wait(messageId, { entry, settled: resolve, earlier: turn }),
    );
    try {
      const { message, question, turnId } = turn;
      host.goOn({ message, question, begun: { turnId, reply: taken.reply } });
      underWay();
      return (await settled) || !entry.isHeld ? "left" : "ended";
    } finally {
      this.#unwait(messageId, entry);
    }
  }

  /** Another process was asked to stop what is answered here. */
  #hear(body: string): void {
    const { press } = JSON.parse(body) as { readonly press?: CardAction };
    if (press !== undefined) void this.#options.host.onCardAction(press);
  }

  readonly #onTurnStart: HostEvents["turn-start"] = (turn) => {
    const waiter = this.#waiting.get(turn.message.messageId)?.[0];
    if (waiter === undefined) return;
    const follower = this.#turns.follow(waiter.entry, turn, waiter.earlier);
    this.#followers.set(turn.turnId, follower);
    this.#followed.set(waiter.entry, follower);
    turn.reply.events.once("finalize", () => this.#followers.delete(turn.turnId));
  };

  readonly #onTool: HostEvents["turn-tool"] = ({ turnId, waitFor }) => {
    const follower = this.#followers.get(turnId);
    if (follower !== undefined) waitFor(follower.tool());
  };

  readonly #onEnding: HostEvents["turn-ending"] = ({ turnId, end, waitFor }) => {
    const follower = this.#followers.get(turnId);
    if (follower !== undefined) waitFor(follower.ending(end));
  };

  readonly #onSettled: HostEvents["settled"] = ({ message, left }) => {
    if (message.channel === this.#options.channel && message.account === this.#options.account)
      this.#settle(message.messageId, left);
  };

  #wait(messageId: string, waiter: Waiter): void {
    this.#waiting.set(messageId, [...(this.#waiting.get(messageId) ?? []), waiter]);
  }

  #unwait(messageId: string, entry: HeldEntry): void {
    const rest = (this.#waiting.get(messageId) ?? []).filter((waiter) => waiter.entry !== entry);
    if (rest.length === 0) this.#waiting.delete(messageId);
    else this.#waiting.set(messageId, rest);
  }

  #settle(messageId: string, left: boolean): void {
    for (const { settled } of this.#waiting.get(messageId) ?? []) settled(left);
  }

  #place(chatId: string): LostChat {
    return { channel: this.#options.channel, account: this.#options.account, chatId };
  }
}

/** Whether a turn is the newest of a conversation: only that one can be answered again or gone on with. */
const isLast = (notes: Notes, turnId: string): boolean =>
  Object.entries(notes).some(
    ([name, value]) =>
      name.startsWith(CONVERSATION) && (JSON.parse(value) as ConversationRecord).last?.turnId === turnId,
  );
