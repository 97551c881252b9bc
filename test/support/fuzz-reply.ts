import * as fc from "fast-check";
import type { Emulator, FaultRule, VisibleMessage, World } from "../../src/emulator/index.ts";
import { toDelta, toSnapshot } from "../../src/stream/index.ts";
import type { DeliveryResult } from "../../src/stream/index.ts";
import { FeishuTransportError } from "../../extensions/feishu/client/index.ts";
import type { ReplyDispatcher } from "../../extensions/feishu/reply-dispatcher.ts";
import { sleep } from "../../src/time/index.ts";
import type { ImageFate } from "./samples/image-bank.ts";
import { ImageBank, withAddresses } from "./samples/image-bank.ts";
import type { ReplyBench } from "./reply-bench.ts";
import { createReplyBench } from "./reply-bench.ts";
import { explainVisible } from "./visible-oracle.ts";

/** One thing the model does. */
export type Arrival =
  | { readonly kind: "delta"; readonly text: string; readonly pauseMs: number }
  /** The same text as a snapshot of the whole message so far. */
  | { readonly kind: "snapshot"; readonly text: string; readonly pauseMs: number }
  | { readonly kind: "tool"; readonly pauseMs: number }
  | { readonly kind: "reasoning"; readonly text: string; readonly pauseMs: number };

/** A reply and everything that goes wrong on its way; enough to replay it exactly. */
export interface Schedule {
  readonly seed: number;
  readonly arrivals: readonly Arrival[];
  readonly faults: readonly FaultRule[];
  readonly latency: readonly [number, number];
  readonly start: "create" | "convert";
  readonly rolloverChars: number;
  readonly flushMs: number;
  readonly end: "finalize" | "fail" | "abort";
  /** How the platform reads what its documents leave open. */
  readonly world: Partial<World>;
  /** Milliseconds into the reply at which Feishu closes streaming mode by itself; undefined for never. */
  readonly closeAt: number | undefined;
  readonly target: "chat" | "user" | "topic";
  /** How fetching the images of the reply goes, one after the other; undefined when they are to stay links. */
  readonly images: readonly ImageFate[] | undefined;
  readonly imagesWithinMs: number;
  /** Calls of the month's thousand that are gone when the reply begins. @defaultValue 0 */
  readonly quotaUsed?: number | undefined;
}

const word = fc.constantFrom(
  "word ",
  "ha",
  "0",
  "的",
  "流式输出",
  "。",
  "！",
  "\n",
  "\n\n",
  "👩‍👩‍👧‍👦",
  "e\u0301",
  "🇨🇳",
  "**bold** ",
  "`code` ",
  "[link](https://example.com/a) ",
  "![one](https://pictures.example/1.png) ",
  "![two words](https://pictures.example/2.png)\n\n",
  "- ![three](https://pictures.example/3.png)\n",
  "[![](https://pictures.example/4.png)](https://example.com) ",
  "- item\n",
  "1. first\n",
  "> quote\n",
  "# Title\n\n",
  "x".repeat(180),
);
const block = fc.oneof(
  { weight: 6, arbitrary: fc.array(word, { minLength: 1, maxLength: 30 }).map((words) => words.join("")) },
  {
    weight: 2,
    arbitrary: fc
      .array(word, { minLength: 1, maxLength: 12 })
      .map((words) => `\n\n\`\`\`ts title="a b"\n${words.join("").replaceAll("`", "'")}\n\`\`\`\n\n`),
  },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 1, max: 12 })
      .map((rows) => `\n\n| a | b |\n| --- | --- |\n${"| 1 | 字 |\n".repeat(rows)}\n`),
  },
  { weight: 1, arbitrary: fc.integer({ min: 200, max: 1_500 }).map((length) => "长".repeat(length)) },
);
const pauseMs = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 60 }) },
  { weight: 1, arbitrary: fc.integer({ min: 500, max: 20_000 }) },
);
const arrival = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("delta" as const), text: block, pauseMs }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("snapshot" as const), text: block, pauseMs }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("tool" as const), pauseMs }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("reasoning" as const), text: block, pauseMs }) },
);

