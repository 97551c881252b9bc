import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DeliveryResult } from "../../src/stream/index.ts";
import { toDelta, toSnapshot } from "../../src/stream/index.ts";
import type { ReplyDispatcher } from "../../extensions/feishu/reply-dispatcher.ts";
import { sleep } from "../../src/time/index.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { BotProcess } from "./bot-process.ts";
import { textOf } from "./carrier-text.ts";
import type { SeenMessage, TrialFeishu } from "./feishu.ts";
import { judge } from "./judge.ts";
import { onEmulator } from "./on-emulator.ts";
import { onSecondFeishu } from "./on-second-feishu.ts";
import type { ReplyPlan, Trial } from "./trial.ts";
import { removeFolder } from "../support/remove-folder.ts";

/** What became of one reply. */
export interface Played {
  readonly plan: ReplyPlan;
  readonly number: number;
  /** What was handed in when the reply ended, or when its process died. */
  readonly text: string;
  /** Undefined when the process died before there was one. */
  readonly result: DeliveryResult | undefined;
  /** From its end to its result. */
  readonly tookMs: number;
  /** What its chat showed when the result was given. */
  readonly seenThen: readonly SeenMessage[];
}

/** How one trial went. `problems` is empty when every promise was kept. */
export interface Outcome {
  readonly problems: readonly string[];
  readonly played: readonly Played[];
  readonly timeline: string;
}

/** Calls that were given up may still be done: what they leave behind counts as well. */
const AFTERMATH_MS = 40_000;
/** By then every debt must be paid, counted from when Feishu works again. */
const PAID_WITHIN_MS = 3 * 3_600_000;

/** Plays a trial in virtual time and checks every promise. */
export async function play(trial: Trial): Promise<Outcome> {
  const clock = new FakeClock({ settleRounds: 2 });
  const feishu = trial.feishu === "second" ? onSecondFeishu(trial, clock) : onEmulator(trial, clock);
  const needsJournal = trial.kill !== undefined || trial.happenings.some(({ what }) => what === "taken-over");
  const journalIn = needsJournal ? mkdtempSync(join(tmpdir(), "cardstream-fuzz-")) : undefined;
  try {
    return await playOn(trial, feishu, clock, journalIn);
  } finally {
    if (journalIn !== undefined) removeFolder(journalIn);
  }
}

async function playOn(
  trial: Trial,
  feishu: TrialFeishu,
  clock: FakeClock,
  journalIn: string | undefined,
): Promise<Outcome> {
  let pids = 1;
  const start = (): BotProcess => new BotProcess({ feishu, clock, seed: trial.seed, pid: pids++, journalIn });
  const first = start();
  const processes = [first];
  let died = (): void => {};
  const death = new Promise<void>((resolve) => (died = resolve));
  const { kill } = trial;
  if (kill !== undefined) {
    first.onCall = () => {
      if (first.calls !== kill.atCall) return;
      first.kill();
      died();
      clock.setTimer(kill.againAfterMs, () => recoverBy(start()));
    };
  }
  const recoverBy = (other: BotProcess): void => {
    processes.push(other);
    void other.recover();
  };
  for (const { at, what } of trial.happenings) {
    clock.setTimer(at, () => {
      if (what === "streaming-closed") feishu.closeStreaming();
      else if (what === "recalled") feishu.recallNewest(trial.replies[0]?.chat ?? 0);
      else if (what === "bot-removed") feishu.removeBot(trial.replies[0]?.chat ?? 0);
      else recoverBy(start());
    });
  }
  const over = Promise.all(trial.replies.map((plan, number) => playReply(plan, number, first, feishu, clock, death)));
  const played = await clock.runUntil(over);
  await clock.advance(AFTERMATH_MS);
  const seenSoon = feishu.chats.map((_, chat) => feishu.seen(chat));
  await clock.advance(untilWell(trial, clock.now()) + PAID_WITHIN_MS);
  const problems = judge(trial, feishu, played, seenSoon);
  for (const { mostWritesAtOnce } of processes)
    if (mostWritesAtOnce > 1) problems.push(`${mostWritesAtOnce} writes to one card at once`);
  for (const process of processes) process.end();
  return { problems, played, timeline: feishu.timeline() };
}

/** How long it takes until no fault is in force any more, but for those that last. */
function untilWell({ faults }: Trial, now: number): number {
  const ends = faults.map(({ until }) => (until ?? 0) - now);
  return Math.max(0, ...ends);
}

async function playReply(
  plan: ReplyPlan,
  number: number,
  process: BotProcess,
  feishu: TrialFeishu,
  clock: FakeClock,
  death: Promise<void>,
): Promise<Played> {
  await sleep(clock, plan.startAt);
  const text = textOf(plan.pieces, number);
  let said = 0;
  const gone = (): Played => ({ plan, number, text: text.slice(0, said), result: undefined, tookMs: 0, seenThen: [] });
  if (!process.alive) return gone();
  const chatId = feishu.chats[plan.chat] ?? "";
  const target = plan.topic
    ? ({ type: "reply", messageId: feishu.ask(plan.chat), inThread: true } as const)
    : ({ type: "chat", chatId } as const);
  const { rolloverChars, flushMs, start } = plan;
  const reply = process.open({ target, chatId, settings: { rolloverChars, flushMs, start, locale: "en" } });
  let tools = 0;
  for (const { kind, chars, pauseMs } of plan.steps) {
    if (!process.alive) return gone();
    if (kind === "tool") reply.tool({ id: `t${tools++}`, name: "tool", state: "running" });
    else if (kind === "reasoning") reply.reasoning(toDelta("thinking about it "));
    else if (kind === "status") reply.status("looking something up");
    else if (kind === "flush") void reply.flush();
    else said = say(reply, text, said, said + chars, kind);
    await sleep(clock, pauseMs);
  }
  if (!process.alive) return gone();
  said = say(reply, text, said, text.length, "delta");
  const endedAt = clock.now();
  const result = await Promise.race([end(reply, plan), death.then(() => undefined)]);
  const seenThen = feishu.seen(plan.chat);
  return { plan, number, text, result, tookMs: clock.now() - endedAt, seenThen };
}

function say(reply: ReplyDispatcher, text: string, from: number, to: number, kind: "delta" | "snapshot"): number {
  const end = Math.min(text.length, to);
  if (kind === "snapshot") reply.replace(toSnapshot(text.slice(0, end)));
  else reply.append(toDelta(text.slice(from, end)));
  return end;
}

function end(reply: ReplyDispatcher, { end, withinMs }: ReplyPlan): Promise<DeliveryResult> {
  if (end === "finalize") return reply.finalize({ withinMs });
  return end === "fail" ? reply.fail({ code: "truncated" }, { withinMs }) : reply.abort({ by: "x", withinMs });
}
