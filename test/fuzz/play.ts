import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BegunReply, DeliveryResult } from "../../src/stream/index.ts";
import { toDelta, toSnapshot } from "../../src/stream/index.ts";
import { closeOrphanCard, seamLimits, takeUp } from "../../extensions/feishu/delivery/index.ts";
import type { ReplyDispatcher } from "../../extensions/feishu/reply-dispatcher.ts";
import { sleep } from "../../src/time/index.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { BotProcess } from "./bot-process.ts";
import { textOf } from "./carrier-text.ts";
import type { SeenMessage, TrialFeishu } from "./feishu.ts";
import { judge } from "./judge.ts";
import { onEmulator } from "./on-emulator.ts";
import { onSecondFeishu } from "./on-second-feishu.ts";
import type { ReplyPlan, Step, Trial } from "./trial.ts";
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

/** Who goes on with the replies of a process that died, and from what. */
interface Heir {
  readonly how: "all" | "noted";
  readonly process: BotProcess;
}

/** The processes of a trial. */
interface Processes {
  readonly first: BotProcess;
  /** The first one dies. */
  readonly death: Promise<void>;
  /** Undefined when open cards are only ended. */
  readonly heir: Promise<Heir | undefined>;
}

/** Calls that were given up may still be done: what they leave behind counts as well. */
const AFTERMATH_MS = 40_000;
/** So long Feishu may keep who goes on with a reply from learning what its cards show, until they are only ended. */
const TAKEN_UP_WITHIN_MS = 600_000;
/** By then every debt must be paid, counted from when Feishu works again. */
const PAID_WITHIN_MS = 3 * 3_600_000;