const WRITES = ["element.content", "element.patch", "card.batch_update", "card.update", "card.settings"] as const;
const CALLS = [
  ...WRITES,
  "card.create",
  "card.id_convert",
  "message.create",
  "message.patch",
  "element.*",
  "card.*",
  "message.*",
  "image.create",
  "*",
] as const;
const effect: fc.Arbitrary<FaultRule["effect"]> = fc.oneof(
  fc.constantFrom<FaultRule["effect"]>(
    { type: "code", code: 99_991_400 },
    { type: "code", code: 230_020 },
    { type: "code", code: 1_999_999 },
    { type: "http", status: 500 },
    { type: "http", status: 503 },
    { type: "http", status: 504 },
    { type: "reset" },
    { type: "lost" },
    { type: "hang" },
    { type: "truncated" },
    { type: "token-expired" },
    { type: "streaming-closed" },
  ),
  fc.integer({ min: 100, max: 8_000 }).map((ms) => ({ type: "late" as const, ms })),
  fc.integer({ min: 100, max: 12_000 }).map((ms) => ({ type: "latency" as const, beforeMs: ms })),
  fc.integer({ min: 100, max: 12_000 }).map((ms) => ({ type: "latency" as const, afterMs: ms })),
);
/** Single failures, bursts and outages that end: after them everything must be delivered. */
const passing = fc.record({
  operation: fc.constantFrom(...CALLS),
  effect,
  skip: fc.integer({ min: 0, max: 25 }),
  count: fc.integer({ min: 1, max: 8 }),
});
const passingCardKit = fc.record({
  operation: fc.constantFrom(...WRITES, "card.*", "element.*"),
  effect: fc.constantFrom(300_317, 200_810, 300_313, 300_120, 200_770).map((code) => ({ type: "code" as const, code })),
  skip: fc.integer({ min: 0, max: 25 }),
  count: fc.integer({ min: 1, max: 8 }),
});
const tooLarge = fc.record({
  operation: fc.constantFrom("element.content", "card.batch_update", "card.create"),
  effect: fc.constantFrom<FaultRule["effect"]>(
    { type: "code", code: 200_860 },
    {
      type: "code",
      code: 230_099,
      msg: "Failed to create card content, ext=ErrCode: 11310; ErrMsg: card table number over limit; ErrorValue: table; ",
    },
  ),
  skip: fc.integer({ min: 0, max: 12 }),
  count: fc.constant(1),
});
const outage = fc.record({
  operation: fc.constantFrom(["card.*", "element.*"], ["message.*"], ["*"]),
  effect: fc.constantFrom<FaultRule["effect"]>({ type: "http", status: 503 }, { type: "reset" }, { type: "hang" }),
  from: fc.integer({ min: 0, max: 8_000 }),
  for: fc.integer({ min: 500, max: 30_000 }),
});
const cardkitGone = fc.record({
  operation: fc.constant(["card.*", "element.*"]),
  effect: fc.constantFrom<FaultRule["effect"]>(
    { type: "http", status: 503 },
    { type: "code", code: 99_991_672 },
    { type: "code", code: 300_311 },
  ),
  from: fc.integer({ min: 0, max: 6_000 }),
});

const world: fc.Arbitrary<Partial<World>> = fc.record({
  patchEntityMessage: fc.constantFrom<World["patchEntityMessage"]>(
    "noop",
    "replace",
    "replaceUntilNextCardKitCall",
    "refuse",
  ),
  checkFirst: fc.constantFrom("sequence" as const, "uuid" as const),
  failedCallConsumesSequence: fc.boolean(),
  cardLimitWhileStreaming: fc.constantFrom(230_020 as const, 99_991_400 as const),
  limitWindow: fc.constantFrom("sliding" as const, "fixed" as const),
  addElementAfterTimeout: fc.constantFrom(200_510 as const, "ok" as const),
  elementVisibleAfterMs: fc.constantFrom(0, 0, 150),
  cardTables: fc.constantFrom(3, 5),
  fullUpdateEndsStreaming: fc.boolean(),
});

