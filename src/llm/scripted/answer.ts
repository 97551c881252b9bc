import type { ClockReading } from "../clock-tool.ts";
import type { Beat, Question, Script, ToolOutcome } from "./beat.ts";
import { wordsEn } from "./words-en.ts";
import { wordsZh } from "./words-zh.ts";
import type { Words } from "./words.ts";

/** How much of the question the default answer quotes, in characters. */
const QUOTE_CHARS = 60;

/** Where an expression is looked for; keeps a huge message from costing anything. */
const EXPRESSION_WITHIN = 300;
/** Two numbers with an operator between, and whatever of an expression is around them. */
const EXPRESSION =
  /[-+(（]*(?:\d|pi\b|π)[\d\s.,_+\-*/%^!()×÷（）＋－＊／piπ]*[+\-*/%^!×÷＋－＊／][\d\s.,_+\-*/%^!()×÷（）＋－＊／piπ]*/iu;
const DATE = /^\d{4}[-/]\d{1,2}[-/]\d{1,2}$/u;

/** What the demo is asked to do; a word that only occurs in a sentence asks for nothing. */
const INTENTS = {
  die: /^\s*(?:please\s+)?die[\s!.]*$|^\s*请?(?:中断|断开|断线)[\s!！.。]*$/iu,
  stall: /^\s*(?:please\s+)?stall[\s!.]*$|^\s*请?(?:卡住|别动)[\s!！.。]*$/iu,
  goOn: /^\s*(?:please\s+)?(?:continue|go on)\b|^\s*请?(?:继续|接着|从上一条)/iu,
  think: /^\s*(?:please\s+)?think\b|^\s*[请先]{0,2}(?:想一想|想想|思考)/iu,
  time: /几点|什么时间|现在时间|今天(?:是)?(?:几号|星期几|周几)|what(?:'s| is)? (?:the )?(?:time|date|day)|\btime is it\b/iu,
  long: /[写来讲说给].{0,8}长|长(?:文|篇|的?回答|一点|一些)|\b(?:write|say|tell|give|something|anything)\b.{0,24}\blong\b|\blong (?:answer|text|story)\b|^\s*(?:long|长)\W*$/iu,
  greet: /^\s*(?:你好|你好|嗨|哈喽|在吗|hello|hi|hey|help|帮助|菜单|menu|\/help)[\s!！.。?？~～]*$/iu,
} as const;

/** The demo's answer to a question: see `menu` in the words for what it knows. */
export function* answer(question: Question): Script {
  const words = question.language === "zh" ? wordsZh : wordsEn;
  const { text } = question;
  if (INTENTS.die.test(text)) {
    yield { say: words.dying };
    yield { die: true };
  } else if (INTENTS.stall.test(text)) {
    yield { say: words.stalling };
    yield { pauseMs: Infinity };
  } else if (INTENTS.goOn.test(text)) {
    yield* goOn(question.previous ?? "", words);
  } else if (INTENTS.greet.test(text)) {
    yield { say: words.greeting(question.turn) };
    yield { say: words.menu };
  } else yield* inform(text, words);
}

/** Finishes the answer before, where it is one of ours that broke off. */
function* goOn(previous: string, words: Words): Script {
  const said = previous.trimEnd();
  const whole = [words.long, words.dying + words.dyingRest, words.stalling + words.stallingRest].find(
    (text) => said !== "" && text.startsWith(said) && text.trimEnd() !== said,
  );
  yield { say: whole === undefined ? `${words.nothingBrokeOff}\n\n${words.menu}` : whole.slice(said.length) };
}

function* inform(text: string, words: Words): Script {
  const thinking = INTENTS.think.test(text);
  if (thinking) yield { think: words.thoughts };
  const expression = expressionIn(text);
  if (INTENTS.time.test(text)) yield* tellTime(words);
  else if (expression !== undefined) yield* calculate(expression, words);
  else if (INTENTS.long.test(text)) yield { say: words.long };
  else if (thinking) yield { say: words.thoughtful };
  else {
    yield { say: words.tour(quotable(text)) };
    yield { say: `\n${words.menu}` };
  }
}

function* tellTime(words: Words): Script {
  yield { say: words.clockAsked };
  const outcome = yield { call: "clock", input: {} };
  // The built-in clock tool answers with a ClockReading; the demo calls no other tool by that name.
  yield report(outcome, "clock", words, (output) => words.clockSaid(output as ClockReading));
}

function* calculate(expression: string, words: Words): Script {
  yield { say: words.calculatorAsked };
  const outcome = yield { call: "calculator", input: { expression } };
  yield report(outcome, "calculator", words, (output) =>
    words.calculatorSaid(expression, (output as { value: number }).value),
  );
}

function report(outcome: ToolOutcome | undefined, name: string, words: Words, say: (output: unknown) => string): Beat {
  if (outcome?.kind === "result") return { say: say(outcome.output) };
  return { say: outcome?.kind === "error" ? words.toolFailed(outcome.error.message) : words.toolMissing(name) };
}

/** The arithmetic in a question, if there is any; a date is none. */
function expressionIn(text: string): string | undefined {
  const found = EXPRESSION.exec(text.slice(0, EXPRESSION_WITHIN))?.[0].replace(/[\s.,]+$/u, "");
  return found === undefined || DATE.test(found) ? undefined : found;
}

/** The question as one line without anything that Markdown or a card would act on. */
function quotable(text: string): string {
  const plain = text
    .replace(/<[^<>]*>|[<>*_`~[\]|#\\]/gu, "")
    .replace(/\s+/gu, " ")
    .trim();
  const graphemes = Array.from(new Intl.Segmenter("zh").segment(plain), (part) => part.segment);
  const cut = graphemes.length > QUOTE_CHARS;
  return (cut ? `${graphemes.slice(0, QUOTE_CHARS).join("")}…` : plain) || "…";
}
