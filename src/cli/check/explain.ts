import {
  CARD_CALLBACK_ERRORS,
  CARD_CONTENT_ERRORS,
  CARDKIT_ERRORS,
  GATEWAY_ERRORS,
  IM_ERRORS,
  LONG_CONNECTION_ERRORS,
} from "../../../extensions/feishu/client/index.ts";
import type { FeishuErrorRow } from "../../../extensions/feishu/client/index.ts";
import type { Language } from "../../plugin-sdk/index.ts";
import type { CliIo } from "../terminal/io.ts";
import { explainStrings } from "../strings/explain.ts";
import { cliStrings } from "../strings/index.ts";
import { printableLines } from "../terminal/terminal-text.ts";

/** Options of `cardstream explain`. */
export interface ExplainOptions {
  readonly language: Language;
  /** What was typed: a code, `230099/11310`, a name of a model error, or a whole message. */
  readonly words: readonly string[];
  readonly json?: boolean | undefined;
}

/** 230099 says nothing by itself; its sub-code does. */
const CARD_CONTENT = 230_099;
const TABLES = [
  GATEWAY_ERRORS,
  CARDKIT_ERRORS,
  IM_ERRORS,
  CARD_CONTENT_ERRORS,
  CARD_CALLBACK_ERRORS,
  LONG_CONNECTION_ERRORS,
];
/** Rows of calls that carry no reply: nothing goes on in another card after them. */
const NO_REPLY = /message\/(?:update|delete|get-message)|reaction|image\/create|delayed update|group\/chat/u;

/** `cardstream explain`: meaning, remedy and source of a code, or of several. 0 when all are known, 1 when not, 2 without one. */
export function explain(options: ExplainOptions, io: CliIo): number {
  return Math.max(...toQuestions(options.words).map((text) => explainOne(text, options, io)));
}

/** What is to be explained: several codes, or all of it as one message. */
function toQuestions(words: readonly string[]): readonly string[] {
  const areCodes = words.every((word) => /^\d{1,10}$/u.test(word)) && Number(words[0]) !== CARD_CONTENT;
  return areCodes ? words : [words.join(" ").trim()];
}

function explainOne(text: string, options: ExplainOptions, io: CliIo): number {
  const words = explainStrings[options.language];
  const modelError = cliStrings[options.language].models.causes[text];
  if (modelError !== undefined) {
    io.out(`${text}  ${words.modelError}\n  → ${modelError}\n`);
    return 0;
  }
  const asked = findCodes(text);
  if (asked === undefined) {
    io.err(`${words.noCode}\n`);
    return 2;
  }
  const rows = findRows(asked, text);
  const isKnown = rows.length > 0 && !isUnknownCause(asked, rows);
  if (options.json === true) {
    io.out(`${JSON.stringify({ ...asked, known: isKnown, rows })}\n`);
    return isKnown ? 0 : 1;
  }
  const known = rows.map((row) => describe(row, options.language));
  const said = isKnown ? known : [describeUnknown(asked, options.language), ...known];
  io.out(`${printableLines(said.join("\n\n"))}\n`);
  return isKnown ? 0 : 1;
}

/** Of what was wrong with a card only the wrapping is known. */
const isUnknownCause = ({ code, subCode }: AskedCode, rows: readonly FeishuErrorRow[]): boolean =>
  code === CARD_CONTENT && subCode !== undefined && rows.some((row) => row.code === CARD_CONTENT);

interface AskedCode {
  readonly code: number;
  readonly subCode: number | undefined;
}

