import { isObject } from "../json.ts";
import type { JsonObject } from "../json.ts";

/** How a desktop client types text out. @see web:streaming-overview */
export interface Print {
  /** Milliseconds from one tick to the next. @defaultValue 70 */
  readonly frequencyMs: number;
  /** Characters per tick. @defaultValue 1 */
  readonly step: number;
  /** `fast`: text not yet typed appears at once when more arrives; `delay`: it finishes typing first. @defaultValue "fast" */
  readonly strategy: "fast" | "delay";
}

function rate(value: unknown, fallback: number): number {
  if (!isObject(value)) return fallback;
  const chosen = value["pc"] ?? value["default"];
  return typeof chosen === "number" ? chosen : fallback;
}

/** The print settings of a card, with Feishu's defaults. */
export function printSettings(card: JsonObject): Print {
  const config = isObject(card["config"]) ? card["config"]["streaming_config"] : undefined;
  const streaming = isObject(config) ? config : {};
  return {
    frequencyMs: rate(streaming["print_frequency_ms"], 70),
    step: rate(streaming["print_step"], 1),
    strategy: streaming["print_strategy"] === "delay" ? "delay" : "fast",
  };
}

/** `config.streaming_mode`. @defaultValue false */
export function wantsStreaming(card: JsonObject): boolean {
  return isObject(card["config"]) && card["config"]["streaming_mode"] === true;
}

/** `config.summary.content`: the chat list's preview, empty when the card gives none. */
export function summaryOf(card: JsonObject): string {
  const summary = isObject(card["config"]) ? card["config"]["summary"] : undefined;
  const content = isObject(summary) ? summary["content"] : undefined;
  return typeof content === "string" ? content : "";
}
