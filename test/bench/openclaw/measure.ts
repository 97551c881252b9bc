import { setTimeout as sleep } from "node:timers/promises";
import type { ModelCall, ModelStep } from "../../openclaw/support/fake-model.ts";
import { answersAfter } from "../../openclaw/support/conversation.ts";
import { compareWords, countLetters, readAnswer } from "./reader.ts";
import { newPeople } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";
import type { Held, Path, Stage } from "./stage.ts";

/** What one plugin did in one scenario. Milliseconds, null when it never happened; lags over all deltas of all replies. */
export interface Row {
  readonly plugin: string;
  readonly path: string;
  readonly scenario: string;
  /** Of the slowest reply, from the model's first delta. */
  readonly firstGlyph: number | null;
  /** From the model's own writing of a delta. */
  readonly lagP50: number | null;
  readonly lagP95: number | null;
  readonly lagMax: number | null;
  /** From the moment the host handed the delta over. */
  readonly handedP50: number | null;
  readonly handedP95: number | null;
  /** From the moment after that when the host first let go of its thread. */
  readonly letGoP95: number | null;
  /** Of the slowest reply, from the end of the model's answer to the last change of the reader's text, when that is complete. */
  readonly finishLag: number | null;
  readonly calls: number;
  readonly rejected: number;
  /** How often each code (or HTTP status, where there was none) was among the rejections. */
  readonly codes: Readonly<Record<string, number>>;
  /** Words of the answers that no reader sees in the end. */
  readonly lost: number;
  /** Words that stand there again. */
  readonly doubled: number;
  /** Letters that were visible and went away before the end. */
  readonly takenBack: number;
  /** Cards left in streaming mode. */
  readonly open: number;
}

/** A row; what the readers had before them at the end, and the calls to Feishu with their time since the question. */
export interface Measured {
  readonly row: Row;
  readonly texts: readonly string[];
}

interface Watched {
  readonly keyword: string;
  readonly openId: string;
  readonly sent: { readonly chatId: string; readonly messageId: string };
  /** When how many letters of the answer were visible. */
  readonly seen: { readonly at: number; readonly letters: number }[];
  /** Something happened in the chat that was not looked at yet. */
  changed: boolean;
}

const POLL_MS = 10;
/** Nothing has changed for this long after all of it was visible: the reply is over, and nothing was said twice. */
const QUIET_MS = 3_000;
/** Between two times that the thread is held a plugin needs this long to get anything done: to make a call, and hear its answer. */
const FREE_MS = 40;

/** Runs one scenario on the account of one path. */
export async function measure(scenario: Scenario, stage: Stage, path: Path): Promise<Measured> {
  const { emulator, model } = stage;
  const people = await newPeople(emulator, scenario.people);
  const firstCall = model.calls.length;
  const startedAt = Date.now();
  const mark = emulator.timeline.entries().at(-1)?.seq ?? 0;
  emulator.faults.clear();
  for (const rule of scenario.everywhere ?? []) emulator.faults.add(rule);
  const watched = people.map((from, i): Watched => {
    const keyword = `bench-${firstCall}-${i}-please`;
    const thoughts: ModelStep[] = scenario.reasoning === undefined ? [] : [{ reasoning: scenario.reasoning }];
    model.script(keyword, { steps: [...thoughts, { text: scenario.text }] });
    const user = emulator.store.users.find(from);
    const openId = user === undefined ? from : emulator.store.users.openId(user, path.appId);
    return {
      keyword,
      openId,
      sent: emulator.sendAsUser({ from, appId: path.appId, text: keyword }),
      seen: [],
      changed: false,
    };
  });
  const callOf = ({ keyword }: Watched): ModelCall | undefined =>
    model.calls.slice(firstCall).findLast((call) => call.prompt.includes(keyword));
  await watch(scenario, stage, watched, callOf);
  emulator.faults.clear();
  const entries = emulator.timeline
    .entries()
    .filter(({ seq, appId, operation }) => seq > mark && appId === path.appId && !operation.startsWith("event."));
  const rejections = entries
    .filter(({ code, httpStatus }) => code !== 0 || httpStatus >= 400)
    .map(({ code, httpStatus }) => String(code > 0 ? code : httpStatus));
  const row: Row = {
    plugin: stage.plugin,
    path: path.name,
    scenario: scenario.name,
    ...timing(watched, callOf, scenario.text, stage.probed()),
    calls: entries.length,
    rejected: rejections.length,
    codes: Object.fromEntries([...Map.groupBy(rejections, (code) => code)].map(([code, all]) => [code, all.length])),
    ...outcome(watched, stage, scenario.text),
  };
  const calls = entries.map(
    ({ at, ms, operation, code }) => `${at - startedAt} ${operation} ${code} (${Math.round(ms)} ms)`,
  );
  return { row, texts: [...watched.map(({ sent }) => describe(stage, sent)), calls.join("\n")] };
}

