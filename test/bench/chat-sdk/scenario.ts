import type { FaultRule } from "../../../src/emulator/index.ts";
import { seededRandom } from "../../support/reply-bench.ts";

/** What a bot streams, and what Feishu does meanwhile. Times are milliseconds from the start. */
export interface ChatScenario {
  readonly name: string;
  /** Answers at once, each in a chat of its own. */
  readonly answers: number;
  readonly sentences: number;
  readonly faults?: readonly FaultRule[];
}

const WRITES = ["element.*", "card.*"];

/** The scenarios of `npm run bench -- --chat-sdk`. */
export const CHAT_SCENARIOS: readonly ChatScenario[] = [
  { name: "one answer, 3k chars", answers: 1, sentences: 60 },
  { name: "20 answers at once, 3k chars", answers: 20, sentences: 60 },
  {
    name: "one write in ten fails with 503",
    answers: 5,
    sentences: 60,
    faults: [{ operation: WRITES, effect: { type: "http", status: 503 }, probability: 0.1, from: 1_000 }],
  },
  {
    name: "one answer in twenty is lost on its way back",
    answers: 5,
    sentences: 60,
    faults: [{ operation: ["*"], effect: { type: "lost" }, probability: 0.05, from: 1_000 }],
  },
  {
    name: "CardKit down for 5 s in mid-answer",
    answers: 5,
    sentences: 60,
    faults: [{ operation: WRITES, effect: { type: "http", status: 503 }, from: 5_000, until: 10_000 }],
  },
  {
    name: "the rate is limited for 3 s",
    answers: 5,
    sentences: 60,
    faults: [{ operation: WRITES, effect: { type: "code", code: 99_991_400 }, from: 5_000, until: 8_000 }],
  },
];

const WORDS = "model reader stream token paragraph window network layout ledger deadline retry clock history".split(
  " ",
);
const TOKENS_PER_SECOND = 50;
const CHARS_PER_TOKEN = 4;

/** Sentences that each say their number, so that what is lost or there twice can be counted. */
export function textOf({ sentences }: ChatScenario): { text: string; marks: readonly string[] } {
  const random = seededRandom(11);
  const marks = Array.from({ length: sentences }, (_, index) => `s${String(index).padStart(3, "0")}e`);
  const words = (): string =>
    Array.from({ length: 5 }, () => WORDS[Math.floor(random() * WORDS.length)] ?? "").join(" ");
  const text = marks.map((mark, index) => `${mark} ${words()}.${index % 5 === 4 ? "\n\n" : " "}`).join("");
  return { text: text.trimEnd(), marks };
}

/** When the model has written how much. */
export function arrivalsOf(text: string, seed: number): { at: number; end: number }[] {
  const random = seededRandom(seed);
  const arrivals: { at: number; end: number }[] = [];
  for (let at = 0, end = 0; end < text.length;) {
    at += (1_000 / TOKENS_PER_SECOND) * (0.5 + random());
    end = Math.min(text.length, end + CHARS_PER_TOKEN);
    arrivals.push({ at, end });
  }
  return arrivals;
}
