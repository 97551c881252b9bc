import type { VisibleMessage } from "../../src/emulator/index.ts";
import type { Town } from "./town.ts";
import { answerTo } from "./writing-model.ts";

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

const answerIn = ({ parts }: VisibleMessage): string =>
  parts
    .filter(({ elementId }) => /^a\d+$/u.test(elementId ?? ""))
    .map(({ text }) => text)
    .join("");

/** Compares what readers see with what was asked. */
export function judge(town: Town, asked: ReadonlyMap<string, number>): Verdict {
  const seen = new Map<string, string[]>();
  let open = 0;
  for (const chatId of town.chatIds) {
    for (const message of town.emulator.visibleTexts(chatId)) {
      if (message.sender !== "app") continue;
      if (message.streaming) open += 1;
      const text = answerIn(message);
      const question = /q\d+(?=w0\b)/u.exec(text)?.[0];
      if (question !== undefined) seen.set(question, [...(seen.get(question) ?? []), text]);
    }
  }
  const questions = [...asked.keys()];
  const answers = questions.map((question) => ({ question, texts: seen.get(question) ?? [] }));
  const those = (fits: (answer: { question: string; texts: readonly string[] }) => boolean): string[] =>
    answers.filter(fits).map(({ question, texts }) => `${question}: ${texts.join(" | ").slice(-80)}`);
  const isWhole = (question: string, text: string): boolean => text.trim() === answerTo(question);
  return {
    questions: questions.length,
    lost: those(({ texts }) => texts.length === 0),
    doubled: those(({ texts }) => texts.length > 1),
    wrong: those(({ question, texts }) => texts.some((text) => !answerTo(question).startsWith(text.trim()))),
    interrupted: those(({ question, texts }) => texts.some((text) => !isWhole(question, text))),
    open,
  };
}

/** Whether nothing is left to be done. */
export const isSettled = ({ lost, interrupted, open }: Verdict): boolean =>
  lost.length === 0 && interrupted.length === 0 && open === 0;
