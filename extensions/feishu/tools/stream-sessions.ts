import { ChannelToolError } from "../../../src/plugin-sdk/index.ts";
import type { Language } from "../../../src/plugin-sdk/index.ts";
import { toDelta } from "../../../src/stream/index.ts";
import type { DeliveryResult, ReplyStream } from "../../../src/stream/index.ts";
import type { CancelTimer, Clock } from "../../../src/time/index.ts";

/** How streams are bounded; each has a default. */
export interface StreamLimits {
  /** Milliseconds without a call until a stream is closed with the text it has. @defaultValue 300,000 */
  readonly idleMs?: number | undefined;
  /** Streams open at once. @defaultValue 50 */
  readonly maxOpen?: number | undefined;
  /** Characters (UTF-16 code units) of one stream. @defaultValue 300,000 */
  readonly maxChars?: number | undefined;
}

/** One stream. Its text is kept while it is open, so that a dry run behaves the same. */
export interface StreamSession {
  readonly id: string;
  /** Undefined in a dry run. */
  readonly reply: ReplyStream | undefined;
  /** Characters of the text so far. */
  readonly length: number;
  /** Characters known to be visible. */
  readonly visible: number;
  readonly ended: StreamEnd | undefined;
}

/** How a stream ended. */
export interface StreamEnd {
  readonly by: "close" | "idle" | "shutdown";
  readonly result: Promise<DeliveryResult | undefined>;
}

/** Ended streams that are remembered, so that closing again answers the same. */
const REMEMBERED = 200;
const END_WITHIN_MS = 60_000;
const SHUTDOWN_WITHIN_MS = 3_000;

const NOTES: Readonly<Record<Language, { idle: string; shutdown: string }>> = {
  en: { idle: "⚠️ Incomplete: nothing more came", shutdown: "⚠️ Interrupted: the service was stopped" },
  zh: { idle: "⚠️ 未完整：长时间没有后续内容", shutdown: "⚠️ 已中断：服务被停止" },
};

interface Session {
  readonly id: string;
  /** Undefined in a dry run, and once the stream has ended: nothing large is remembered. */
  reply: ReplyStream | undefined;
  text: string;
  length: number;
  visible: number;
  cancelIdle: CancelTimer;
  ended: StreamEnd | undefined;
}

/** The open streams of one toolset: who may append where, and what happens to streams that nobody closes. */
export class StreamSessions {
  readonly #clock: Clock;
  readonly #newId: () => string;
  readonly #language: Language;
  readonly #idleMs: number;
  readonly #maxOpen: number;
  readonly #maxChars: number;
  readonly #sessions = new Map<string, Session>();
  #closing: Promise<void> | undefined;

