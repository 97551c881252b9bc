import type { FaultRule } from "../../../src/emulator/index.ts";
import { seededRandom } from "../../support/reply-bench.ts";

/** What the model writes, and how fast. Times are milliseconds from the start. */
export interface Scenario {
  readonly name: string;
  /** Replies at once, each in a chat of its own. */
  readonly replies: number;
  readonly text: string;
  readonly tokensPerSecond: number;
  readonly charsPerToken: number;
  /**
   * How often it is streamed, each time with other moments at which tokens come and other latencies: how long the end of one reply takes
   * is a matter of where between two writes the model stops. @defaultValue 1
   */
  readonly timings?: number;
  /** What Feishu does meanwhile; only the product is measured then. Times are milliseconds from the start. */
  readonly faults?: readonly FaultRule[];
  /** Bars of such a scenario, ms. */
  readonly bars?: { readonly firstGlyph?: number; readonly p95?: number; readonly max?: number };
}

const WORDS =
  "model reader card stream write token answer paragraph table quote window budget second message network gateway plugin emulator sequence element layout fallback ledger delta snapshot seam rollover patience deadline retry clock virtual random seed history journal operator doctor scope secret webhook socket frame header footer panel button summary typing speed latency percentile bench scenario chart figure measure honest limit boundary".split(
    " ",
  );
const HAN =
  "流式输出模型读者卡片段落表格引用窗口预算秒消息网络网关插件模拟器序号元素布局回退账本增量快照接缝翻页耐心期限重试时钟虚拟随机种子历史日志操作员诊断权限密钥回调连接帧头脚面板按钮摘要打字速度延迟分位基准场景图数字测量诚实限度边界";

/** Sentences that do not repeat, as real ones do not: some writers take repeated text for text they have seen. */
class Prose {
  readonly #random = seededRandom(11);

  words(count: number): string {
    const words = Array.from({ length: count }, () => WORDS[Math.floor(this.#random() * WORDS.length)] ?? "");
    return `${words.join(" ")}. `;
  }

  han(count: number): string {
    const points = Array.from(HAN);
    const chars = Array.from({ length: count }, () => points[Math.floor(this.#random() * points.length)] ?? "");
    return `${chars.join("")}。`;
  }
}

function proseOf(length: number): string {
  const prose = new Prose();
  let text = "";
  for (let n = 1; text.length < length; n++) text += `${prose.words(24)}${n % 3 === 0 ? "\n\n" : ""}`;
  return text.slice(0, length);
}

/** No headings: the vendor's writer changes their level, and then nothing could be compared. */
function mixedOf(length: number): string {
  const prose = new Prose();
  let text = "";
  for (let n = 1; text.length < length; n++) {
    text += `**Part ${n}**\n\n${prose.words(24)}${prose.han(50)}\n\n- ${prose.words(4)}\n- second point with \`code${n}\`\n\n`;
    if (n % 2 === 0) text += `\`\`\`ts\nconst answer${n} = ${n} * 42;\nconsole.log(answer${n});\n\`\`\`\n\n`;
    if (n % 4 === 0) text += `| name | value |\n| --- | --- |\n| row ${n} | ${n} |\n\n`;
    text += `> ${prose.words(20)}\n\n`;
  }
  return text.slice(0, length);
}

function hanOf(length: number): string {
  const prose = new Prose();
  let text = "";
  for (let n = 1; text.length < length; n++) text += `${prose.han(50)}${n % 4 === 0 ? "\n\n" : ""}`;
  return text.slice(0, length);
}

const CARDKIT = ["card.*", "element.*"];
const DOWN = { type: "http", status: 503 } as const;

/** The scenarios of `npm run bench`. */
export const SCENARIOS: readonly Scenario[] = [
  { name: "600 chars, 50 tok/s", replies: 1, text: proseOf(600), timings: 20, tokensPerSecond: 50, charsPerToken: 4 },
  {
    name: "12k mixed Markdown, 100 tok/s",
    replies: 1,
    text: mixedOf(12_000),
    timings: 5,
    tokensPerSecond: 100,
    charsPerToken: 4,
  },
  { name: "12k CJK, 100 tok/s", replies: 1, text: hanOf(12_000), timings: 5, tokensPerSecond: 100, charsPerToken: 1.5 },
  { name: "48k mixed Markdown, 100 tok/s", replies: 1, text: mixedOf(48_000), tokensPerSecond: 100, charsPerToken: 4 },
  { name: "20 replies at once, 3k chars", replies: 20, text: proseOf(3_000), tokensPerSecond: 50, charsPerToken: 4 },
  { name: "100 replies at once, 2k chars", replies: 100, text: proseOf(2_000), tokensPerSecond: 50, charsPerToken: 4 },
  {
    name: "CardKit down from the start, 4k chars",
    replies: 1,
    text: proseOf(4_000),
    tokensPerSecond: 50,
    charsPerToken: 4,
    faults: [{ operation: CARDKIT, effect: DOWN }],
    bars: { firstGlyph: 1_500, p95: 1_600 },
  },
  {
    name: "CardKit down in mid-card, 4k chars",
    replies: 1,
    text: proseOf(4_000),
    tokensPerSecond: 50,
    charsPerToken: 4,
    faults: [{ operation: CARDKIT, effect: DOWN, from: 7_000 }],
    bars: { max: 2_500 },
  },
];

/** When the model has written how much: `ends[i]` characters at `at[i]`. Tokens come a little unevenly, as they do. */
export function arrivalsOf(scenario: Scenario, seed: number): { at: number; end: number }[] {
  const random = seededRandom(seed);
  const arrivals: { at: number; end: number }[] = [];
  let at = 0;
  let end = 0;
  for (let exact = 0; end < scenario.text.length;) {
    at += (1000 / scenario.tokensPerSecond) * (0.5 + random());
    exact += scenario.charsPerToken;
    end = Math.min(scenario.text.length, Math.round(exact));
    arrivals.push({ at, end });
  }
  return arrivals;
}