/** Every write that carries an image key is refused, one way or another. */
const refusedImages = fc.constantFrom(
  { code: 230_099, msg: "Failed to create card content, ext=ErrCode: 200570; ErrMsg: invalid image keys; " },
  { code: 300_315, msg: "add element failed" },
  { code: 300_313, msg: "not find elementID" },
);
const fate: fc.Arbitrary<ImageFate> = fc.record({
  afterMs: fc.oneof(fc.integer({ min: 0, max: 800 }), fc.integer({ min: 0, max: 20_000 })),
  outcome: fc.constantFrom("ok", "ok", "ok", "fails", "hangs", "no-image"),
});

/** Random replies on random ways. */
export const schedule: fc.Arbitrary<Schedule> = fc.record({
  seed: fc.nat(),
  arrivals: fc.array(arrival, { maxLength: 40 }),
  faults: fc
    .tuple(
      fc.array(fc.oneof({ weight: 3, arbitrary: passing }, { weight: 1, arbitrary: passingCardKit }), { maxLength: 5 }),
      fc.option(tooLarge, { freq: 4, nil: undefined }),
      fc.option(outage, { freq: 4, nil: undefined }),
      fc.option(cardkitGone, { freq: 8, nil: undefined }),
      fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: refusedImages }),
    )
    .map(([some, large, out, gone, refused]): FaultRule[] => [
      ...some,
      ...(large ? [large] : []),
      ...(out ? [{ operation: out.operation, effect: out.effect, from: out.from, until: out.from + out.for }] : []),
      ...(gone ? [gone] : []),
      ...(refused
        ? [
            {
              operation: "*",
              when: ({ body }: { body?: string }) => body?.includes("img_v3_") === true,
              effect: { type: "code" as const, ...refused },
            },
          ]
        : []),
    ]),
  latency: fc.constantFrom<readonly [number, number]>([0, 0], [40, 120], [200, 200], [5, 900]),
  start: fc.constantFrom("create" as const, "convert" as const),
  rolloverChars: fc.constantFrom(3_000, 3_000, 600),
  flushMs: fc.constantFrom(0, 0, 400),
  end: fc.constantFrom("finalize" as const, "finalize" as const, "fail" as const, "abort" as const),
  world,
  closeAt: fc.option(fc.integer({ min: 0, max: 5_000 }), { freq: 4, nil: undefined }),
  target: fc.constantFrom("chat" as const, "chat" as const, "user" as const, "topic" as const),
  images: fc.option(fc.array(fate, { minLength: 4, maxLength: 4 }), { freq: 5, nil: undefined }),
  imagesWithinMs: fc.constantFrom(0, 500, 10_000),
  quotaUsed: fc.constantFrom(0, 0, 0, 800, 950),
});

/** Two or three of them at once. */
export const schedules: fc.Arbitrary<[Schedule, ...Schedule[]]> = fc
  .tuple(schedule, schedule, fc.option(schedule, { nil: undefined }))
  .map(([one, two, three]) => (three === undefined ? [one, two] : [one, two, three]));

/** How one schedule went. `problems` is empty when every promise was kept. */
export interface Outcome {
  readonly problems: readonly string[];
  readonly results: readonly DeliveryResult[];
  readonly timeline: string;
}