/** The code in what was typed: bare, in our messages' `(230099/11310, log id …)`, or in Feishu's own words. */
function findCodes(text: string): AskedCode | undefined {
  const bare = /^(\d{1,10})(?:\s*[/\s]\s*(\d{1,10}))?$/u.exec(text);
  const ours = /\((\d{3,10})(?:\/(\d{3,10}))?[,)]/u.exec(text);
  const theirs = /(?<![a-z])code"?\s*[:=]\s*(\d{1,10})/iu.exec(text);
  const subCode = /ErrCode:\s*(\d+)/u.exec(text)?.[1];
  const longest = [...text.matchAll(/(?<![\w-])\d{4,10}(?![\w-])/gu)]
    .map(([digits]) => digits)
    .sort((a, b) => Number(isKnown(Number(b))) - Number(isKnown(Number(a))))[0];
  const code = bare?.[1] ?? ours?.[1] ?? theirs?.[1] ?? (subCode === undefined ? longest : String(CARD_CONTENT));
  if (code === undefined) return undefined;
  const sub = bare?.[2] ?? ours?.[2] ?? subCode;
  return { code: Number(code), subCode: sub === undefined ? undefined : Number(sub) };
}

const isKnown = (code: number): boolean => TABLES.some((rows) => rows.some((row) => row.code === code));

function findRows({ code, subCode }: AskedCode, text: string): FeishuErrorRow[] {
  if (code === CARD_CONTENT && subCode !== undefined) {
    const rows = CARD_CONTENT_ERRORS.filter((row) => row.code === subCode);
    // One sub-code stands for several causes that only Feishu's words tell apart.
    const told = rows.filter((row) => row.text !== undefined && text.includes(row.text));
    if (rows.length > 0) return told.length > 0 ? told : rows;
  }
  return TABLES.flatMap((rows) => rows.filter((row) => row.code === code));
}

function describe(row: FeishuErrorRow, language: Language): string {
  const words = explainStrings[language];
  const conditions = [
    ...(row.operation === undefined ? [] : [`${words.only} ${row.operation}`]),
    ...(row.text === undefined ? [] : [`${words.whenText} “${row.text}”`]),
  ];
  return [
    [`${row.code}  ${row.shownToPeople === true ? words.shown : row.kind}`, ...conditions].join("  · "),
    `  ${row.meaning[language]}`,
    `  → ${row.remedy[language]}`,
    `  ${words.here}: ${whatFollows(row, language)}`,
    `  ${words.source}: ${row.source}`,
  ].join("\n");
}

/** What this program does after a code, by itself; only what it really does. */
function whatFollows(row: FeishuErrorRow, language: Language): string {
  const { kinds, pressed, connecting, refused } = explainStrings[language];
  if (row.shownToPeople === true) return pressed;
  if (LONG_CONNECTION_ERRORS.includes(row)) return connecting;
  if (row.kind === "unauthenticated" && row.refreshToken !== true) return refused;
  return NO_REPLY.test(row.source) && row.refreshToken !== true ? refused : (kinds[row.kind] ?? "");
}

function describeUnknown({ code, subCode }: AskedCode, language: Language): string {
  const words = explainStrings[language];
  const known = [...new Set(TABLES.flatMap((rows) => rows.map((row) => row.code)))];
  const near = known
    .filter((other) => Math.abs(other - code) <= 20)
    .sort((a, b) => Math.abs(a - code) - Math.abs(b - code))
    .slice(0, 4);
  return [
    words.unknown(subCode === undefined ? String(code) : `${code}/${subCode}`),
    `  ${words.ranges[rangeOf(code)]}`,
    ...(near.length === 0 ? [] : [`  ${words.near(near.join(", "))}`]),
    `  ${words.here}: ${words.kinds["unknown"] ?? ""}`,
    `  → ${words.search}`,
    `    https://open.feishu.cn/search?q=${code}`,
  ].join("\n");
}

/** @see Feishu server API: the code lists of api-call-guide, cardkit-v1 and im-v1 */
function rangeOf(code: number): "gateway" | "cardkit" | "message" | "other" {
  if (code >= 99_990_000 && code <= 99_999_999) return "gateway";
  if ((code >= 200_000 && code < 210_000) || (code >= 300_000 && code < 310_000)) return "cardkit";
  return code >= 230_000 && code < 240_000 ? "message" : "other";
}
