import type { LogPart } from "../shared/index.ts";
import type { ReplyFailure, Snapshot } from "../stream/index.ts";
import { failureOf } from "./feed-reply.ts";
import { TextReader } from "./from-wire.ts";
import type { WireOptions } from "./from-wire.ts";
import type { FeedPart } from "./part.ts";
import type { RemoteStreamEnd } from "./remote-streams.ts";
import type { StreamChange } from "./stream-registry.ts";

/** What a process puts into a stream's log besides text. */
export type StreamItem =
  | { readonly type: "change"; readonly change: StreamChange }
  | {
      readonly type: "end";
      readonly by: RemoteStreamEnd;
      readonly withinMs?: number | undefined;
      /** Undefined: it ends well. */
      readonly failure?: ReplyFailure | undefined;
      readonly text?: Snapshot | undefined;
      readonly footer?: string | undefined;
    };

/** What a log says, in order; `end` is the last, with what is wrong with the end of the text. */
export type LogStep =
  | { readonly type: "part"; readonly part: Exclude<FeedPart, { type: "end" }> }
  | { readonly type: "change"; readonly change: StreamChange }
  | { readonly type: "end"; readonly item: StreamItem & { type: "end" }; readonly trouble: ReplyFailure | undefined };

/** Reads a stream's log, piece by piece, into what its reply is to do. */
export class LogReader {
  readonly #reader: TextReader | undefined;
  #chars = 0;
  #items = 0;

  /** @param read how its text is read; undefined: as it is */
  constructor(read: WireOptions | undefined) {
    this.#reader = read === undefined ? undefined : new TextReader(read);
  }

  /** Where the next piece begins. */
  get place(): { readonly chars: number; readonly items: number } {
    return { chars: this.#chars, items: this.#items };
  }

  /** @param piece what the log holds from {@link place} on */
  take({ text, items }: LogPart): LogStep[] {
    const steps: LogStep[] = [];
    const from = this.#chars;
    let done = 0;
    const upTo = (at: number): void => {
      steps.push(...this.#read(text.slice(done, at - from)));
      done = Math.max(done, at - from);
    };
    for (const { at, body } of items) {
      upTo(at);
      // Written by `SharedStreams` of some process.
      const item = JSON.parse(body) as StreamItem;
      if (item.type === "change") steps.push(item);
      else steps.push(...this.#end(item));
    }
    upTo(from + text.length);
    this.#chars += text.length;
    this.#items += items.length;
    return steps;
  }

  #read(text: string): LogStep[] {
    if (text === "") return [];
    const parts: readonly FeedPart[] = this.#reader?.push(text) ?? [{ type: "text", text }];
    return parts.flatMap(toStep);
  }

  #end(item: StreamItem & { type: "end" }): LogStep[] {
    const ended = this.#reader?.end();
    const trouble = ended === undefined ? undefined : failureOf(ended);
    return [...(ended?.parts ?? []).flatMap(toStep), { type: "end", item, trouble }];
  }
}

const toStep = (part: FeedPart): LogStep[] => (part.type === "end" ? [] : [{ type: "part", part }]);
