import { FeishuTransportError, finalCause } from "../../extensions/feishu/index.ts";
import type { Fault } from "../second-feishu/faults.ts";
import { neverAnswered } from "../support/fuzz-reply.ts";
import { carriersIn } from "./carrier-text.ts";
import type { SeenMessage, TrialFeishu } from "./feishu.ts";
import type { Played } from "./play.ts";
import type { Trial } from "./trial.ts";
import { TAKEN_COUNT } from "./trial.ts";

/** A deadline is kept within this, for the turns of the queue that follow it. */
const SLACK_MS = 5;
/** A reply that has so long must deliver in spite of whatever passes. */
const AMPLE_MS = 300_000;

const TWICE = "are there twice";

/** Every promise that was not kept, in words. `soon` is what the chats showed shortly after the last result. */
export function judge(
  trial: Trial,
  feishu: TrialFeishu,
  played: readonly Played[],
  soon: readonly (readonly SeenMessage[])[],
): string[] {
  const problems: string[] = [];
  for (const one of played)
    for (const problem of judgeReply(trial, one, feishu, soon[one.plan.chat] ?? []))
      problems.push(`reply ${one.number}: ${problem}`);
  const cardkitGone = trial.faults.some(
    ({ from, until, count }) => from !== undefined && until === undefined && count === undefined,
  );
  const open = feishu.chats
    .flatMap((chatId, chat) => (feishu.chats.indexOf(chatId) === chat ? feishu.seen(chat) : []))
    .filter(({ unfinished, recalled }) => unfinished && !recalled)
    // A process that was killed before it heard of its message cannot know it, nor may a bot look for one in a chat that it was removed from.
    .filter(({ touched }) => touched || (trial.kill === undefined && !trial.happenings.some(isRemoval)));
  if (open.length > 0 && !cardkitGone)
    problems.push(
      `${open.length} cards look unfinished for ever: ${open.map(({ messageId }) => messageId.slice(-3)).join(", ")}`,
    );
  return problems;
}

const isRemoval = ({ what }: Trial["happenings"][number]): boolean => what === "bot-removed";

function judgeReply(trial: Trial, one: Played, feishu: TrialFeishu, soon: readonly SeenMessage[]): string[] {
  const { text, result, plan, number, tookMs, seenThen } = one;
  const problems: string[] = [];
  const said = carriersIn(text, number);
  const now = carriersOf(feishu.seen(plan.chat), number);
  // What a late write put on a card that another process has taken stays there, and the result says so.
  const mayBeTwice = mayLookTaken(trial) && result?.error !== undefined && owedBy(result) > 0;
  problems.push(...compare(now, said, "in the end").filter((problem) => !mayBeTwice || !problem.includes(TWICE)));
  if (result === undefined) {
    if (trial.kill === undefined) problems.push("no result");
    return problems;
  }
  if (tookMs > plan.withinMs + SLACK_MS) problems.push(`took ${tookMs} ms to end, not ${plan.withinMs}`);
  // A reply that nothing can arrive of ends itself: what is said after that is not part of it.
  const endedItself = result.outcome === "failed" && isPermanent(trial, one);
  if (result.total !== text.length && !endedItself) problems.push(`total ${result.total} of ${text.length}`);
  const claimed = carriersIn(text.slice(0, result.delivered), number);
  const missingThen = firstMissing(carriersOf(seenThen, number), claimed);
  if (missingThen !== undefined)
    problems.push(`reports ${result.delivered} of ${text.length} delivered, but ${missingThen} was not there then`);
  const missingNow = firstMissing(now, claimed);
  if (missingNow !== undefined)
    problems.push(
      `reported ${result.delivered} of ${text.length} delivered, but ${missingNow} is not there in the end`,
    );
  if (result.error === undefined) {
    if (result.delivered < result.total) problems.push(`no error with ${result.delivered} of ${result.total}`);
    // While a card is owed, it may show what has gone on in another one.
    if (owedBy(result) === 0)
      problems.push(...compare(carriersOf(soon, number), said, "soon after success was reported"));
    const left = seenThen.filter(
      ({ text, unfinished, recalled }) => unfinished && !recalled && carriersIn(text, number) !== "",
    );
    if (left.length > 0 && owedBy(result) === 0)
      problems.push(`success was reported, but ${left.length} cards were open`);
    if (firstMissing(now, said) !== undefined) problems.push("success was reported, but text is missing");
  }
  if (mustDeliver(trial, one) && result.delivered < text.length && said !== "")
    problems.push(`delivered ${result.delivered} of ${text.length}: ${result.error?.message}`);
  if (mustDeliver(trial, one) && firstMissing(now, said) !== undefined)
    problems.push(`text is missing from ${String(firstMissing(now, said))} on`);
  return problems;
}

