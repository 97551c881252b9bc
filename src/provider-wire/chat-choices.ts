import { asText, isObject } from "./json.ts";
import type { Json } from "./json.ts";

/** The choices of an event of OpenAI's chat protocol, or of an older one of its kind; undefined when it has none. */
export function choicesOf(event: Json): readonly unknown[] | undefined {
  const { choices, output } = event;
  if (Array.isArray(choices)) return choices;
  if (isDashScope(output)) {
    const list = output["choices"];
    return Array.isArray(list)
      ? list
      : [{ message: { content: output["text"] }, finish_reason: output["finish_reason"] }];
  }
  return isBaidu(event) ? [baiduChoice(event)] : undefined;
}

/** Whether an event is an answer of one of the older protocols, which have their words beside or above the choices. */
export const isFlatAnswer = (event: Json): boolean => isDashScope(event["output"]) || isBaidu(event);

const isDashScope = (output: unknown): output is Json =>
  isObject(output) && (Array.isArray(output["choices"]) || typeof output["text"] === "string");

/** @see https://cloud.baidu.com/doc/WENXINWORKSHOP/s/clntwmv7t "ERNIE", `result` and `is_end` */
const isBaidu = ({ result, is_end, object }: Json): boolean =>
  typeof result === "string" && (typeof is_end === "boolean" || object === "chat.completion");

/** One piece of an answer of Baidu's own protocol; a whole answer has no `is_end`. */
function baiduChoice({ result, is_end, is_truncated, finish_reason }: Json): Json {
  const word = asText(finish_reason) ?? (is_truncated === true ? "length" : "normal");
  const ended = is_end === false ? null : word === "normal" ? "stop" : word;
  return { delta: { content: result }, finish_reason: ended };
}

export const reasonOf = (choice: Json): unknown => choice["finish_reason"] ?? choice["finishReason"];

/** The number of a choice, which some write as text and some leave out. */
export const indexOf = (choice: Json): number => Number(choice["index"] ?? 0) || 0;
