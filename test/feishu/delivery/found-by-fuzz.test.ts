import { describe, expect, it } from "vitest";
import { play } from "../../support/fuzz-reply.ts";
import type { Schedule } from "../../support/fuzz-reply.ts";

const QUIET: Schedule = {
  seed: 0,
  arrivals: [],
  faults: [],
  latency: [0, 0],
  start: "create",
  rolloverChars: 3_000,
  flushMs: 0,
  end: "finalize",
  world: {},
  closeAt: undefined,
  target: "chat",
  images: undefined,
  imagesWithinMs: 0,
  quotaUsed: 0,
};
const delta = (text: string, pauseMs: number): Schedule["arrivals"][number] => ({ kind: "delta", text, pauseMs });
const CARDKIT = ["card.*", "element.*"];

/** Schedules on which the engine once broke a promise, as the fuzz shrank them. */
const FOUND: Record<string, Partial<Schedule>> = {
  "streaming mode that was switched on by a call nobody answered, before the card was given up": {
    arrivals: [delta("one ", 1), delta("two ", 11_423), delta("three ", 50)],
    faults: [
      { operation: "*", effect: { type: "late", ms: 100 }, skip: 8, count: 5 },
      { operation: CARDKIT, effect: { type: "http", status: 503 }, from: 1, until: 501 },
    ],
    world: { patchEntityMessage: "refuse" },
    closeAt: 634,
  },
  "a card that is lost for its picture after the next two were finished": {
    arrivals: [
      delta("![one](https://pictures.example/1.png) word ", 0),
      delta("word ", 6_000),
      delta("\n", 0),
      delta("x".repeat(365), 0),
    ],
    faults: [
      { operation: "element.content", effect: { type: "code", code: 200_860 }, skip: 1, count: 1 },
      { operation: "message.*", effect: { type: "http", status: 503 }, from: 1, until: 11_042 },
      { operation: CARDKIT, effect: { type: "http", status: 503 }, from: 1_001 },
      {
        operation: "*",
        when: ({ body }) => body?.includes("img_v3_") === true,
        effect: { type: "code", code: 300_313 },
      },
    ],
    rolloverChars: 600,
    images: [{ afterMs: 0, outcome: "ok" }],
  },
  "a card that was made for the end of the text, and is shown for an earlier part of the same characters": {
    arrivals: [delta("word ", 0), delta("长".repeat(596), 0)],
    faults: [
      { operation: "card.batch_update", effect: { type: "code", code: 300_317 }, skip: 0, count: 1 },
      { operation: CARDKIT, effect: { type: "http", status: 503 }, from: 185, until: 2_993 },
      { operation: CARDKIT, effect: { type: "http", status: 503 }, from: 3_075 },
    ],
    latency: [40, 120],
    rolloverChars: 600,
    world: { patchEntityMessage: "refuse" },
  },
  "a lost card whose reading back hangs five times": {
    arrivals: [delta('\n\n```ts title="a b"\nword \n```\n\n', 1_270), delta("word ", 0)],
    faults: [
      { operation: "*", effect: { type: "hang" }, skip: 4, count: 7 },
      { operation: "message.*", effect: { type: "http", status: 503 }, from: 1_270, until: 1_770 },
      { operation: CARDKIT, effect: { type: "code", code: 99_991_672 }, from: 0 },
    ],
    latency: [5, 900],
  },
  "a lost card that may not be read back at first, for too many calls": {
    arrivals: [delta('\n\n```ts title="a b"\nword \n```\n\n', 1_853), delta("word ", 0)],
    faults: [
      { operation: "message.*", effect: { type: "latency", beforeMs: 7_745 }, skip: 1, count: 3 },
      { operation: "message.*", effect: { type: "code", code: 99_991_400 }, skip: 2, count: 3 },
      { operation: CARDKIT, effect: { type: "http", status: 503 }, from: 1_853, until: 9_407 },
    ],
    latency: [5, 900],
    target: "topic",
  },
  "a patch that lands after the last one, while nobody can look what the card shows": {
    arrivals: [delta("one ", 500), delta("two ", 1_500), delta("three ", 0)],
    faults: [
      { operation: CARDKIT, effect: { type: "code", code: 99_991_672 }, from: 100 },
      { operation: "message.patch", effect: { type: "late", ms: 3_000 }, skip: 0, count: 1 },
      { operation: "message.get", effect: { type: "http", status: 503 }, from: 1_000, until: 45_000 },
    ],
  },
  "a card of too many tables, in the place of one whose sending nobody answered, in a chat that is not known": {
    arrivals: [
      ...[1, 2, 3].map(() => delta("\n\n| a | b |\n| --- | --- |\n| 1 | 字 |\n\n", 0)),
      { kind: "reasoning", text: "\n\n| a | b |\n| --- | --- |\n| 1 | 字 |\n\n", pauseMs: 0 },
    ],
    faults: [{ operation: "message.*", effect: { type: "http", status: 503 }, from: 0, until: 5_023 }],
    target: "user",
  },
  "a complete card that is found in the chat after nobody answered its sending, and the next one waits for it": {
    arrivals: [delta("word ".repeat(200), 0)],
    faults: [{ operation: "message.create", effect: { type: "latency", afterMs: 10_000 }, skip: 0, count: 3 }],
    rolloverChars: 600,
  },
  "a card that Feishu does not know six times when it is to be closed, and CardKit is gone for good before the seventh":
    {
      arrivals: [
        { kind: "snapshot", text: "word ", pauseMs: 0 },
        { kind: "snapshot", text: "- ![three](https://pictures.example/3.png)\n# Title\n\nword ", pauseMs: 1_000 },
        delta("word ", 0),
      ],
      faults: [
        { operation: "card.*", effect: { type: "code", code: 300_313 }, skip: 4, count: 6 },
        { operation: CARDKIT, effect: { type: "http", status: 503 }, from: 1_001 },
      ],
      closeAt: 0,
    },
  "a token that is refused once with a code nobody knows": {
    arrivals: [delta("word ", 0)],
    faults: [{ operation: "auth.tenant_token", effect: { type: "code", code: 1_999_999 }, skip: 0, count: 1 }],
  },
  "a seam in a list item, before what cards show in no list": {
    arrivals: [delta("- ![three](https://pictures.example/3.png)\nword ", 500), delta("> quote\n", 0)],
    faults: [{ operation: CARDKIT, effect: { type: "http", status: 503 }, from: 200 }],
  },
  "a lost card that takes longer to read back than a call may take": {
    arrivals: [delta("word ", 1_000), delta("word ", 0)],
    faults: [
      { operation: "*", effect: { type: "late", ms: 100 }, skip: 5, count: 3 },
      { operation: "message.*", effect: { type: "latency", beforeMs: 4_947 }, skip: 10, count: 8 },
      { operation: "*", effect: { type: "reset" }, from: 3_404, until: 33_391 },
      { operation: CARDKIT, effect: { type: "code", code: 99_991_672 }, from: 1_001 },
    ],
    latency: [40, 120],
  },
};

describe("what the fuzz found", () => {
  it.each(Object.entries(FOUND))("[D2] %s", async (_name, schedule) => {
    expect((await play({ ...QUIET, ...schedule })).problems).toEqual([]);
  });
});
