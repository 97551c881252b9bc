import type { DeliveryResult, ReplyStream } from "../../../../src/stream/index.ts";
import { toSnapshot } from "../../../../src/stream/index.ts";
import type { CancelTimer, Clock } from "../../../../src/time/index.ts";
import type { DeliveryInfo, DeliveryOutcome, ReplyOptions, ReplyPayload } from "../host/index.ts";
import { mayBeSilent } from "./hold-silent.ts";
import type { LiveTurn } from "./live-source.ts";
import { LiveText } from "./live-text.ts";
import type { Strippers } from "./live-text.ts";
import { mediaOf } from "../outbound/payload-media.ts";
import { ThinkingPanel } from "./thinking-panel.ts";
import { lastLine, readItem, ToolLines } from "./tool-lines.ts";
import type { ToolChange } from "./tool-lines.ts";
import { TurnCard } from "./turn-card.ts";

/** A message that is complete when it is handed over; sent outside the streaming card. */
export interface CompleteMessage {
  readonly text?: string | undefined;
  readonly mediaUrls?: readonly string[] | undefined;
  readonly audioAsVoice?: boolean | undefined;
  readonly presentation?: ReplyPayload["presentation"];
  readonly presentationTextMode?: ReplyPayload["presentationTextMode"];
  readonly channelData?: ReplyPayload["channelData"];
}

/** What one turn needs. */
export interface ReplyTurnOptions {
  /** Opens a reply. Nothing is sent before it is given something to show, unless it is to be seen `early`. */
  openStream(early: boolean): ReplyStream;
  /** Sends a complete message to where the reply goes; resolves with the ids of what was sent. */
  sendComplete(message: CompleteMessage): Promise<string[]>;
  /** Turns a result that is not complete into the error class by which the host knows what the reader has seen. */
  toDeliveryError(result: DeliveryResult, text: string): Error;
  /** The reply is shown while it is written. When false, only complete answers are shown. */
  readonly live: boolean;
  /** Show a card when nothing has come for this long; undefined: wait for text (the agent may have nothing to say). */
  readonly earlyMs: number | undefined;
  /** For the model's own text (see `LiveSource`); undefined: the host's text is all there is. */
  readonly strippers?: Strippers | undefined;
  /** A card with text that says nothing new for this long is closed with a note; undefined: never. */
  readonly silence?: { readonly afterMs: number; readonly note: string } | undefined;
  /** Who asked gets a word in any case, also when the agent ends without one. */
  readonly answersAlways?: boolean | undefined;
  /** The card was closed although the turn goes on: it looks as if nothing more came. */
  readonly onRest?: (() => void) | undefined;
  readonly clock: Clock;
}

/** The model has finished: the host takes a moment to hand its answer over. */
const FINISHED_MS = 1_500;
/** The tool by which the agent sends messages; what it sends is seen by itself. */
const SENDING_TOOL = "message";

type Callbacks = Omit<
  ReplyOptions,
  "abortSignal" | "disableBlockStreaming" | "suppressDefaultToolProgressMessages" | "onModelSelected"
>;

/**
 * One turn of the host, from its callbacks to one reply. The host's running text, completed blocks, reasoning, tools and final
 * answer all come in here; what the reader sees is one {@link ReplyStream}. Everything the host hands over after the end of the
 * answer (files, notices, errors) becomes a message of its own.
 */
export class ReplyTurn {
  readonly #options: ReplyTurnOptions;
  readonly #card: TurnCard;
  readonly #panel = new ThinkingPanel();
  readonly #tools = new ToolLines();
  readonly #liveText: LiveText | undefined;
  /** A model call was seen to begin before the host has told of the message. */
  #liveBegan = false;
  #cancelEarly: CancelTimer | undefined;
  #outcome: "completed" | "failed" | undefined;
  #verbose: () => boolean = () => false;
  #begun = false;
  /** The host has handed something over for the reader. */
  #said = false;
  /** Calls of the sending tool. */
  readonly #sendings = new Set<string>();
  #cancelSilence: CancelTimer | undefined;
  #cancelFinished: CancelTimer | undefined;
  /** The model's current call calls a tool. */
  #callsTool = false;

