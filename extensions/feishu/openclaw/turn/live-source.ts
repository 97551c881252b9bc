import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { StringDecoder } from "node:string_decoder";
import { readModelEvent } from "./model-events.ts";

/** What one turn wants to know of the model calls that are made for it. */
export interface LiveTurn {
  /** A model call begins to answer: what it says from now on is a new message. */
  onCall(): void;
  /** The model said more. */
  onText(delta: string): void;
  /** What it said so far was said before a tool. */
  onToolCall(): void;
  /** It has said all there is to this call, other than to call a tool; the connection may stay open. */
  onFinish(): void;
}

interface Call {
  readonly turn: LiveTurn;
  readonly decoder: StringDecoder;
  buffer: string;
  streaming: boolean;
}

/** Requests that are model calls, by path. */
const MODEL_PATH = /\/(?:chat\/completions|messages|responses)(?:\?|$)/u;
/** A line longer than this is no event of a model. */
const MAX_LINE = 1_000_000;

/**
 * Watches the model calls of this process's own turns as they arrive, through Node's diagnostics channel for undici. The host does
 * not hand this to plugins: it is text that it may still hold back, change or drop. Only use it when the operator has agreed to it
 * (see `consent.ts`). Calls that belong to no turn of ours are not looked at, requests and headers are never read, nothing is logged.
 *
 * Whose call it is, is known by async context, and only when the request is made: later events run in the context of whoever opened
 * the connection.
 * @see https://undici.nodejs.org/#/docs/api/DiagnosticsChannel
 */
export class LiveSource {
  readonly #turns = new AsyncLocalStorage<LiveTurn>();
  readonly #calls = new WeakMap<object, Call>();
  readonly #handlers: readonly (readonly [string, (message: unknown) => void])[];
  #users = 0;

  constructor() {
    // Never disturb the request: a surprise in a message of undici's ends in silence, and the host's own text shows.
    const guard =
      (handle: (message: UndiciMessage) => void) =>
      (message: unknown): void => {
        try {
          handle(message as UndiciMessage);
        } catch {
          // see above
        }
      };
    this.#handlers = [
      ["undici:request:create", guard((message) => this.#created(message))],
      ["undici:request:headers", guard((message) => this.#answered(message))],
      ["undici:request:bodyChunkReceived", guard((message) => this.#received(message))],
    ];
  }

  /** Runs a turn so that the model calls it makes are told to `turn`. */
  async run<T>(turn: LiveTurn, work: () => Promise<T>): Promise<T> {
    if (this.#users++ === 0) for (const [name, handler] of this.#handlers) subscribe(name, handler);
    try {
      return await this.#turns.run(turn, work);
    } finally {
      if (--this.#users === 0) for (const [name, handler] of this.#handlers) unsubscribe(name, handler);
    }
  }

  #created({ request }: UndiciMessage): void {
    const turn = this.#turns.getStore();
    if (turn === undefined || request.method !== "POST" || !MODEL_PATH.test(request.path)) return;
    this.#calls.set(request, { turn, decoder: new StringDecoder("utf8"), buffer: "", streaming: false });
  }

  #answered({ request, response }: UndiciMessage): void {
    const call = this.#calls.get(request);
    if (call === undefined || response === undefined) return;
    const headers = response.headers.map((bytes) => Buffer.from(bytes).toString("latin1").toLowerCase());
    const get = (name: string): string =>
      headers[headers.findIndex((value, i) => i % 2 === 0 && value === name) + 1] ?? "";
    const plain = !headers.some((value, i) => i % 2 === 0 && value === "content-encoding");
    call.streaming = response.statusCode === 200 && get("content-type").includes("text/event-stream") && plain;
    if (call.streaming) call.turn.onCall();
  }

  #received({ request, chunk }: UndiciMessage): void {
    const call = this.#calls.get(request);
    if (call?.streaming !== true || chunk === undefined) return;
    call.buffer += call.decoder.write(Buffer.from(chunk));
    for (let end = call.buffer.indexOf("\n"); end >= 0; end = call.buffer.indexOf("\n")) {
      const line = call.buffer.slice(0, end).replace(/\r$/u, "");
      call.buffer = call.buffer.slice(end + 1);
      if (!line.startsWith("data:")) continue;
      const event = readModelEvent(line.slice(5).trim());
      if (event?.text !== undefined) call.turn.onText(event.text);
      if (event?.toolCall === true) call.turn.onToolCall();
      if (event?.finished === true) call.turn.onFinish();
    }
    if (call.buffer.length > MAX_LINE) call.streaming = false;
  }
}

/** The parts of undici's messages that are used. */
interface UndiciMessage {
  readonly request: { readonly method: string; readonly path: string };
  readonly response?: { readonly statusCode: number; readonly headers: readonly Uint8Array[] };
  readonly chunk?: Uint8Array;
}
