import { describe, expect, it } from "vitest";
import type { DeliveryResult } from "../../../src/stream/index.ts";
import { toDelta, toSnapshot } from "../../../src/stream/index.ts";
import type { ReplyDispatcher } from "../../../extensions/feishu/reply-dispatcher.ts";
import type { SecondBench } from "../../support/second-bench.ts";
import { createSecondBench } from "../../support/second-bench.ts";
import { WORLD_VALUES } from "../../second-feishu/world.ts";

/** Longer than any means is tried before the next one is. */
const DOWN_MS = 20_000;
const MOMENTS = 10;

const story = (length: number): string =>
  Array.from({ length: Math.ceil(length / 40) }, (_, n) => `Sentence number ${n} says something of its own. `)
    .join("")
    .slice(0, length);

/** How a reply comes in whose like went wrong elsewhere, and what must not happen to it. */
interface Defect {
  readonly name: string;
  readonly text: string;
  /** How long the model writes. */
  readonly ms: number;
  readonly topic?: boolean;
  write(reply: ReplyDispatcher, bench: SecondBench): Promise<void>;
  check(result: DeliveryResult, bench: SecondBench): void;
}

async function deltas({ clock }: SecondBench, reply: ReplyDispatcher, text: string, chars: number, everyMs: number) {
  for (let at = 0; at < text.length; at += chars) {
    reply.append(toDelta(text.slice(at, at + chars)));
    await clock.advance(everyMs);
  }
}

async function snapshots({ clock }: SecondBench, reply: ReplyDispatcher, text: string, chars: number, everyMs: number) {
  for (let end = chars; end < text.length + chars; end += chars) {
    reply.replace(toSnapshot(text.slice(0, end)));
    await clock.advance(everyMs);
  }
}

const DEFECTS: readonly Defect[] = [
  {
    name: "200 partials at 20 ms end when the model ends",
    text: story(4_000),
    ms: 4_000,
    write: (reply, bench) => snapshots(bench, reply, story(4_000), 20, 20),
    check(result) {
      expect(result.finishLagMs).toBeLessThan(6_000);
      expect(result.bytes / 4_000).toBeLessThan(20);
    },
  },
  {
    name: "never more than ten writes a second to one card",
    text: story(2_500),
    ms: 10_000,
    write: (reply, bench) => deltas(bench, reply, story(2_500), 1, 4),
    check(_result, { feishu }) {
      const writes = Map.groupBy(
        feishu.calls.filter(({ sequence }) => sequence !== undefined),
        ({ what }) => what.split("/")[0],
      );
      for (const card of writes.values())
        card.forEach(({ at }, i) => expect((card[i + 10]?.at ?? Infinity) - at).toBeGreaterThanOrEqual(1_000));
    },
  },
  {
    name: "a closed card is not hammered",
    text: story(4_000),
    ms: 4_000,
    async write(reply, bench) {
      await deltas(bench, reply, story(4_000).slice(0, 1_000), 20, 20);
      bench.feishu.closeStreaming();
      await deltas(bench, reply, story(4_000).slice(1_000), 20, 20);
    },
    check(_result, { feishu }) {
      expect(feishu.calls.filter(({ code }) => code === 200_850 || code === 300_309).length).toBeLessThanOrEqual(4);
    },
  },
  {
    name: "ha,ha,ha,! ,1,0,0,0,0 is shown as it is",
    text: "hahaha! 10000",
    ms: 1_170,
    async write(reply, { clock }) {
      for (const delta of ["ha", "ha", "ha", "! ", "1", "0", "0", "0", "0"]) {
        reply.append(toDelta(delta));
        await clock.advance(130);
      }
    },
    check() {},
  },
  {
    name: "a failed update stops no later one",
    text: story(1_910),
    ms: 1_910,
    write: (reply, bench) => deltas(bench, reply, story(1_910), 20, 20),
    check() {},
  },
  {
    name: "4,690 characters of snapshots are a few cards, not 27",
    text: story(4_690),
    ms: 3_900,
    write: (reply, bench) => snapshots(bench, reply, story(4_690), 30, 25),
    check(result) {
      // Two where all is well; the one that CardKit failed and what took its place come to them.
      expect(result.cards).toBeLessThanOrEqual(5);
    },
  },
  {
    name: "a topic reply stays in its topic",
    text: story(7_000),
    ms: 2_800,
    topic: true,
    write: (reply, bench) => deltas(bench, reply, story(7_000), 50, 20),
    check(_result, { feishu, chatId }) {
      const own = feishu.messages(chatId).filter(({ sender }) => sender === "app");
      expect(new Set(own.map(({ threadId }) => threadId)).size).toBe(1);
      expect(own[0]?.threadId).toMatch(/^omt_/u);
    },
  },
  {
    name: "settings are wrapped, and no spinner stays",
    text: "short",
    ms: 540_000,
    async write(reply, { clock }) {
      reply.append(toDelta("short"));
      await clock.advance(540_000);
    },
    check() {},
  },
];

const withoutSpace = (text: string): string => text.replaceAll(/\s+/gu, "");

describe.each(WORLD_VALUES.patchOnEntity)(
  "[E1][E2][E3][D2] CardKit down, where a patch of an entity's message is %s",
  (patchOnEntity) => {
    it.each(DEFECTS)("$name, whenever it goes down", async ({ text, ms, topic, write, check }) => {
      for (let moment = 0; moment < MOMENTS; moment++) {
        const from = Math.round((ms * moment) / MOMENTS);
        const faults = [
          {
            calls: ["card.*"],
            effect: { kind: "http", status: 503, applied: false },
            from,
            until: from + DOWN_MS,
          } as const,
        ];
        const bench = createSecondBench({ world: { patchOnEntity }, faults });
        const { clock, feishu, chatId } = bench;
        const messageId = topic ? feishu.userSays(chatId, "question").messageId : "";
        const reply = bench.open(topic ? { target: { type: "reply", messageId, inThread: true } } : {});
        await write(reply, bench);
        const result = await clock.runUntil(reply.finalize());
        const at = `CardKit down ${from} ms into the reply`;
        expect(result, at).toMatchObject({ delivered: text.length, total: text.length });
        // Seen, not only reported; and a card that is owed is said to be.
        if (bench.unfinished() > 0) expect(result.owed, at).not.toEqual([]);
        await clock.advance(30 * 60_000);
        expect(withoutSpace(bench.texts().join("")), at).toBe(withoutSpace(text));
        expect(bench.unfinished(), at).toBe(0);
        const entities = feishu.messages(chatId).filter(({ body }) => body.kind === "entity");
        for (const { messageId: shown } of entities)
          expect(
            feishu.calls.filter(({ name, what }) => name === "im.patch" && what === shown),
            at,
          ).toEqual([]);
        check(result, bench);
      }
    });
  },
);