/** Where the reply goes, and the chat in which it is looked for. */
function destination(bench: ReplyBench, target: Schedule["target"]): { chatId: string; reply: object } {
  const { emulator, chatId } = bench;
  if (target === "chat") return { chatId, reply: {} };
  const person = emulator.store.users.all()[0];
  if (target === "user" && person !== undefined) {
    const openId = emulator.store.users.openId(person, emulator.app.appId);
    return { chatId, reply: { target: { type: "user", openId }, chatId: undefined } };
  }
  const group = emulator.store.chats.all().find(({ type }) => type === "group")?.chatId ?? "";
  const { messageId } = emulator.sendAsUser({ chatId: group, text: "question", mentionBot: true });
  return { chatId: group, reply: { target: { type: "reply", messageId, inThread: true }, chatId: group } };
}

/** Faults of one schedule can add up to more than three minutes: a send that is never answered takes 10 s, and as much until it is looked for. */
const FINISH_WITHIN_MS = 300_000;
const NO_IMAGE: ImageFate = { afterMs: 0, outcome: "fails" };

/** A message with every image given by its address. */
function linked(emulator: Emulator, message: VisibleMessage): VisibleMessage {
  const parts = message.parts.map((part) => ({ ...part, text: withAddresses(emulator, part.text) }));
  return { ...message, parts, text: withAddresses(emulator, message.text) };
}

/**
 * Collects the elements whose text was changed after it was seen. All arrivals grow the text, so nothing but images may take the
 * place of their links, and of images that were refused the links; and a block's first letters may move to an element of their own.
 */
function watchRepaints(emulator: Emulator): string[] {
  const repaints: string[] = [];
  const shown = new Map<string, string>();
  const plain = (text: string): string => withAddresses(emulator, text).replaceAll("![", "[");
  emulator.feed.subscribe((event) => {
    if (event.type === "text" && /^a\d+$/u.test(event.elementId)) {
      const name = `${event.cardId} ${event.elementId}`;
      const before = shown.get(name) ?? "";
      const now = before.slice(0, event.from) + event.text;
      shown.set(name, now);
      const swapped = (before + now).includes("](img_v3_") && plain(now).startsWith(plain(before));
      // A block's head that could be more than one thing is shown after a stall; it moves when it turns out to begin an element.
      const moved = before.startsWith(now) && now.endsWith("\n\n") && /^[^\n]{1,12}$/u.test(before.slice(now.length));
      if (event.mode === "replace" && !swapped && !moved) repaints.push(event.elementId);
    } else if (event.type === "card" || event.type === "message") {
      const chatId = event.type === "card" ? event.chatId : event.message.chatId;
      for (const { cardId, parts } of emulator.visibleTexts(chatId))
        for (const { elementId, text } of parts) shown.set(`${cardId} ${elementId}`, text);
    }
  });
  return repaints;
}

/** Makes everything a schedule needs but the reply, with its faults in force. */
function prepare(schedule: Schedule): { bench: ReplyBench; bank: ImageBank; repaints: string[] } {
  const bench = createReplyBench({
    seed: schedule.seed,
    emulator: { latencyMs: schedule.latency, world: schedule.world },
    // Of a thousand: live, eco or final-only.
    quota: { monthlyCalls: 1_000, used: schedule.quotaUsed ?? 0 },
  });
  const { clock, emulator } = bench;
  for (const fault of schedule.faults) emulator.faults.add(fault);
  const bank = new ImageBank(clock, (url) => schedule.images?.[Number(/\d/u.exec(url)?.[0] ?? 0) - 1] ?? NO_IMAGE);
  if (schedule.closeAt !== undefined) clock.setTimer(schedule.closeAt, () => emulator.closeStreaming());
  return { bench, bank, repaints: watchRepaints(emulator) };
}

function openReply(bench: ReplyBench, bank: ImageBank, schedule: Schedule, to: object): ReplyDispatcher {
  const { start, rolloverChars, flushMs, imagesWithinMs, images } = schedule;
  return bench.open({
    ...to,
    loadImage: images === undefined ? undefined : bank.load,
    settings: { start, rolloverChars, flushMs, imagesWithinMs, finishWithinMs: FINISH_WITHIN_MS },
  });
}

