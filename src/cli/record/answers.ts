import type { CliIo } from "../terminal/io.ts";

/** Asks questions on standard output and reads the answers, a line each, from standard input. */
export interface AnswerReader {
  /** `undefined` when the input ends, or the run is stopped. Asks again until it is one of the two. */
  yesOrNo(question: string): Promise<boolean | undefined>;
  /** Leaves standard input alone. */
  close(): void;
}

export function createAnswerReader(io: CliIo, signal: AbortSignal): AnswerReader {
  const closing = new AbortController();
  let lines: AsyncGenerator<string> | undefined;
  return {
    async yesOrNo(question) {
      lines ??= readLines(io, AbortSignal.any([signal, closing.signal]));
      for (;;) {
        io.out(question);
        const { value, done } = await lines.next();
        if (done === true) return undefined;
        if (/^\s*(?:y|yes|是|好)\s*$/iu.test(value)) return true;
        if (/^\s*(?:n|no|否|不)\s*$/iu.test(value)) return false;
      }
    },
    close: () => closing.abort(new Error("no more answers are needed")),
  };
}

async function* readLines(io: CliIo, signal: AbortSignal): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const chunk of io.stdin.chunks(signal)) {
      text += decoder.decode(chunk, { stream: true });
      const rows = text.split("\n");
      text = rows.pop() ?? "";
      yield* rows;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
