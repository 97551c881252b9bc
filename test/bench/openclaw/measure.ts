import { setTimeout as sleep } from "node:timers/promises";
import type { Emulator } from "../../../src/emulator/index.ts";
import type { FakeModel, ModelCall } from "../../openclaw/support/fake-model.ts";
import { answersAfter } from "../../openclaw/support/conversation.ts";
import { people } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

/** What one plugin did in one scenario. Milliseconds; lags over all deltas of all replies. */
export interface Row {
  readonly plugin: string;
  readonly api: string;
  readonly scenario: string;
  readonly firstGlyph: number;
  readonly lagP50: number;
  readonly lagP95: number;
  readonly lagMax: number;
  readonly finishLag: number;
  readonly calls: number;
  readonly rejected: number;
  /** Words of the answers that no reader saw. */
  readonly lost: number;
  /** Words that a reader saw more often than the model said them. */
  readonly doubled: number;
  readonly open: number;
}

interface Watched {
  readonly keyword: string;
  readonly sent: { readonly chatId: string; readonly messageId: string };
  /** When how many letters of the answer were visible. */
  readonly seen: { readonly at: number; readonly letters: number }[];
}

const POLL_MS = 20;
/** Nothing has changed for this long after all of it was visible: the reply is over, and nothing was said twice. */
const QUIET_MS = 3_000;
/** The same while something is missing: a writer may be waiting for Feishu's rate limit. */
const STALLED_MS = 75_000;

/** Letters and digits only: layout and Markdown differ between writers, what is said does not. */
const letters = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, "");

/** What the host itself says when a message comes before it has written down that the last answer arrived (a slow disk is enough). */
const HOST_NOTICE = /^I couldn.t confirm whether my previous reply/u;

/** The answer's text as its reader sees it; status lines and notes of either plugin are no part of it. */
function shown(emulator: Emulator, watched: Watched): string {
  return answersAfter(emulator, watched.sent)
    .filter(({ text }) => !HOST_NOTICE.test(text))
    .flatMap((message) => message.parts.filter((part) => !/^(?:status|note|tools|think)/u.test(part.elementId ?? "")))
    .map((part) => part.text.replace(/<font[^>]*>[\s\S]*?<\/font>/gu, ""))
    .join("\n");
}

/** Runs one scenario through the gateway that is connected to `emulator`. */
export async function measure(
  scenario: Scenario,
  options: { plugin: string; api: string; emulator: Emulator; model: FakeModel; appId: string },
): Promise<Row> {
  const { emulator, model, appId } = options;
  const who = await people(emulator, scenario.people);
  emulator.faults.clear();
  for (const rule of scenario.everywhere ?? []) emulator.faults.add(rule);
  const firstCall = model.calls.length;
  const mark = emulator.timeline.entries().length;
  const watched: Watched[] = who.map((from, i) => {
    const keyword = `bench-${firstCall}-${i}-please`;
    model.script(keyword, { steps: [{ text: scenario.text }] });
    return { keyword, sent: emulator.sendAsUser({ from, appId, text: keyword }), seen: [] };
  });
  const startedAt = Date.now();
  let changedAt = startedAt;
  let faulty = scenario.faults === undefined;
  const callOf = ({ keyword }: Watched): ModelCall | undefined =>
    model.calls.slice(firstCall).findLast((call) => call.prompt.includes(keyword));
  while (Date.now() - startedAt < scenario.giveUpMs) {
    await sleep(POLL_MS);
    const now = Date.now();
    for (const one of watched) {
      const count = letters(shown(emulator, one)).length;
      if (count === (one.seen.at(-1)?.letters ?? 0)) continue;
      one.seen.push({ at: now, letters: count });
      changedAt = now;
    }
    if (!faulty && watched.some((one) => one.seen.length > 0)) {
      faulty = true;
      for (const rule of scenario.faults ?? []) emulator.faults.add(rule);
    }
    const written = watched.every((one) => callOf(one)?.endedAt !== undefined);
    const closed = watched.every((one) => answersAfter(emulator, one.sent).every((message) => !message.streaming));
    const whole = watched.every((one) => (one.seen.at(-1)?.letters ?? 0) >= letters(scenario.text).length);
    if (written && closed && now - changedAt > (whole ? QUIET_MS : STALLED_MS)) break;
  }
  emulator.faults.clear();
  const entries = emulator.timeline
    .entries()
    .slice(mark)
    .filter(({ operation }) => !operation.startsWith("event."));
  return {
    plugin: options.plugin,
    api: options.api,
    scenario: scenario.name,
    ...summarize(watched, callOf, scenario.text, emulator),
    ...count(entries),
  };
}

function count(entries: readonly { code: number; httpStatus: number }[]): Pick<Row, "calls" | "rejected"> {
  return {
    calls: entries.length,
    rejected: entries.filter(({ code, httpStatus }) => code !== 0 || httpStatus >= 400).length,
  };
}

function summarize(
  watched: readonly Watched[],
  callOf: (one: Watched) => ModelCall | undefined,
  text: string,
  emulator: Emulator,
): Omit<Row, "plugin" | "api" | "scenario" | "calls" | "rejected"> {
  const lags: number[] = [];
  const firsts: number[] = [];
  const finishes: number[] = [];
  let lost = 0;
  let doubled = 0;
  let open = 0;
  for (const one of watched) {
    const call = callOf(one);
    for (const { at, chars } of call?.written ?? []) {
      const due = letters(text.slice(0, chars)).length;
      const visible = one.seen.find((point) => point.letters >= due)?.at;
      if (visible !== undefined) lags.push(Math.max(0, visible - at));
    }
    firsts.push((one.seen[0]?.at ?? Infinity) - (call?.written[0]?.at ?? 0));
    finishes.push((one.seen.at(-1)?.at ?? Infinity) - (call?.endedAt ?? 0));
    const difference = compareWords(text, shown(emulator, one));
    lost += difference.lost;
    doubled += difference.doubled;
    open += answersAfter(emulator, one.sent).filter((message) => message.streaming).length;
  }
  lags.sort((a, b) => a - b);
  const at = (share: number): number => lags[Math.min(lags.length - 1, Math.floor(lags.length * share))] ?? NaN;
  return {
    firstGlyph: Math.max(...firsts),
    lagP50: at(0.5),
    lagP95: at(0.95),
    lagMax: lags.at(-1) ?? NaN,
    finishLag: Math.max(0, ...finishes),
    lost,
    doubled,
    open,
  };
}

/** Words that are missing, and words that are there too often. */
function compareWords(said: string, visible: string): { lost: number; doubled: number } {
  const tally = new Map<string, number>();
  for (const word of said.match(/[\p{L}\p{N}]+/gu) ?? []) tally.set(word, (tally.get(word) ?? 0) + 1);
  for (const word of visible.match(/[\p{L}\p{N}]+/gu) ?? []) tally.set(word, (tally.get(word) ?? 0) - 1);
  const differences = [...tally.values()];
  return {
    lost: differences.reduce((sum, n) => sum + Math.max(0, n), 0),
    doubled: differences.reduce((sum, n) => sum + Math.max(0, -n), 0),
  };
}