/** Plays a trial in virtual time and checks every promise. */
export async function play(trial: Trial): Promise<Outcome> {
  const clock = new FakeClock({ settleRounds: 2 });
  const feishu = trial.feishu === "second" ? onSecondFeishu(trial, clock) : onEmulator(trial, clock);
  const needsJournal =
    (trial.kill !== undefined && trial.kill.goesOn === undefined) ||
    trial.happenings.some(({ what }) => what === "taken-over");
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
  const death = Promise.withResolvers<void>();
  const heir = Promise.withResolvers<Heir | undefined>();
  const { kill } = trial;
  if (kill !== undefined) {
    first.onCall = () => {
      if (first.calls !== kill.atCall) return;
      first.kill();
      death.resolve();
      clock.setTimer(kill.againAfterMs, () => {
        const process = start();
        const how = kill.goesOn;
        if (how === undefined) recoverBy(process);
        else processes.push(process);
        heir.resolve(how && { how, process });
      });
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
  const over = Promise.all(
    trial.replies.map((plan, number) =>
      playReply(plan, number, { first, death: death.promise, heir: heir.promise }, feishu, clock),
    ),
  );
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
  processes: Processes,
  feishu: TrialFeishu,
  clock: FakeClock,
): Promise<Played> {
  const { first, death } = processes;
  await sleep(clock, plan.startAt);
  const text = textOf(plan.pieces, number);
  const chatId = feishu.chats[plan.chat] ?? "";
  const target = plan.topic
    ? ({ type: "reply", messageId: feishu.ask(plan.chat), inThread: true } as const)
    : ({ type: "chat", chatId } as const);
  const { rolloverChars, flushMs, start } = plan;
  const settings = { rolloverChars, flushMs, start, locale: "en" } as const;
  const place = { target, chatId, settings, id: `trial ${number}` };
  const said: Said = { text, upTo: 0, steps: [...plan.steps], tools: 0 };
  if (!first.alive) return { plan, number, text: "", result: undefined, tookMs: 0, seenThen: [] };
  const reply = first.open(place);
  const noted = first.note(reply);
  const ended = await Promise.race([tell(reply, said, plan, clock, () => first.alive), death.then(() => undefined)]);
  // What an ended reply owes is paid by who takes over.
  if (ended !== undefined) void processes.heir.then((heir) => heir && close(heir.process, noted()));
  const then = ended ?? (await goOnElsewhere());
  if (then === undefined) {
    const known = text.slice(0, said.upTo);
    return { plan, number, text: known, result: undefined, tookMs: 0, seenThen: [] };
  }
  return { plan, number, text: said.text, ...then, seenThen: feishu.seen(plan.chat) };

  async function goOnElsewhere(): Promise<Ended | undefined> {
    const heir = await processes.heir;
    if (heir === undefined) return undefined;
    const { how, process: other } = heir;
    const begun = { ...noted(), ...(how === "all" && { text: text.slice(0, said.upTo) }) };
    const late = new AbortController();
    clock.setTimer(TAKEN_UP_WITHIN_MS, () => late.abort());
    const given = { delivery: other.delivery, begun, limits: seamLimits(settings), signal: late.signal };
    const takenUp = await takeUp(given).catch(() => undefined);
    if (takenUp === undefined) {
      close(other, begun);
      return undefined;
    }
    // A card shows what went beyond the notes in the dialect of cards: the model goes on behind it.
    said.text = takenUp.text + text.slice(placeOf(takenUp.text, text));
    said.upTo = takenUp.text.length;
    return tell(other.open({ ...place, takenUp }), said, plan, clock, () => true);
  }
}

/** Where in a text somebody is who has seen a beginning of it, in which white space and marks may be others. */
function placeOf(seen: string, text: string): number {
  if (text.startsWith(seen)) return seen.length;
  const last = seen.slice(-12);
  const distance = (at: number): number => Math.abs(at + last.length - seen.length);
  let place: number | undefined;
  for (let at = text.indexOf(last); at >= 0; at = text.indexOf(last, at + 1))
    if (place === undefined || distance(at) < distance(place)) place = at;
  return place === undefined ? seen.length : place + last.length;
}

/** Ends open cards of another process as they are. */
function close({ delivery }: BotProcess, { cards }: BegunReply): void {
  for (const card of cards) if (card.isOpen) void closeOrphanCard(delivery, { ...card, locale: "en" }).catch(() => {});
}

/** How far a reply's model has come. */
interface Said {
  text: string;
  upTo: number;
  /** What is still to come. */
  readonly steps: Step[];
  tools: number;
}

type Ended = Pick<Played, "tookMs"> & { readonly result: DeliveryResult };

/** Tells a reply what is still to come, and ends it. @returns undefined when its process dies */
async function tell(
  reply: ReplyDispatcher,
  said: Said,
  plan: ReplyPlan,
  clock: FakeClock,
  isAlive: () => boolean,
): Promise<Ended | undefined> {
  for (;;) {
    const step = said.steps.shift();
    if (step === undefined) break;
    const { kind, chars, pauseMs } = step;
    if (kind === "tool") reply.tool({ id: `t${said.tools++}`, name: "tool", state: "running" });
    else if (kind === "reasoning") reply.reasoning(toDelta("thinking about it "));
    else if (kind === "status") reply.status("looking something up");
    else if (kind === "flush") void reply.flush();
    else say(reply, said, said.upTo + chars, kind);
    await sleep(clock, pauseMs);
    if (!isAlive()) return undefined;
  }
  say(reply, said, said.text.length, "delta");
  const endedAt = clock.now();
  const result = await end(reply, plan);
  return { result, tookMs: clock.now() - endedAt };
}

function say(reply: ReplyDispatcher, said: Said, to: number, kind: "delta" | "snapshot"): void {
  const end = Math.min(said.text.length, to);
  if (kind === "snapshot") reply.replace(toSnapshot(said.text.slice(0, end)));
  else reply.append(toDelta(said.text.slice(said.upTo, end)));
  said.upTo = end;
}

function end(reply: ReplyDispatcher, { end, withinMs }: ReplyPlan): Promise<DeliveryResult> {
  if (end === "finalize") return reply.finalize({ withinMs });
  return end === "fail" ? reply.fail({ code: "truncated" }, { withinMs }) : reply.abort({ by: "x", withinMs });
}
