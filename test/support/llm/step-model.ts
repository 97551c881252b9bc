import type { ChatModel, StreamPart, TurnRequest } from "../../../src/llm/index.ts";
import { unknownUsage } from "../../../src/llm/index.ts";

/** A model that is played by hand: each turn waits until the test pushes the next part, fails it, or lets it hang. */
export class StepModel implements ChatModel {
  readonly provider = "step";
  readonly model: string;
  readonly turns: StepTurn[] = [];
  closed = 0;

  constructor(model = "by-hand") {
    this.model = model;
  }

  /** The newest turn. */
  get turn(): StepTurn {
    const turn = this.turns.at(-1);
    if (turn === undefined) throw new Error("the host has asked nothing yet");
    return turn;
  }

  streamTurn(request: TurnRequest): AsyncIterable<StreamPart> {
    const turn = new StepTurn(request);
    this.turns.push(turn);
    return turn;
  }

  async close(): Promise<void> {
    this.closed++;
  }
}

type Event = { readonly part: StreamPart } | { readonly error: unknown } | { readonly done: true };

/** One turn of a {@link StepModel}. Ignores the request's signal, as badly behaved clients do. */
export class StepTurn implements AsyncIterable<StreamPart> {
  readonly request: TurnRequest;
  readonly #events: Event[] = [];
  #wake: (() => void) | undefined;

  constructor(request: TurnRequest) {
    this.request = request;
  }

  push(...parts: StreamPart[]): this {
    for (const part of parts) this.#add({ part });
    return this;
  }

  text(...texts: string[]): this {
    return this.push(...texts.map((text): StreamPart => ({ type: "text-delta", text })));
  }

  step(step: number): this {
    return this.push({ type: "start-step", step });
  }

  finish(finishReason: Extract<StreamPart, { type: "finish" }>["finishReason"] = "stop", reason?: string): this {
    const usage = { ...unknownUsage, inputTokens: 12, outputTokens: 34 };
    return this.push({ type: "finish", finishReason, reason, usage });
  }

  fail(error: unknown): this {
    this.#add({ error });
    return this;
  }

  /** Ends the iteration without a `finish` part. */
  endSilently(): void {
    this.#add({ done: true });
  }

  /** Whether the reader let go of the turn, as it has to for the connection to be released. */
  released = false;

  async *[Symbol.asyncIterator](): AsyncIterator<StreamPart> {
    try {
      yield* this.#play();
    } finally {
      this.released = true;
    }
  }

  async *#play(): AsyncGenerator<StreamPart> {
    for (;;) {
      const event = this.#events.shift();
      if (event === undefined) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
      } else if ("part" in event) {
        yield event.part;
      } else if ("error" in event) throw event.error;
      else return;
    }
  }

  #add(event: Event): void {
    this.#events.push(event);
    this.#wake?.();
    this.#wake = undefined;
  }
}