/** The reply ended on something that only a person can mend, that never answered, or because another process has its card. */
function isPermanent(trial: Trial, { result }: Played): boolean {
  if (mayLookTaken(trial)) return true;
  const error = result?.error;
  return finalCause(error) !== undefined || (error instanceof FeishuTransportError && result?.delivered === 0);
}

/** Another process has taken a card over, or Feishu refuses so many numbers in a row that it looks like that. */
const mayLookTaken = ({ happenings, faults }: Trial): boolean =>
  happenings.some(({ what }) => what === "taken-over") ||
  faults.some(({ effect, count = 0 }) => effect.kind === "code" && effect.code === 300_317 && count >= TAKEN_COUNT);

/** Cards that the result lists as still to be closed. */
function owedBy(result: object): number {
  return "owed" in result && Array.isArray(result.owed) ? result.owed.length : 0;
}

/** Whether nothing that lasts stands in the way of this reply. */
function mustDeliver(trial: Trial, { plan, result }: Played): boolean {
  const { faults, happenings, kill } = trial;
  const isSilent = ({ calls, effect }: Fault): boolean =>
    calls.includes("*") && ["hang", "slow", "late"].includes(effect.kind);
  if (result !== undefined && faults.some(isSilent) && neverAnswered(result)) return false;
  if (kill !== undefined || plan.withinMs < AMPLE_MS || mayLookTaken(trial)) return false;
  if (happenings.some(({ what }) => what !== "streaming-closed")) return false;
  const lasting = faults.some(
    ({ calls, until = 0 }) => until > 0 && calls.some((name) => !name.startsWith("card.")) && until > 560_000,
  );
  return !lasting;
}

/** What was there for a reader to see, also in messages that somebody took back since; what those said may be said again elsewhere. */
function carriersOf(seen: readonly SeenMessage[], number: number): string {
  const stays = new Set(seen.flatMap(({ text, recalled }) => (recalled ? [] : Array.from(carriersIn(text, number)))));
  return seen
    .map(({ text, recalled }) => {
      const said = carriersIn(text, number);
      return recalled
        ? Array.from(said)
            .filter((char) => !stays.has(char))
            .join("")
        : said;
    })
    .join("");
}

/** Where what is seen departs from what was said, so far as it goes. */
function compare(seen: string, said: string, when: string): string[] {
  const problems: string[] = [];
  if (new Set(seen).size < seen.length) {
    const twice = Array.from(seen).find((char, i) => seen.indexOf(char) < i) ?? "";
    problems.push(
      `${seen.length - new Set(seen).size} characters ${TWICE} ${when}, the first is number ${said.indexOf(twice)} of ${said.length}`,
    );
  }
  const once = [...new Set(seen)].join("");
  const order = once.split("").toSorted().join("");
  if (once !== order) problems.push(`the order is wrong ${when}`);
  if (!said.startsWith(order)) {
    const at = Array.from(said).findIndex((char) => !once.includes(char));
    problems.push(`there is a gap at ${at} of ${said.length} ${when}`);
  }
  return problems;
}

/** Number of the first character of `wanted` that is not seen. */
function firstMissing(seen: string, wanted: string): number | undefined {
  const at = Array.from(wanted).findIndex((char) => !seen.includes(char));
  return at < 0 ? undefined : at;
}