/** Looks at the chats until all is said, and nothing changes any more. */
async function watch(
  scenario: Scenario,
  { emulator }: Stage,
  watched: readonly Watched[],
  callOf: (one: Watched) => ModelCall | undefined,
): Promise<void> {
  const startedAt = Date.now();
  const due = countLetters(scenario.text);
  let changedAt = startedAt;
  let faultySince: number | undefined;
  const byChat = new Map(watched.map((one) => [one.sent.chatId, one]));
  const unsubscribe = emulator.feed.subscribe((event) => {
    const chatId = "chatId" in event ? event.chatId : event.type === "message" ? event.message.chatId : undefined;
    const one = chatId === undefined ? undefined : byChat.get(chatId);
    if (one !== undefined) one.changed = true;
  });
  try {
    while (Date.now() - startedAt < scenario.giveUpMs) {
      await sleep(POLL_MS);
      const now = Date.now();
      for (const one of watched) {
        if (!one.changed) continue;
        one.changed = false;
        const letters = countLetters(readAnswer(emulator, one.sent));
        if (letters === (one.seen.at(-1)?.letters ?? 0)) continue;
        one.seen.push({ at: now, letters });
        changedAt = now;
      }
      if (scenario.faults !== undefined && watched.some((one) => one.seen.length > 0)) {
        if (faultySince === undefined) for (const rule of scenario.faults) emulator.faults.add(rule);
        faultySince ??= now;
        if (now - faultySince >= (scenario.faultsMs ?? Infinity)) emulator.faults.clear();
      }
      const whole = watched.every((one) => (one.seen.at(-1)?.letters ?? 0) >= due);
      if (now - changedAt < (whole ? QUIET_MS : scenario.stalledMs)) continue;
      // The host may have been silent until the model's end.
      const ends = watched.map((one) => callOf(one)?.endedAt ?? Infinity);
      const idle = now - Math.max(changedAt, ...ends);
      const closed = watched.every((one) => answersAfter(emulator, one.sent).every((message) => !message.streaming));
      if (idle > (whole && closed ? QUIET_MS : scenario.stalledMs)) break;
    }
  } finally {
    unsubscribe();
  }
}

function timing(
  watched: readonly Watched[],
  callOf: (one: Watched) => ModelCall | undefined,
  text: string,
  { handedOver, held }: ReturnType<Stage["probed"]>,
): Pick<Row, "firstGlyph" | "lagP50" | "lagP95" | "lagMax" | "handedP50" | "handedP95" | "letGoP95" | "finishLag"> {
  const lags: number[] = [];
  const handed: number[] = [];
  const letGo: number[] = [];
  const firsts: number[] = [];
  const finishes: number[] = [];
  const whole = countLetters(text);
  for (const one of watched) {
    const call = callOf(one);
    const began = call?.written[0]?.at ?? 0;
    const events = handedOver.filter(({ at, session }) => at >= began && session?.includes(one.openId) === true);
    for (const { at, chars } of call?.written ?? []) {
      const letters = countLetters(text.slice(0, chars));
      const visible = one.seen.find((point) => point.letters >= letters)?.at ?? Infinity;
      lags.push(Math.max(0, visible - at));
      const event = events.find((candidate) => candidate.chars >= Math.min(chars, text.trimEnd().length));
      if (event === undefined) continue;
      handed.push(Math.max(0, visible - event.at));
      letGo.push(Math.max(0, visible - whenLetGo(event.at, held)));
    }
    firsts.push((one.seen[0]?.at ?? Infinity) - began);
    const last = one.seen.at(-1);
    finishes.push((last !== undefined && last.letters >= whole ? last.at : Infinity) - (call?.endedAt ?? 0));
  }
  return {
    firstGlyph: finite(Math.max(...firsts)),
    lagP50: quantile(lags, 0.5),
    lagP95: quantile(lags, 0.95),
    lagMax: quantile(lags, 1),
    handedP50: quantile(handed, 0.5),
    handedP95: quantile(handed, 0.95),
    letGoP95: quantile(letGo, 0.95),
    finishLag: finite(Math.max(0, ...finishes)),
  };
}

/** When the thread was first free for a while, from `at` on. `held` is in order. */
export function whenLetGo(at: number, held: readonly Held[]): number {
  let free = at;
  for (const { heldFrom, heldUntil } of held) {
    if (heldUntil <= free) continue;
    if (heldFrom >= free + FREE_MS) break;
    free = heldUntil;
  }
  return free;
}

function outcome(
  watched: readonly Watched[],
  { emulator }: Stage,
  text: string,
): Pick<Row, "lost" | "doubled" | "takenBack" | "open"> {
  const sums = { lost: 0, doubled: 0, takenBack: 0, open: 0 };
  for (const { sent, seen } of watched) {
    const { lost, doubled } = compareWords(text, readAnswer(emulator, sent));
    sums.lost += lost;
    sums.doubled += doubled;
    sums.takenBack += Math.max(0, ...seen.map(({ letters }, i) => (seen[i - 1]?.letters ?? 0) - letters));
    sums.open += answersAfter(emulator, sent).filter((message) => message.streaming).length;
  }
  return sums;
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

function quantile(values: number[], share: number): number | null {
  values.sort((a, b) => a - b);
  return finite(values[Math.max(0, Math.ceil(values.length * share) - 1)] ?? Infinity);
}

/** Everything that stands in the chat after the question, for somebody who wants to check the figures by eye. */
function describe({ emulator }: Stage, sent: Watched["sent"]): string {
  return answersAfter(emulator, sent)
    .map(
      ({ kind, title, parts, labels, streaming }) =>
        `[${kind}${streaming ? ", streaming" : ""}] ${title}\n${parts
          .map(({ elementId, text }) => `(${elementId ?? "-"}) ${text}`)
          .join("\n")}\n${labels.join(" | ")}`,
    )
    .join("\n\n");
}
