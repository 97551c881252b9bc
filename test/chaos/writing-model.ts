import { beginStream, chatChunk, startModelServer } from "../support/llm/sse-model-server.ts";

/** How much the model says, and how fast. */
export interface Pace {
  /** Words of the answer to a question of this number. */
  readonly words: (question: number) => number;
  readonly everyMs: number;
}

export const shortAnswers: Pace = { words: (question) => 25 + (question % 20), everyMs: 100 };

/** One request of a process. */
export interface Asked {
  readonly by: string;
  readonly question: string;
  readonly at: number;
  /** The model was shown its own words, and told to go on. */
  readonly isContinued: boolean;
  endedAt: number | undefined;
}

/** A model whose answer to a question is known: whoever goes on with it goes on in the same words. */
export interface WritingModel {
  /** The answer to a question such as `q17`. */
  answerTo(question: string): string;
  readonly asked: readonly Asked[];
  /** Continuations whose beginning was not what the model had said. */
  readonly garbled: readonly string[];
  urlFor(process: string): string;
  close(): Promise<void>;
}

interface Message {
  readonly role: string;
  readonly content: unknown;
}

const textOf = (message: Message | undefined): string => {
  const content = message?.content;
  return typeof content === "string" ? content : JSON.stringify(content ?? "");
};

export async function startWritingModel(pace: Pace): Promise<WritingModel> {
  const answerTo = (question: string): string =>
    Array.from({ length: pace.words(Number(question.slice(1))) }, (_, index) => `${question}w${index}`).join(" ");
  const asked: Asked[] = [];
  const garbled: string[] = [];
  const server = await startModelServer((body, response, request) => {
    // As `urlFor` gives it.
    const by = /\/v1\/(\w+)\//u.exec(request.url ?? "")?.[1] ?? "?";
    const messages = body["messages"] as Message[];
    const isContinued = textOf(messages.at(-1)).startsWith("Continue exactly");
    const question = /q\d+/u.exec(textOf(messages.at(isContinued ? -3 : -1)))?.[0] ?? "q0";
    const said = isContinued ? textOf(messages.at(-2)) : "";
    const whole = answerTo(question);
    if (!whole.startsWith(said)) garbled.push(`${question}: ${said}`);
    const entry: Asked = { by, question, at: performance.now(), isContinued, endedAt: undefined };
    asked.push(entry);
    beginStream(response);
    let rest = whole.slice(said.length);
    const write = (): void => {
      const end = rest.indexOf(" ", 1);
      const next = end < 0 ? rest : rest.slice(0, end);
      rest = rest.slice(next.length);
      chatChunk(response, { content: next }, rest === "" ? "stop" : null);
      if (rest !== "") return;
      clearInterval(timer);
      response.end("data: [DONE]\n\n");
    };
    const timer = setInterval(write, pace.everyMs);
    response.on("close", () => {
      clearInterval(timer);
      entry.endedAt = performance.now();
    });
  });
  return { answerTo, asked, garbled, urlFor: (process) => `${server.baseUrl}/${process}`, close: () => server.close() };
}
