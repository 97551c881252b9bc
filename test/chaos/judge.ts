import type { VisibleMessage } from "../../src/emulator/index.ts";
import type { Town } from "./town.ts";

/** What is to be seen of all questions. */
export interface Verdict {
  readonly questions: number;
  /** Answers that go on in another message, because Feishu did not answer in time. */
  readonly inSeveralMessages: number;
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

/** Where Feishu does not answer for long, an answer goes on in another message: what stands between two of them is nobody's word. */
export const bare = (text: string): string => text.replaceAll(/\s/gu, "");

/** Compares what readers see with what was asked. */
export function judge({ chatIds, emulator, model }: Town, asked: ReadonlyMap<string, number>): Verdict {
  const seen = new Map<string, string[]>();
  /** By chat: answers that were ended before their first word could be seen, and say so. */
  const wordless = new Map<string, number>();
  let open = 0;
  for (const chatId of chatIds) {
    for (const message of emulator.visibleTexts(chatId)) {
      if (message.sender !== "app") continue;
      if (message.streaming || message.labels.includes("Stop")) open += 1;
      const text = answerIn(message);
      const question = /q\d+(?=w\d)/u.exec(text)?.[0];
      if (question === undefined && message.text.includes("Interrupted"))
        wordless.set(chatId, (wordless.get(chatId) ?? 0) + 1);
      if (question !== undefined) seen.set(question, [...(seen.get(question) ?? []), text]);
    }
  }
  const fates = Array.from(asked, ([question, chat]) => {
    const text = bare((seen.get(question) ?? []).join(""));
    const fate = fateOf(text, bare(model.answerTo(question)));
    const told = `${question}: ${text.slice(-80)}`;
    const chatId = chatIds[chat] ?? "";
    const left = wordless.get(chatId) ?? 0;
    if (fate !== "lost" || left === 0) return { fate, told };
    wordless.set(chatId, left - 1);
    return { fate: "interrupted" as const, told };
  });
  const those = (wanted: Fate): string[] => fates.filter(({ fate }) => fate === wanted).map(({ told }) => told);
  return {
    questions: asked.size,
    inSeveralMessages: [...seen.values()].filter(({ length }) => length > 1).length,
    lost: those("lost"),
    doubled: those("doubled"),
    wrong: those("wrong"),
    interrupted: those("interrupted"),
    open,
  };
}

type Fate = "whole" | "lost" | "doubled" | "wrong" | "interrupted";

function fateOf(text: string, whole: string): Fate {
  if (text === whole) return "whole";
  if (text === "") return "lost";
  if (whole.startsWith(text)) return "interrupted";
  // Its first words: no part of an answer has them but its beginning.
  return text.split(whole.slice(0, 12)).length > 2 ? "doubled" : "wrong";
}

/** Whether nothing is left to be done. @param goesOn an answer that is taken over is written to its end */
export const isSettled = ({ lost, interrupted, open }: Verdict, goesOn: boolean): boolean =>
  lost.length === 0 && open === 0 && (!goesOn || interrupted.length === 0);