/** Hands the arrivals to the reply. Gives its whole text. */
async function say(
  reply: ReplyDispatcher,
  arrivals: readonly Arrival[],
  pause: (ms: number) => Promise<void>,
): Promise<string> {
  let text = "";
  let tools = 0;
  for (const step of arrivals) {
    if (step.kind === "tool") reply.tool({ id: `t${tools++}`, name: "tool", state: "running" });
    else if (step.kind === "reasoning") reply.reasoning(toDelta(step.text));
    else {
      text += step.text;
      if (step.kind === "delta") reply.append(toDelta(step.text));
      else reply.replace(toSnapshot(text));
    }
    await pause(step.pauseMs);
  }
  return text;
}

function end(reply: ReplyDispatcher, how: Schedule["end"]): Promise<DeliveryResult> {
  if (how === "finalize") return reply.finalize();
  return how === "fail" ? reply.fail({ code: "truncated" }) : reply.abort({ by: "x" });
}

function asPaid(message: VisibleMessage, text: string): VisibleMessage {
  return { ...message, parts: [{ elementId: "a0", tag: "markdown", text }], text };
}

/** Nobody gave a token from the start, for so long that the address must be taken for a wrong one, which the result says. */
export function neverAnswered({ delivered, error }: Pick<DeliveryResult, "delivered" | "error">): boolean {
  const isSilence = error instanceof FeishuTransportError && error.code === "timeout";
  return delivered === 0 && isSilence && error.operation === "auth.tenantAccessToken";
}

const isSilent = ({ operation, effect }: FaultRule): boolean =>
  operation.includes("*") && ["hang", "latency", "late"].includes(effect.type);

/** What one reply promised and did not keep. */
function checkReply(
  { emulator, delivery }: ReplyBench,
  { faults }: Schedule,
  said: { chatId: string; text: string; result: DeliveryResult; tookMs: number },
): string[] {
  const { chatId, text, result, tookMs } = said;
  const problems: string[] = [];
  if (tookMs > FINISH_WITHIN_MS + 1) problems.push(`took ${tookMs} ms to end`);
  if (faults.some(isSilent) && neverAnswered(result)) return problems;
  if (result.total !== text.length)
    problems.push(`total ${result.total}, but ${text.length} characters were handed in`);
  if (result.delivered !== text.length)
    problems.push(`delivered ${result.delivered} of ${text.length}: ${result.error?.message}`);
  const visible = emulator.visibleTexts(chatId).filter(({ sender }) => sender === "app");
  const owed = new Set(delivery.debts.list.map(({ unfinished }) => unfinished.messageId));
  const settled = visible.map((message) => {
    // What a late call put on a card that is still owed goes when it is paid.
    if (!owed.has(message.messageId)) return linked(emulator, message);
    const part = result.parts.find(({ messageId }) => messageId === message.messageId);
    return asPaid(message, text.slice(part?.start ?? 0, part?.end ?? 0));
  });
  problems.push(...explainVisible(settled, text));
  const streaming = visible.filter((message) => message.streaming);
  const open = streaming.length;
  const told = new Set(result.owed.map(({ messageId }) => messageId));
  for (const { messageId } of streaming)
    if (!told.has(messageId)) problems.push(`${messageId} is left in streaming mode, and nobody was told`);
  const cardkitGoneForGood = faults.some((fault) => fault.from !== undefined && fault.until === undefined);
  if (open > 0 && !cardkitGoneForGood) problems.push(`${open} cards left in streaming mode`);
  return problems;
}

