import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Row as DeliveryRow } from "../delivery/table.ts";
import type { Row as GatewayRow } from "../openclaw/measure.ts";
import { drawBars, drawParts } from "./bars.ts";

type Language = "en" | "zh";
type Words = Readonly<Record<Language, string>>;

const recorded = (name: string): unknown => JSON.parse(readFileSync(join(import.meta.dirname, "..", name), "utf8"));

const OURS = "#3370ff";
const THEIRS = "#f77234";
const IDEAL = "#9aa0a6";
const GOOD = "#00a870";
const BAD = "#d54941";
const WRONG = "#8f4ec7";

const WORDS = {
  never: { en: "never", zh: "始终没有" },
  ours: { en: "this plugin", zh: "本插件" },
  official: { en: "@openclaw/feishu", zh: "@openclaw/feishu" },
  gatewayLag: {
    en: "Real OpenClaw gateway: 95 % of the words are visible after … ms",
    zh: "真实的 OpenClaw 网关：95 % 的文字在多少毫秒后可见",
  },
  gatewayLost: {
    en: "Real OpenClaw gateway: words that no reader ever sees",
    zh: "真实的 OpenClaw 网关：始终没有读者看到的词",
  },
  deliveryLag: {
    en: "80 ± 40 ms a call, virtual time: 95 % of the characters are visible after … ms",
    zh: "每次调用 80 ± 40 毫秒，虚拟时间：95 % 的文字在多少毫秒后可见",
  },
  ideal: { en: "ideal writer", zh: "理想的写法" },
  models: {
    en: "22 behaviours of model providers × 9 SDKs: what becomes of the answer",
    zh: "模型服务商的 22 种行为 × 9 种 SDK：回答的结局",
  },
  bare: { en: "the SDKs as they are", zh: "SDK 原样" },
  guarded: { en: "behind the guarded fetch", zh: "加上带防护的 fetch" },
  whole: { en: "the whole answer", zh: "完整的回答" },
  error: { en: "a clear error", zh: "明确的错误" },
  wrong: { en: "wrong text, no error", zh: "文字有误，没有错误" },
  hang: { en: "hangs", zh: "挂起" },
} satisfies Readonly<Record<string, Words>>;

/** What the rows of the gateway's figures are called; those that are not here are not drawn. */
const GATEWAY_ROWS: Readonly<Record<string, Words>> = {
  "600 characters": { en: "600 characters", zh: "600 字" },
  "12,000 mixed": { en: "12,000 mixed", zh: "12,000 字，混合" },
  fences: { en: "code blocks", zh: "代码块" },
  "reasoning model": { en: "reasoning model", zh: "推理模型" },
  "20 DMs at once": { en: "20 chats at once", zh: "20 个会话同时" },
  "CardKit down mid-stream": { en: "CardKit down mid-stream", zh: "中途 CardKit 不可用" },
  "429 burst": { en: "3 s of rate limits", zh: "限流 3 秒" },
  "lost send response": { en: "a send's answer lost", zh: "发送的应答丢失" },
};

const DELIVERY_ROWS: Readonly<Record<string, Words>> = {
  "600 chars, 50 tok/s": { en: "600 characters", zh: "600 字" },
  "12k mixed Markdown, 100 tok/s": { en: "12,000 mixed Markdown", zh: "12,000 字混合 Markdown" },
  "12k CJK, 100 tok/s": { en: "12,000 Chinese characters", zh: "12,000 汉字" },
  "48k mixed Markdown, 100 tok/s": { en: "48,000 mixed Markdown", zh: "48,000 字混合 Markdown" },
  "20 replies at once, 3k chars": { en: "20 replies at once", zh: "20 条回复同时" },
  "100 replies at once, 2k chars": { en: "100 replies at once", zh: "100 条回复同时" },
};

function gateway(
  language: Language,
  title: Words,
  kind: "linear" | "log",
  value: (row: GatewayRow) => number | null,
): string {
  const { rows } = recorded("openclaw.json") as { rows: readonly GatewayRow[] };
  const of = (plugin: string, scenario: string): number | null | undefined => {
    const row = rows.find(
      (one) => one.plugin === plugin && one.scenario === scenario && one.path === "anthropic-messages",
    );
    return row === undefined ? undefined : value(row);
  };
  return drawBars({
    title: title[language],
    series: [
      { name: WORDS.ours[language], colour: OURS },
      { name: WORDS.official[language], colour: THEIRS },
    ],
    scale: kind === "log" ? { kind, from: 20 } : { kind },
    rows: Object.entries(GATEWAY_ROWS).map(([scenario, label]) => ({
      label: label[language],
      values: [of("ours", scenario), of("official", scenario)],
    })),
    never: WORDS.never[language],
  });
}

function delivery(language: Language): string {
  // Written by JSON: what was never shown in the end is null there.
  const { rows } = recorded("delivery.json") as {
    rows: readonly (Omit<DeliveryRow, "p95"> & { p95: number | null })[];
  };
  const writers = ["cardstream", "ideal writer", "createLarkChannel"];
  return drawBars({
    title: WORDS.deliveryLag[language],
    series: [
      { name: "cardstream", colour: OURS },
      { name: WORDS.ideal[language], colour: IDEAL },
      { name: "createLarkChannel", colour: THEIRS },
    ],
    scale: { kind: "log", from: 20 },
    rows: Object.entries(DELIVERY_ROWS).map(([scenario, label]) => ({
      label: label[language],
      values: writers.map((writer) => {
        const row = rows.find((one) => one.scenario === scenario && one.writer === writer);
        // Of a writer that lost more than that, the 95th percentile of what it showed says nothing.
        return row !== undefined && row.shown < 0.95 ? null : row?.p95;
      }),
    })),
    never: WORDS.never[language],
  });
}

function models(language: Language): string {
  const { behaviours } = recorded("llm.json") as {
    behaviours: Readonly<Record<string, Readonly<Record<"unguarded" | "guarded", Readonly<Record<string, number>>>>>>;
  };
  const outcomes = ["ok", "error", "wrong text", "hang"];
  const count = (how: "unguarded" | "guarded"): number[] =>
    outcomes.map((outcome) =>
      Object.values(behaviours).reduce((sum, { [how]: runs }) => sum + (runs[outcome] ?? 0), 0),
    );
  return drawParts({
    title: WORDS.models[language],
    series: [
      { name: WORDS.whole[language], colour: GOOD },
      { name: WORDS.error[language], colour: IDEAL },
      { name: WORDS.wrong[language], colour: WRONG },
      { name: WORDS.hang[language], colour: BAD },
    ],
    rows: [
      { label: WORDS.bare[language], values: count("unguarded") },
      { label: WORDS.guarded[language], values: count("guarded") },
    ],
  });
}

/** The plots of the figures that were recorded last, by the names of their files. */
export function plots(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const language of ["en", "zh"] as const) {
    files.set(
      `gateway-lag.${language}.svg`,
      gateway(language, WORDS.gatewayLag, "log", (row) => row.lagP95),
    );
    files.set(
      `gateway-lost.${language}.svg`,
      gateway(language, WORDS.gatewayLost, "linear", (row) => row.lost),
    );
    files.set(`delivery-lag.${language}.svg`, delivery(language));
    files.set(`models.${language}.svg`, models(language));
  }
  return files;
}