  constructor(options: { clock: Clock; newId: () => string; language: Language; limits?: StreamLimits | undefined }) {
    this.#clock = options.clock;
    this.#newId = options.newId;
    this.#language = options.language;
    this.#idleMs = options.limits?.idleMs ?? 300_000;
    this.#maxOpen = options.limits?.maxOpen ?? 50;
    this.#maxChars = options.limits?.maxChars ?? 300_000;
    if (!(this.#idleMs > 0)) throw new TypeError(`idleMs must be above 0, got ${this.#idleMs}`);
  }

  get idleMs(): number {
    return this.#idleMs;
  }

  /** @throws ChannelToolError `too-many-streams` when no more may be opened now. */
  expectRoom(): void {
    const open = [...this.#sessions.values()].filter(({ ended }) => ended === undefined).length;
    if (open < this.#maxOpen && this.#closing === undefined) return;
    throw new ChannelToolError(
      "too-many-streams",
      `${open} streams are open, which is the most there may be.`,
      "Close streams that are done with stream_card_close, then open this one again.",
    );
  }

  /** Takes a reply in; without one (a dry run) only the text is kept. */
  open(reply: ReplyStream | undefined): StreamSession {
    const session: Session = {
      id: this.#newId(),
      reply,
      text: "",
      length: 0,
      visible: 0,
      cancelIdle: () => {},
      ended: undefined,
    };
    reply?.events.on("flush", ({ acknowledged }) => {
      session.visible = acknowledged;
    });
    this.#sessions.set(session.id, session);
    this.#touch(session);
    return session;
  }

  /**
   * Adds `text` at `offset`; what is there already is not added again, so that a repeated call is harmless.
   * @throws ChannelToolError `unknown-stream`, `closed-stream`, `wrong-offset`, `too-long`; nothing is added then.
   */
  append(id: string, offset: number | undefined, text: string): StreamSession {
    const session = this.#find(id);
    if (session.ended !== undefined) throw closed(session);
    const at = offset ?? session.text.length;
    const known = session.text.slice(at);
    const isGap = at > session.text.length;
    if (isGap || !(text.startsWith(known) || known.startsWith(text))) {
      throw new ChannelToolError(
        "wrong-offset",
        isGap
          ? `Offset ${at} leaves a gap: the stream has ${session.text.length} characters.`
          : `At offset ${at} the stream already has other text.`,
        `Append the next text with offset ${session.text.length}; text that was appended cannot be changed.`,
      );
    }
    const added = text.slice(known.length);
    if (session.text.length + added.length > this.#maxChars) {
      throw new ChannelToolError(
        "too-long",
        `The stream would have more than ${this.#maxChars} characters.`,
        "Close this stream and open another for the rest.",
      );
    }
    session.text += added;
    session.length = session.text.length;
    session.reply?.append(toDelta(added));
    this.#touch(session);
    return session;
  }

  /**
   * Ends a stream. Ending one that has ended gives how it ended.
   * @throws ChannelToolError `unknown-stream`.
   */
  close(
    id: string,
    end: { complete: boolean; reason?: string | undefined },
  ): { session: StreamSession; end: StreamEnd } {
    const session = this.#find(id);
    const { reply } = session;
    const finish = async (): Promise<DeliveryResult | undefined> =>
      end.complete
        ? reply?.finalize({ withinMs: END_WITHIN_MS })
        : reply?.fail(
            { code: "stopped", message: end.reason === undefined ? undefined : `⚠️ ${end.reason}` },
            { withinMs: END_WITHIN_MS },
          );
    return { session, end: session.ended ?? this.#end(session, "close", finish()) };
  }

  /** Ends all that is open, with the text it has. */
  shutdown(): Promise<void> {
    this.#closing ??= (async () => {
      const message = NOTES[this.#language].shutdown;
      const open = [...this.#sessions.values()].filter(({ ended }) => ended === undefined);
      const ends = open.map((session) =>
        this.#end(session, "shutdown", this.#fail(session, { code: "interrupted", message }, SHUTDOWN_WITHIN_MS)),
      );
      await Promise.all(ends.map(({ result }) => result));
    })();
    return this.#closing;
  }

  #touch(session: Session): void {
    session.cancelIdle();
    session.cancelIdle = this.#clock.setTimer(this.#idleMs, () => {
      const message = NOTES[this.#language].idle;
      this.#end(session, "idle", this.#fail(session, { code: "idle-timeout", message }, END_WITHIN_MS));
    });
  }

  async #fail(
    { reply }: Session,
    failure: { code: string; message: string },
    withinMs: number,
  ): Promise<DeliveryResult | undefined> {
    return reply?.fail(failure, { withinMs });
  }

  #end(session: Session, by: StreamEnd["by"], result: StreamEnd["result"]): StreamEnd {
    session.cancelIdle();
    session.ended = { by, result };
    session.reply = undefined;
    session.text = "";
    // The oldest ended ones are forgotten first; Map keeps the order of insertion.
    this.#sessions.delete(session.id);
    this.#sessions.set(session.id, session);
    const ended = [...this.#sessions.values()].filter((one) => one.ended !== undefined);
    for (const { id } of ended.slice(0, -REMEMBERED)) this.#sessions.delete(id);
    return session.ended;
  }

  #find(id: string): Session {
    const session = this.#sessions.get(id);
    if (session !== undefined) return session;
    throw new ChannelToolError(
      "unknown-stream",
      "There is no stream with this id.",
      "Open a stream with stream_card_open and use the stream_id it gives.",
    );
  }
}

const WHY: Readonly<Record<StreamEnd["by"], string>> = {
  close: "The stream was closed",
  idle: "The stream was closed because nothing was appended for too long",
  shutdown: "The stream was closed because the server is being stopped",
};

const closed = ({ ended, length }: Session): ChannelToolError =>
  new ChannelToolError(
    "closed-stream",
    `${WHY[ended?.by ?? "close"]}; its card keeps its ${length} characters.`,
    "Open another stream with stream_card_open for what is still to be said.",
  );
