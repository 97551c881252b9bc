import type { VisibleMessage } from "../../src/emulator/index.ts";
import type { Town } from "./town.ts";

/** What is to be seen of all questions. */
export interface Verdict {
  readonly questions: number;
  /** Questions without an answer. */
  readonly lost: readonly string[];
  /** Questions with more than one. */
  readonly doubled: readonly string[];
  /** Answers with other words than the model's, or words twice. */
  readonly wrong: readonly string[];
  /** Answers that ended early, and say so. */
  readonly interrupted: readonly string[];
  /** Cards that are not closed. */
  readonly open: number;
}

/** The model's words in a message: without status line and notes, and what else stands around them where there are no cards. */
export const answerIn = ({ kind, parts, text }: VisibleMessage): string =>
  kind === "card"
    ? parts
        .filter(({ elementId }) => /^a\d+$/u.test(elementId ?? ""))
        .map((part) => part.text)
        .join("")
    : (/q\d+w\d+(?:\s+q\d+w\d+)*/u.exec(text)?.[0] ?? "");

/** Compares what readers see with what was asked. */
export function judge({ chatIds, emulator, model }: Town, asked: ReadonlyMap<string, number>): Verdict {
  const seen = new Map<string, string[]>();
  let open = 0;
  for (const chatId of chatIds) {
    for (const message of emulator.visibleTexts(chatId)) {
      if (message.sender !== "app") continue;
      if (message.streaming || message.labels.includes("Stop")) open += 1;
      const text = answerIn(message);
      const question = /q\d+(?=w0\b)/u.exec(text)?.[0];
      if (question !== undefined) seen.set(question, [...(seen.get(question) ?? []), text]);
    }
  }
  const questions = [...asked.keys()];
  const answers = questions.map((question) => ({ question, texts: seen.get(question) ?? [] }));
  const those = (fits: (answer: { question: string; texts: readonly string[] }) => boolean): string[] =>
    answers.filter(fits).map(({ question, texts }) => `${question}: ${texts.join(" | ").slice(-80)}`);
  const isWhole = (question: string, text: string): boolean => text.trim() === model.answerTo(question);
  return {
    questions: questions.length,
    lost: those(({ texts }) => texts.length === 0),
    doubled: those(({ texts }) => texts.length > 1),
    wrong: those(({ question, texts }) => texts.some((text) => !model.answerTo(question).startsWith(text.trim()))),
    interrupted: those(({ question, texts }) => texts.some((text) => !isWhole(question, text))),
    open,
  };
}

/** Whether nothing is left to be done. @param goesOn an answer that is taken over is written to its end */
export const isSettled = ({ lost, interrupted, open }: Verdict, goesOn: boolean): boolean =>
  lost.length === 0 && open === 0 && (!goesOn || interrupted.length === 0);
