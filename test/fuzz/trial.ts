import * as fc from "fast-check";
import type { Fault } from "../second-feishu/faults.ts";
import { WORLD_VALUES } from "../second-feishu/world.ts";
import type { World } from "../second-feishu/world.ts";
import type { Piece } from "./carrier-text.ts";
import { piece } from "./carrier-text.ts";

/** The model says so many characters more, then pauses. */
export interface Step {
  readonly kind: "delta" | "snapshot" | "tool" | "reasoning" | "status" | "flush";
  readonly chars: number;
  readonly pauseMs: number;
}

/** One reply of a trial. */
export interface ReplyPlan {
  readonly startAt: number;
  /** Number of its chat. */
  readonly chat: number;
  readonly topic: boolean;
  readonly pieces: readonly Piece[];
  readonly steps: readonly Step[];
  readonly end: "finalize" | "fail" | "abort";
  /** How long its end may take. */
  readonly withinMs: number;
  readonly rolloverChars: number;
  readonly flushMs: number;
  readonly start: "create" | "convert";
}

/** Something that happens at a moment, whoever calls what. */
export interface Happening {
  readonly at: number;
  readonly what: "streaming-closed" | "recalled" | "bot-removed" | "taken-over";
}

/** Everything that one run of the fuzz plays; as JSON it replays exactly. */
export interface Trial {
  readonly seed: number;
  /** Which reading of Feishu it is played on. */
  readonly feishu: "second" | "emulator";
  readonly world: World;
  readonly replies: readonly ReplyPlan[];
  readonly faults: readonly Fault[];
  readonly happenings: readonly Happening[];
  readonly latency: readonly [number, number];
  /**
   * The process dies at its call of this number and starts again later: then open cards are ended, or, when `goesOn`, the replies are gone
   * on with from all that was said (`all`), or from what had been written down a moment before (`noted`).
   */
  readonly kill:
    | { readonly atCall: number; readonly againAfterMs: number; readonly goesOn?: "all" | "noted" | undefined }
    | undefined;
  /** The tenant's content audit refuses e-mail addresses. */
  readonly audit: boolean;
}

const CARDKIT = ["card.*"];
const WRITES = ["card.content", "card.element.patch", "card.batch", "card.put", "card.settings"] as const;
const CALLS = [
  ...WRITES,
  "card.create",
  "card.convert",
  "im.send",
  "im.reply",
  "im.patch",
  "im.get",
  "card.*",
  "im.*",
  "*",
] as const;

const pauseMs = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 0, max: 80 }) },
  { weight: 3, arbitrary: fc.integer({ min: 100, max: 3_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 3_000, max: 20_000 }) },
);
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(
    "delta",
    "delta",
    "delta",
    "delta",
    "delta",
    "snapshot",
    "snapshot",
    "tool",
    "reasoning",
    "status",
    "flush",
  ),
  chars: fc.integer({ min: 1, max: 120 }),
  pauseMs,
});

function replyPlan(longPauses: boolean): fc.Arbitrary<ReplyPlan> {
  // Past the renewal after 8.5 minutes, and past the ten minutes at which Feishu closes a card itself.
  const late: fc.Arbitrary<Step> = fc.record({
    kind: fc.constant("delta" as const),
    chars: fc.integer({ min: 1, max: 40 }),
    pauseMs: fc.integer({ min: 480_000, max: 640_000 }),
  });
  const steps = fc.array(step, { maxLength: 30, size: "max" });
  return fc.record({
    startAt: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 4_000 })),
    chat: fc.nat({ max: 2 }),
    topic: fc.constantFrom(false, false, true),
    pieces: fc.array(piece, { maxLength: 12, size: "max" }),
    steps: longPauses
      ? fc.tuple(steps, late, steps).map(([before, pause, after]) => [...before, pause, ...after])
      : steps,
    end: fc.constantFrom("finalize", "finalize", "finalize", "fail", "abort"),
    withinMs: fc.oneof(
      { weight: 5, arbitrary: fc.constant(300_000) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 3_000 }) },
      { weight: 1, arbitrary: fc.integer({ min: 3_000, max: 30_000 }) },
    ),
    rolloverChars: fc.constantFrom(3_000, 3_000, 600, 200),
    flushMs: fc.constantFrom(0, 0, 400),
    start: fc.constantFrom("create", "create", "create", "convert"),
  });
}

