import { BlockChunker, Coalescer, toDelta } from "../stream/index.ts";
import type { Delta, ReplyStream } from "../stream/index.ts";
import type { Clock } from "../time/index.ts";
import type { BlockSettings, StreamingMode } from "./settings.ts";

/** Takes the answer's text on its way from the model to the reply; decides how finely the reader sees it grow. */
export interface TextSink {
  write(text: Delta): void;
  /** The current message is over (a tool runs, or the turn ends, however): what is held back goes out now, timers stop. */
  endMessage(): void;
}

/** What a sink works with. */
export interface TextSinkOptions {
  readonly reply: ReplyStream;
  readonly block: BlockSettings;
  readonly clock: Clock;
}

/** The sink for a streaming mode: `partial` passes deltas on, `block` passes blocks, `off` holds the text to the end. */
export function createTextSink(mode: StreamingMode, options: TextSinkOptions): TextSink {
  switch (mode) {
    case "partial":
      return createLiveSink(options.reply);
    case "block":
      return createBlockSink(options);
    default:
      return createHoldingSink(options.reply);
  }
}

/** Finished blocks go to the reply, merged where they come in quick succession. What they stand for joins to the text, unit for unit. */
function createBlockSink({ reply, block, clock }: TextSinkOptions): TextSink {
  const { coalesce, ...chunking } = block;
  const chunker = new BlockChunker(chunking);
  const coalescer = new Coalescer({ ...coalesce, clock, onFlush: (text) => reply.append(toDelta(text)) });
  return {
    write(text) {
      for (const { source } of chunker.append(text)) coalescer.push(source);
    },
    endMessage() {
      for (const { source } of chunker.flush()) coalescer.push(source);
      coalescer.flush();
    },
  };
}

/** Every delta goes to the reply as it comes; the reply itself paces its writes. */
function createLiveSink(reply: ReplyStream): TextSink {
  return { write: (text) => reply.append(text), endMessage() {} };
}

/** Nothing is shown before a message is complete. */
function createHoldingSink(reply: ReplyStream): TextSink {
  let held = "";
  return {
    write(text) {
      held += text;
    },
    endMessage() {
      if (held !== "") reply.append(toDelta(held));
      held = "";
    },
  };
}
