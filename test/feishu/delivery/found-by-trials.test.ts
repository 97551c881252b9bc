import { describe, expect, it } from "vitest";
import { play } from "../../fuzz/play.ts";
import type { ReplyPlan, Trial } from "../../fuzz/trial.ts";
import { DEFAULT_WORLD } from "../../second-feishu/world.ts";

const PLAN: ReplyPlan = {
  startAt: 0,
  chat: 0,
  topic: false,
  pieces: [{ form: "plain", chars: 643 }],
  steps: [],
  end: "finalize",
  withinMs: 300_000,
  rolloverChars: 3_000,
  flushMs: 0,
  start: "create",
};
const QUIET: Trial = {
  seed: 372_573,
  feishu: "second",
  world: DEFAULT_WORLD,
  replies: [PLAN],
  faults: [],
  happenings: [],
  latency: [0, 0],
  kill: undefined,
  audit: false,
};

/** Trials on which the engine once broke a promise. */
const FOUND: Record<string, Partial<Trial>> = {
  "a reply that has to end by itself, and is then given less time": {
    seed: 861_672,
    world: { ...DEFAULT_WORLD, uuidReplay: "200770" },
    replies: [
      {
        ...PLAN,
        startAt: 1_843,
        chat: 2,
        pieces: [{ form: "emoji", chars: 49 }],
        steps: [
          { kind: "delta", chars: 110, pauseMs: 11 },
          { kind: "snapshot", chars: 25, pauseMs: 1_256 },
          { kind: "delta", chars: 3, pauseMs: 2_259 },
        ],
        withinMs: 1_562,
      },
    ],
    faults: [{ calls: ["card.*"], effect: { kind: "slow", beforeMs: 10_265, afterMs: 0 }, skip: 3, count: 3 }],
    happenings: [{ at: 4_395, what: "bot-removed" }],
  },
  "a heading that leaves its element before the next one is there, and a card that is left just then": {
    seed: 70_635,
    feishu: "emulator",
    world: { ...DEFAULT_WORLD, uuidReplay: "200770" },
    replies: [
      {
        ...PLAN,
        pieces: [
          { form: "mail", chars: 11 },
          { form: "emoji", chars: 47 },
          { form: "link", chars: 49 },
          { form: "heading", chars: 37 },
        ],
        steps: [
          { kind: "delta", chars: 45, pauseMs: 7 },
          { kind: "delta", chars: 117, pauseMs: 2 },
          { kind: "status", chars: 44, pauseMs: 2_019 },
          { kind: "delta", chars: 15, pauseMs: 63 },
          { kind: "delta", chars: 91, pauseMs: 10 },
          { kind: "snapshot", chars: 50, pauseMs: 6 },
          { kind: "reasoning", chars: 107, pauseMs: 1_482 },
        ],
      },
    ],
    faults: [{ calls: ["card.*"], effect: { kind: "slow", beforeMs: 2_120, afterMs: 0 }, skip: 5, count: 2 }],
    latency: [5, 900],
  },
  "so many sequence conflicts that the card seems to be taken, although nobody has it": {
    replies: [{ ...PLAN, steps: [{ kind: "delta", chars: 300, pauseMs: 2_000 }] }],
    faults: [{ calls: ["card.*"], effect: { kind: "code", code: 300_317 }, skip: 3, count: 40 }],
  },
  "a message that lands twelve seconds after its sending was given up": {
    feishu: "emulator",
    faults: [
      { calls: ["im.send"], effect: { kind: "late", ms: 11_987 }, skip: 2, count: 2 },
      { calls: ["im.*"], effect: { kind: "reset", applied: false }, from: 0, until: 2_914 },
    ],
  },
  "a card whose sending is under way when the time is over, sent as it is": {
    replies: [
      {
        ...PLAN,
        pieces: [],
        steps: [{ kind: "reasoning", chars: 69, pauseMs: 54 }],
        withinMs: 487,
        start: "convert",
      },
    ],
    faults: [{ calls: ["*"], effect: { kind: "slow", beforeMs: 338, afterMs: 0 }, skip: 0, count: 4 }],
  },
  "an interrupted card whose status line does not go at the first attempt": {
    replies: [{ ...PLAN, pieces: [], steps: [{ kind: "tool", chars: 0, pauseMs: 60_000 }] }],
    faults: [
      {
        calls: ["card.batch"],
        effect: { kind: "code", code: 300_315, msg: "add element failed, inner code: 200860" },
        skip: 0,
        count: 2,
      },
    ],
    latency: [200, 200],
    kill: { atCall: 7, againAfterMs: 2 },
  },
  "a patch that lands after the last one, with all the words and the line that says they are being written": {
    feishu: "emulator",
    world: { ...DEFAULT_WORLD, uuidReplay: "200770", cardRate: "230020" },
    replies: [
      {
        ...PLAN,
        pieces: [{ form: "plain", chars: 2 }],
        steps: [
          { kind: "delta", chars: 1, pauseMs: 1_301 },
          { kind: "delta", chars: 1, pauseMs: 2_001 },
        ],
      },
    ],
    faults: [
      { calls: ["*"], effect: { kind: "late", ms: 1_001 }, skip: 4, count: 3 },
      { calls: ["card.*"], effect: { kind: "hang", applied: true }, from: 0, until: 1_001 },
    ],
  },
  "a card that is patched as a whole, taken over from a process that is about to put its last words": {
    world: { ...DEFAULT_WORLD, uuidReplay: "200770", convertibleAfterMs: 500, cardRate: "230020" },
    replies: [
      {
        ...PLAN,
        pieces: [{ form: "plain", chars: 200 }],
        start: "convert",
        steps: [31, 62, 426, 46, 49, 41, 71, 49, 13, 48, 44, 21, 2_100].map((pauseMs) => ({
          kind: "delta" as const,
          chars: 1,
          pauseMs,
        })),
      },
      { ...PLAN, pieces: [], steps: [], withinMs: 1 },
    ],
    happenings: [{ at: 3_800, what: "taken-over" }],
    latency: [200, 200],
  },
  "a text that the content audit refuses when nothing but an ordinary message is left": {
    seed: 0,
    world: { ...DEFAULT_WORLD, uuidReplay: "200770", cardRate: "230020" },
    replies: [{ ...PLAN, pieces: [{ form: "mail", chars: 1 }], steps: [] }],
    faults: [{ calls: ["*"], effect: { kind: "http", status: 503, applied: false }, from: 0, until: 7_293 }],
    audit: true,
  },
  "an open card of which Feishu refuses for a while all but switching streaming off": {
    faults: [
      {
        calls: ["card.batch", "card.put"],
        effect: { kind: "code", code: 200_860, msg: "card over max size" },
        skip: 0,
        count: 9,
      },
    ],
    replies: [{ ...PLAN, steps: [{ kind: "tool", chars: 73, pauseMs: 3_000 }] }],
  },
  "a card that lands unseen and is recalled, whose uuid brings that message again": {
    world: { ...DEFAULT_WORLD, uuidReplay: "again", secondSend: "other" },
    replies: [
      {
        ...PLAN,
        steps: [
          { kind: "delta", chars: 30, pauseMs: 300 },
          { kind: "delta", chars: 100, pauseMs: 25_000 },
        ],
      },
    ],
    faults: [{ calls: ["im.send"], effect: { kind: "late", ms: 1_390 }, skip: 0, count: 2 }],
    happenings: [{ at: 3_000, what: "recalled" }],
  },
  "messages whose sendings repeat each other, none of which may be read back for a while": {
    seed: 0,
    world: { ...DEFAULT_WORLD, uuidReplay: "200770", cardRate: "230020" },
    replies: [
      { ...PLAN, pieces: [{ form: "plain", chars: 1 }], steps: [{ kind: "reasoning", chars: 1, pauseMs: 3_000 }] },
      { ...PLAN, pieces: [{ form: "plain", chars: 200 }], steps: [{ kind: "delta", chars: 1, pauseMs: 3_000 }] },
      { ...PLAN, pieces: [], steps: [], withinMs: 3_000 },
      { ...PLAN, pieces: [{ form: "plain", chars: 1 }], steps: [{ kind: "tool", chars: 1, pauseMs: 3_000 }] },
    ],
    faults: [
      { calls: ["im.get"], effect: { kind: "rate", resetSeconds: 4 }, skip: 6, count: 6 },
      { calls: ["*"], effect: { kind: "http", status: 503, applied: false }, from: 120, until: 10_760 },
    ],
    latency: [40, 120],
  },
  ...Object.fromEntries(
    [3_000, 5_000, 8_000].map((withinMs): [string, Partial<Trial>] => [
      `a patch that lands after the last one, of a reply that has ${withinMs} ms to end`,
      {
        feishu: "emulator",
        replies: [
          { ...PLAN, withinMs, steps: Array.from({ length: 6 }, () => ({ kind: "delta", chars: 60, pauseMs: 1_100 })) },
        ],
        faults: [
          { calls: ["card.*"], effect: { kind: "code", code: 300_000 }, from: 0 },
          { calls: ["im.*"], effect: { kind: "late", ms: 4_000 }, skip: 3, count: 1 },
        ],
      },
    ]),
  ),
};

describe("what trials on the second Feishu found", () => {
  it.each(Object.entries(FOUND))("[D2] %s", async (_name, trial) => {
    expect((await play({ ...QUIET, ...trial })).problems).toEqual([]);
  });
});