const how = fc.record({
  skip: fc.oneof(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 40 })),
  count: fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 1, max: 3 }) },
    { weight: 1, arbitrary: fc.integer({ min: 4, max: 12 }) },
  ),
});
const passing: fc.Arbitrary<Fault> = fc
  .tuple(
    fc.constantFrom(...CALLS),
    fc.oneof(
      fc.constantFrom<Fault["effect"]>(
        { kind: "code", code: 99_991_400 },
        { kind: "code", code: 230_020 },
        { kind: "code", code: 1_999_999 },
        { kind: "code", code: 2_200 },
        { kind: "code", code: 1_663 },
        { kind: "code", code: 300_000 },
        { kind: "http", status: 500, applied: false },
        { kind: "http", status: 503, applied: false },
        { kind: "http", status: 500, applied: true },
        { kind: "http", status: 504, applied: false },
        { kind: "http", status: 504, applied: true },
        { kind: "reset", applied: false },
        { kind: "reset", applied: true },
        { kind: "hang", applied: false },
        { kind: "hang", applied: true },
        { kind: "truncated" },
        { kind: "token" },
        { kind: "closed" },
      ),
      fc.integer({ min: 1, max: 5 }).map((resetSeconds): Fault["effect"] => ({ kind: "rate", resetSeconds })),
      // Later than the engine takes to be possible it is not: then nobody could ever send anything again.
      fc.integer({ min: 100, max: 9_000 }).map((ms): Fault["effect"] => ({ kind: "late", ms })),
      fc.integer({ min: 100, max: 12_000 }).map((ms): Fault["effect"] => ({ kind: "slow", beforeMs: ms, afterMs: 0 })),
      fc.integer({ min: 100, max: 12_000 }).map((ms): Fault["effect"] => ({ kind: "slow", beforeMs: 0, afterMs: ms })),
    ),
    how,
  )
  // A code that a token request is refused with means the app, not a passing failure.
  .map(([call, effect, { skip, count }]) => ({
    calls: call === "*" && effect.kind === "code" ? ["card.*", "im.*"] : [call],
    effect,
    skip,
    count,
  }));
/** Codes of CardKit with the calls that can get them. */
const CODES: readonly (readonly [calls: readonly string[], code: number, msg: string, containing?: string])[] = [
  [[...WRITES, "card.*"], 300_317, "ErrMsg: sequence number compare failed; "],
  [[...WRITES, "card.*"], 200_810, "card action is lock"],
  [["card.content", "card.element.patch", "card.batch"], 300_313, "ErrMsg: not find elementID : a0; "],
  [["card.content", "card.batch"], 300_120, "internal error"],
  [["card.content", "card.batch"], 200_860, "card over max size"],
  [["card.batch"], 300_315, "add element failed, inner code: 200860", "add_elements"],
  [["card.batch"], 300_305, "element exceeds the limit", "add_elements"],
];
/** Sequence conflicts of one fault after which the card counts as taken, whoever else sends calls meanwhile. */
export const TAKEN_COUNT = 40;
const cardCodes: fc.Arbitrary<Fault> = fc
  .tuple(
    fc
      .constantFrom(...CODES)
      .chain(([calls, code, msg, containing]) =>
        fc.constantFrom(...calls).map((call) => ({ call, code, msg, containing })),
      ),
    how,
  )
  .map(([{ call, code, msg, containing }, { skip, count }]) => ({
    calls: [call],
    ...(containing !== undefined && { containing }),
    effect: { kind: "code", code, msg },
    skip,
    // So many of these in a row mean that somebody else writes to the card.
    count: code !== 300_317 ? count : count < 10 ? Math.min(count, 6) : TAKEN_COUNT,
  }));
const downEffect = fc.constantFrom<Fault["effect"]>(
  { kind: "http", status: 503, applied: false },
  { kind: "http", status: 504, applied: true },
  { kind: "reset", applied: false },
  { kind: "reset", applied: true },
  { kind: "hang", applied: false },
  { kind: "hang", applied: true },
  { kind: "code", code: 2_200 },
);
const from = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 6_000 }), fc.integer({ min: 500_000, max: 620_000 }));
const outage: fc.Arbitrary<Fault> = fc
  .tuple(
    fc.constantFrom<readonly string[]>(CARDKIT, CARDKIT, CARDKIT, ["card.content"], ["im.*"], ["im.patch"], ["*"]),
    downEffect,
    from,
    fc.oneof(fc.integer({ min: 200, max: 3_000 }), fc.integer({ min: 500, max: 40_000 })),
  )
  .map(([calls, effect, from, ms]) => ({ calls, effect, from, until: from + ms }));
/** Longer than any reply may take to end. */
const longOutage: fc.Arbitrary<Fault> = fc
  .tuple(downEffect, from, fc.integer({ min: 400_000, max: 7_200_000 }))
  .map(([effect, from, ms]) => ({ calls: CARDKIT, effect, from, until: from + ms }));
const goneForGood: fc.Arbitrary<Fault> = fc
  .tuple(
    fc.constantFrom<Fault["effect"]>(
      { kind: "http", status: 503, applied: false },
      {
        kind: "code",
        code: 99_991_672,
        msg: "Access denied. One of the following scopes is required: [cardkit:card:write]",
      },
      { kind: "code", code: 300_311 },
    ),
    from,
  )
  .map(([effect, from]) => ({ calls: CARDKIT, effect, from }));

