import { beginStream, chatChunk, startModelServer } from "../support/llm/sse-model-server.ts";

const EVERY_MS = 100;

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
  readonly asked: readonly Asked[];
  /** Continuations whose beginning was not what the model had said. */
  readonly garbled: readonly string[];
  urlFor(process: string): string;
  close(): Promise<void>;
}

/** The answer to a question such as `q17`. */
export const answerTo = (question: string): string => {
  const words = 25 + (Number(question.slice(1)) % 20);
  return Array.from({ length: words }, (_, index) => `${question}w${index}`).join(" ");
};

interface Message {
  readonly role: string;
  readonly content: unknown;
}

const textOf = (message: Message | undefined): string => {
  const content = message?.content;
  return typeof content === "string" ? content : JSON.stringify(content ?? "");
};

export async function startWritingModel(): Promise<WritingModel> {
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
    const timer = setInterval(write, EVERY_MS);
    response.on("close", () => {
      clearInterval(timer);
      entry.endedAt = performance.now();
    });
  });
  return { asked, garbled, urlFor: (process) => `${server.baseUrl}/${process}`, close: () => server.close() };
}