  constructor(options: ReplyTurnOptions) {
    this.#options = options;
    this.#card = new TurnCard((early) => {
      this.#cancelEarly?.();
      return options.openStream(early);
    });
    if (options.strippers !== undefined) this.#liveText = new LiveText(options.strippers);
  }

  /** True while a card of this turn is open. */
  get open(): boolean {
    return this.#card.open;
  }

  /** The agent has started, or something was said: the turn must not be run a second time. */
  get begun(): boolean {
    return this.#begun;
  }

  /** Nothing has come of the turn yet, and nobody has seen any of it. */
  get untouched(): boolean {
    return !this.#begun && !this.#card.started;
  }

  /** The host begins to work on the answer; it says so again every few seconds. */
  start(): void {
    const { earlyMs, clock, live } = this.#options;
    if (!live || earlyMs === undefined || this.#cancelEarly !== undefined || this.#card.started) return;
    this.#cancelEarly = clock.setTimer(earlyMs, () => {
      this.#card.opened(true);
    });
  }

  /** What the host calls while the turn runs. */
  get callbacks(): Callbacks {
    return {
      onAgentRunStart: () => {
        this.#begun = true;
        this.start();
      },
      onAgentRunTerminalOutcome: (outcome) => {
        this.#outcome = outcome;
      },
      onVerboseProgressVisibility: (isActive) => {
        this.#verbose = isActive;
      },
      onAssistantMessageStart: () => {
        this.#panel.endReasoning();
        if (this.#liveBegan) this.#liveBegan = false;
        else this.#card.endMessage();
        return this.open;
      },
      onPartialReply: ({ text }) => (text === undefined ? false : this.partial(this.#liveText?.confirm(text) ?? text)),
      onReasoningStream: ({ text, requiresReasoningProgressOptIn }) => {
        if (text === undefined || requiresReasoningProgressOptIn === true) return false;
        this.#panel.reasoning(text);
        return this.#showPanel();
      },
      onReasoningEnd: () => {
        this.#panel.endReasoning();
        return this.open;
      },
      onToolStart: ({ toolCallId, itemId, name }) =>
        this.#tool(toolCallId ?? itemId, { name, state: "running" }, name === SENDING_TOOL),
      onItemEvent: (event) =>
        this.#tool(event.toolCallId ?? event.itemId, readItem(event), event.name === SENDING_TOOL),
      onCommandOutput: ({ toolCallId, itemId, phase, exitCode, output }) => {
        const state = phase !== "end" ? undefined : (exitCode ?? 0) === 0 ? "done" : "failed";
        const detail = this.#verbose() ? lastLine(output) : undefined;
        return this.#tool(toolCallId ?? itemId, { state, detail });
      },
      onPlanUpdate: ({ steps, explanation }) => {
        if (steps === undefined) return false;
        this.#panel.plan(steps, explanation);
        return this.#showPanel();
      },
      onCompactionStart: () => this.#card.status("…"),
      onCompactionEnd: () => this.#card.status(undefined),
    };
  }

  /** What the model says as it arrives, for turns that may see it. */
  get liveTurn(): LiveTurn {
    return {
      onCall: () => {
        this.#cancelFinished?.();
        this.#callsTool = false;
        this.#liveBegan = true;
        this.#liveText?.begin();
        this.#card.endMessage();
      },
      onText: (delta) => {
        const text = this.#liveText?.add(delta);
        if (text !== undefined) this.partial(text);
      },
      onToolCall: () => {
        this.#callsTool = true;
        this.#liveText?.toolCalled();
      },
      onFinish: () => {
        this.#cancelFinished?.();
        // Then the answer is still to come.
        if (this.#callsTool) return;
        this.#cancelFinished = this.#options.clock.setTimer(FINISHED_MS, () => this.#rest(undefined));
      },
    };
  }

  /** The whole text of the current message so far. Returns whether the reader sees it. */
  partial(text: string): boolean {
    if (!this.#options.live || this.#card.over || mayBeSilent(text) || text === "") return false;
    this.#card.partial(text);
    this.#active();
    return true;
  }

  /**
   * One message from the host.
   * @throws what `toDeliveryError` makes of an answer that did not reach the reader completely.
   */
  async deliver(payload: ReplyPayload, info: DeliveryInfo): Promise<DeliveryOutcome> {
    this.#begun = true;
    this.#said = true;
    this.#active();
    const text = payload.text ?? "";
    const media = mediaOf(payload);
    const ids: string[] = [];
    if (text.trim() !== "" || payload.presentation !== undefined)
      ids.push(...(await this.#deliverText(payload, text, info)));
    if (media.length > 0) {
      const sent = await this.#options.sendComplete({ mediaUrls: media, audioAsVoice: payload.audioAsVoice });
      ids.push(...sent);
    }
    return { visibleReplySent: ids.length > 0 || text.trim() !== "", messageIds: ids };
  }

  /** The turn is over, however it went. Closes the card if nothing has closed it, and says an error to who waits. Never rejects. */
  async end(error?: unknown): Promise<DeliveryResult | undefined> {
    this.#cancelTimers();
    const wordless = this.#options.answersAlways === true && this.#outcome === "completed" && !this.#said;
    if (wordless && !this.#card.started && this.#sendings.size === 0) this.#card.opened(true);
    const waits = this.#options.earlyMs !== undefined && !this.#begun;
    const failed = error !== undefined || this.#outcome === "failed";
    if (!this.#card.started && !(failed && waits)) return undefined;
    return failed ? this.#card.fail({ code: "provider-error" }) : this.#card.settle(this.#outcome !== undefined);
  }

  /** Somebody stopped the reply: what is visible stays, marked with their name. Resolves when the card is closed. */
  async stop(by: string | undefined): Promise<void> {
    this.#cancelTimers();
    if (this.#card.started) await this.#card.abort(by);
  }

  /** The account stops: what is visible stays, marked as interrupted; who has seen nothing yet is told. Resolves when the card is closed, or after `withinMs`. */
  async interrupt(withinMs: number): Promise<void> {
    this.#cancelTimers();
    const waits = this.#options.earlyMs !== undefined && !this.#said;
    if (this.#card.started || waits) await this.#card.fail({ code: "interrupted" }, { withinMs });
  }

  async #deliverText(payload: ReplyPayload, text: string, info: DeliveryInfo): Promise<string[]> {
    if (payload.isReasoning === true) {
      this.#panel.note(text);
      return this.#showPanel() ? this.#card.ids() : [];
    }
    // A presentation, or a question of the agent's: never beside the answer.
    const isMessage = payload.presentation !== undefined || payload.channelData?.["askUser"] !== undefined;
    if (info.kind === "tool" && this.#options.live && !this.#card.over && !isMessage) {
      this.#panel.note(text);
      this.#showPanel();
      return this.#card.ids();
    }
    if (payload.isCommentary === true) {
      // What streamed is kept with the tools when the next message begins.
      if (this.#card.text.includes(text.trim())) return this.#card.ids();
      this.#panel.note(text);
      return this.#showPanel() ? this.#card.ids() : this.#options.sendComplete({ text });
    }
    const isNotice =
      payload.isStatusNotice === true || payload.isCompactionNotice === true || payload.isFallbackNotice === true;
    if (isMessage || isNotice || info.kind === "tool") {
      const { presentation, presentationTextMode, channelData } = payload;
      return this.#options.sendComplete({ text, presentation, presentationTextMode, channelData });
    }
    if (payload.isError === true) return this.#deliverError(text);
    return info.kind === "block" ? this.#deliverBlock(text) : this.#deliverFinal(text);
  }

  async #deliverError(text: string): Promise<string[]> {
    if (!this.open) return this.#options.sendComplete({ text });
    return this.#idsOf(await this.#card.fail({ code: "provider-error", message: text }), text);
  }

  async #deliverBlock(text: string): Promise<string[]> {
    if (this.#card.over) return this.#options.sendComplete({ text });
    await this.#card.block(text);
    return this.#card.ids();
  }

  async #deliverFinal(text: string): Promise<string[]> {
    return this.#idsOf(await this.#card.answer(text), text);
  }

  #idsOf(result: DeliveryResult, text: string): string[] {
    if (result.delivered < result.total) throw this.#options.toDeliveryError(result, text);
    return this.#card.ids(result);
  }

  #showPanel(): boolean {
    if (!this.#options.live || this.#card.over) return false;
    this.#card.opened().replaceReasoning(toSnapshot(this.#panel.text));
    this.#active();
    return true;
  }

  #tool(id: string | undefined, change: ToolChange | undefined, sends = false): boolean {
    if (id === undefined || change === undefined || !this.#options.live || this.#card.over) return false;
    if (sends) this.#sendings.add(id);
    if (this.#sendings.has(id)) return false;
    this.#card.opened().tool(this.#tools.change(id, change));
    this.#active();
    return true;
  }

  /** Something happened: silence is counted from now. */
  #active(): void {
    const { silence, clock } = this.#options;
    if (silence === undefined) return;
    this.#cancelSilence?.();
    this.#cancelSilence = clock.setTimer(silence.afterMs, () => {
      // A tool may take its time, and a card without words says that it waits.
      if (this.#tools.running || this.#card.text === "") this.#active();
      else this.#rest(silence.note);
    });
  }

  /** Closes the card as it is. The host's turn goes on, perhaps for ever. */
  #rest(note: string | undefined): void {
    if (!this.#card.open || this.#card.text === "") return;
    // Never rejects: what cannot be delivered is in the result.
    void this.#card.rest(note);
    this.#options.onRest?.();
  }

  #cancelTimers(): void {
    this.#cancelEarly?.();
    this.#cancelSilence?.();
    this.#cancelFinished?.();
  }
}