const faults: fc.Arbitrary<readonly Fault[]> = fc
  .tuple(
    fc.array(fc.oneof({ weight: 3, arbitrary: passing }, { weight: 1, arbitrary: cardCodes }), {
      maxLength: 4,
      size: "max",
    }),
    fc.option(outage, { freq: 2, nil: undefined }),
    fc.option(longOutage, { freq: 1, nil: undefined }),
    fc.option(goneForGood, { freq: 1, nil: undefined }),
    fc.nat({ max: 9 }),
  )
  .map(([some, out, long, gone, which]) => [
    ...some,
    ...(out ? [out] : []),
    ...(long && which < 2 ? [long] : []),
    ...(gone && which === 9 ? [gone] : []),
  ]);

const world = fc.record(
  Object.fromEntries(Object.entries(WORLD_VALUES).map(([name, values]) => [name, fc.constantFrom<unknown>(...values)])),
) as unknown as fc.Arbitrary<World>;

const happening: fc.Arbitrary<Happening> = fc.record({
  at: fc.integer({ min: 0, max: 8_000 }),
  what: fc.constantFrom(
    "streaming-closed",
    "streaming-closed",
    "streaming-closed",
    "recalled",
    "bot-removed",
    "taken-over",
  ),
});

const replies = fc.oneof(
  { weight: 5, arbitrary: fc.array(replyPlan(false), { minLength: 1, maxLength: 1 }) },
  { weight: 3, arbitrary: fc.array(replyPlan(false), { minLength: 2, maxLength: 5, size: "max" }) },
  { weight: 1, arbitrary: fc.array(replyPlan(true), { minLength: 1, maxLength: 2 }) },
);

/** Random replies in random worlds. */
export function trials(feishu: fc.Arbitrary<Trial["feishu"]>): fc.Arbitrary<Trial> {
  const drawn: fc.Arbitrary<Trial> = fc.record({
    seed: fc.nat({ max: 1_000_000 }),
    feishu,
    world,
    replies,
    faults,
    happenings: fc.oneof(
      { weight: 4, arbitrary: fc.constant<readonly Happening[]>([]) },
      { weight: 1, arbitrary: fc.array(happening, { maxLength: 2 }).map((some): readonly Happening[] => some) },
    ),
    latency: fc.constantFrom<readonly [number, number]>([0, 0], [40, 120], [40, 120], [200, 200], [5, 900]),
    kill: fc.oneof(
      { weight: 6, arbitrary: fc.constant(undefined) },
      {
        weight: 1,
        arbitrary: fc.record({
          atCall: fc.integer({ min: 1, max: 60 }),
          againAfterMs: fc.integer({ min: 0, max: 60_000 }),
        }),
      },
    ),
    audit: fc.constantFrom(false, false, false, false, false, false, false, true),
  });
  return drawn.map((trial) => {
    // Whoever takes a card over takes the journal with it, so that the process it was taken from cannot be recovered from that as well.
    const taken = trial.happenings.some(({ what }) => what === "taken-over");
    if (taken || trial.kill === undefined) return { ...trial, kill: undefined };
    // A patch that lands after the process that sent it is dead overwrites what the next one has made of the message; nobody can tell.
    const late = ({ calls, effect }: Fault): boolean =>
      effect.kind === "late" && calls.some((call) => !call.startsWith("card."));
    return { ...trial, faults: trial.faults.filter((fault) => !late(fault)) };
  });
}

/** The same, each with a process that dies and another one that goes on with its replies. */
export function heirs(feishu: fc.Arbitrary<Trial["feishu"]>): fc.Arbitrary<Trial> {
  const kill = fc.record({
    atCall: fc.integer({ min: 2, max: 42 }),
    againAfterMs: fc.integer({ min: 0, max: 40_000 }),
    goesOn: fc.constantFrom("all" as const, "noted" as const),
  });
  return fc.tuple(trials(feishu), kill).map(([trial, given]) => goneOn({ ...trial, happenings: [] }, given));
}

/** A trial whose replies are gone on with by another process, without what nobody can know then. */
function goneOn(trial: Trial, kill: NonNullable<Trial["kill"]>): Trial {
  // Who comes later has the larger numbers: it cannot be told that they are not.
  const isConflict = ({ effect }: Fault): boolean => effect.kind === "code" && effect.code === 300_317;
  // The connections of a process that dies break; one that hangs for ever would be a message that is being sent for ever (230049).
  const broken = (fault: Fault): Fault =>
    fault.effect.kind === "hang" && !fault.calls.every((call) => call.startsWith("card."))
      ? { ...fault, effect: { kind: "reset", applied: fault.effect.applied } }
      : fault;
  const faults = trial.faults.filter((fault) => !isConflict(fault)).map(broken);
  // What a card shows beyond what was written down is taken as it stands there, in other words where the audit wanted those.
  return { ...trial, faults, kill: trial.audit ? { ...kill, goesOn: "all" } : kill };
}