/** What the engine promised of its calls and did not keep. */
function checkCalls(
  { emulator, mostWritesAtOnce }: ReplyBench,
  bank: ImageBank,
  repaints: readonly string[],
): string[] {
  const problems: string[] = [];
  if (bank.open > 0) problems.push(`${bank.open} images are still being fetched`);
  const sequences = new Map<string, number>();
  for (const { cardId, sequence, code } of emulator.timeline.entries()) {
    // A call refused for its token was not looked at any further; the same request goes out again.
    if (cardId === undefined || sequence === undefined || code === 99_991_663) continue;
    if (sequence <= (sequences.get(cardId) ?? 0)) problems.push(`sequence ${sequence} after ${sequences.get(cardId)}`);
    sequences.set(cardId, sequence);
  }
  if (mostWritesAtOnce > 1) problems.push(`${mostWritesAtOnce} writes to one card at once`);
  if (repaints.length > 0) problems.push(`text that was seen changed: ${repaints.join(", ")}`);
  return problems;
}

function timelineOf({ emulator }: ReplyBench): string {
  const entries = emulator.timeline.entries();
  return entries
    .map(
      (entry) =>
        `${entry.at - entries[0]!.at} ${entry.operation} ${entry.sequence ?? ""} ${entry.fault ?? ""} ${entry.code} ${entry.outcome}`,
    )
    .join("\n");
}

/**
 * Calls that were given up may still be applied, and what is owed is paid: what that leaves behind counts as well. Faults that go on after
 * the end may spoil seven attempts to pay, each later than the one before; and before Feishu ends streaming mode by itself.
 */
const AFTERMATH_MS = 240_000;

/** Faults that begin late spoil more attempts: as long as something is owed, the same again. */
async function passAftermath({ clock, delivery }: ReplyBench): Promise<void> {
  await clock.advance(AFTERMATH_MS);
  if (delivery.debts.list.length > 0) await clock.advance(AFTERMATH_MS);
}

/** Plays a schedule in virtual time and checks every promise of the delivery engine. */
export async function play(schedule: Schedule): Promise<Outcome> {
  const { bench, bank, repaints } = prepare(schedule);
  const { clock } = bench;
  const { chatId, reply: to } = destination(bench, schedule.target);
  const reply = openReply(bench, bank, schedule, to);
  const text = await say(reply, schedule.arrivals, (ms) => clock.advance(ms));
  const endedAt = clock.now();
  const result = await clock.runUntil(end(reply, schedule.end));
  const tookMs = clock.now() - endedAt;
  await passAftermath(bench);
  const problems = [
    ...checkReply(bench, schedule, { chatId, text, result, tookMs }),
    ...checkCalls(bench, bank, repaints),
  ];
  const timeline = timelineOf(bench);
  await bench.close();
  return { problems, results: [result], timeline };
}

/**
 * Plays several replies at once, each in a chat of its own, through one account: they share its limits, what is known of CardKit, and
 * the faults, images and platform of the first schedule.
 */
export async function playTogether(schedules: readonly [Schedule, ...Schedule[]]): Promise<Outcome> {
  const [first] = schedules;
  const { bench, bank, repaints } = prepare(first);
  const { clock, emulator } = bench;
  const places = emulator.store.users
    .all()
    .map(({ name }) => emulator.directChatId(name))
    .map((chatId) => ({ chatId, reply: { target: { type: "chat", chatId }, chatId } }));
  const played = schedules.map(async (schedule, i) => {
    const { chatId, reply: to } = places[i] ?? destination(bench, "topic");
    const reply = openReply(bench, bank, schedule, to);
    const text = await say(reply, schedule.arrivals, (ms) => sleep(clock, ms));
    const endedAt = clock.now();
    const result = await end(reply, schedule.end);
    return { chatId, text, result, tookMs: clock.now() - endedAt };
  });
  const said = await clock.runUntil(Promise.all(played));
  await passAftermath(bench);
  const problems = [
    ...said.flatMap((one, i) => checkReply(bench, first, one).map((problem) => `reply ${i + 1}: ${problem}`)),
    ...checkCalls(bench, bank, repaints),
  ];
  const timeline = timelineOf(bench);
  await bench.close();
  return { problems, results: said.map(({ result }) => result), timeline };
}
