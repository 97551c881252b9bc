import { createFeishuClient } from "../../../extensions/feishu/client/index.ts";
import type { FeishuClient } from "../../../extensions/feishu/client/index.ts";
import { FeishuDelivery } from "../../../extensions/feishu/delivery/index.ts";
import { toDelta } from "../../../src/stream/index.ts";
import { createReplyDispatcher } from "../../../extensions/feishu/reply-dispatcher.ts";
import {
  addReactionFeishu,
  deleteReactionFeishu,
  getMessageFeishu,
  sendFileFeishu,
  uploadFileFeishu,
} from "../../../extensions/feishu/send.ts";
import { createEmulator } from "../../../src/emulator/index.ts";
import type { Emulator, EmulatorOptions, Fetch } from "../../../src/emulator/index.ts";
import { encodeFrame } from "../../../src/emulator/inbound/frame.ts";
import { silentLogger } from "../../../src/log/index.ts";
import type { Captured } from "../../../src/record/exchange.ts";
import { LineReader } from "../../../src/record/line-reader.ts";
import type { RecordedLine, Recording } from "../../../src/record/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { seededRandom } from "../../support/reply-bench.ts";

/** What a Feishu of the hour answers otherwise than the emulator believes. */
export interface Otherwise {
  /** Changes the emulator that stands for Feishu, before the hour. */
  readonly emulator?: Partial<EmulatorOptions> | undefined;
  readonly faults?: readonly Parameters<Emulator["faults"]["add"]>[0][] | undefined;
  /** Changes an answer on its way. */
  readonly answer?:
    | ((call: { method: string; path: string }, answer: { status: number; json: Json }) => void)
    | undefined;
}

type Json = Record<string, unknown>;

const BOTS = 20;
const HOUR_MS = 3_600_000;
const LATENCY: readonly [number, number] = [40, 120];
const encoder = new TextEncoder();

/**
 * An hour of twenty bots as `cardstream record` writes it down, in virtual time: people ask, cards stream, are stopped by their button
 * and go on in next cards, files and tables are sent, messages are read back; every second bot takes its events by webhook.
 */
export async function recordBusyHour(seed: number, otherwise: Otherwise = {}): Promise<Recording> {
  const clock = new FakeClock({ settleRounds: 2 });
  const random = seededRandom(seed);
  const emulator = createEmulator({
    clock,
    seed,
    latencyMs: LATENCY,
    apps: Array.from({ length: BOTS }, (_, i) => ({
      name: `bot ${i}`,
      appId: `cli_${(0xb000 + i).toString(16).padStart(16, "0")}`,
    })),
    ...otherwise.emulator,
  });
  for (const fault of otherwise.faults ?? []) emulator.faults.add(fault);
  const lines: RecordedLine[] = [];
  const failures: string[] = [];
  const reader = new LineReader({
    onLine: (line) => void lines.push(line),
    onError: (message) => failures.push(message),
  });
  const tape = new Tape(clock, reader, otherwise);
  const at = Math.round(clock.wallNow());
  const bots = [...emulator.store.apps.values()].map(
    (app, index) => new Bot({ app, index, emulator, clock, random, tape }),
  );
  await clock.runUntil(Promise.all(bots.map((bot) => bot.work(HOUR_MS))), 2 * HOUR_MS);
  await reader.close();
  for (const bot of bots) await bot.close();
  await emulator.close();
  if (failures.length > 0) throw new Error(failures.join("\n"));
  const header = { kind: "recording", version: 1, at, upstream: "other", masked: true, by: "test" } as const;
  return { header, lines: lines.toSorted((a, b) => seqOf(a) - seqOf(b)), cut: 0 };
}

const seqOf = (line: RecordedLine): number => (line.kind === "gap" ? Infinity : line.seq);

/** Sees what the proxy sees. */
class Tape {
  readonly #clock: FakeClock;
  readonly #reader: LineReader;
  readonly #otherwise: Otherwise;
  #seq = 0;

  constructor(clock: FakeClock, reader: LineReader, otherwise: Otherwise) {
    this.#clock = clock;
    this.#reader = reader;
    this.#otherwise = otherwise;
  }

  /** Calls through it are written down. */
  watch(fetch: Fetch): Fetch {
    return async (input, init) => {
      const seq = (this.#seq += 1);
      const at = this.#clock.wallNow();
      const request = new Request(input, init);
      const url = new URL(request.url);
      const sent = await bytesOf(init?.body ?? (input instanceof Request ? input.clone().body : undefined), request);
      const answer = await fetch(input, init);
      const json = (await answer.json()) as Json;
      const changed = { status: answer.status, json };
      this.#otherwise.answer?.({ method: request.method, path: url.pathname }, changed);
      const body = JSON.stringify(changed.json);
      const response = new Response(body, { status: changed.status, headers: answer.headers });
      this.#reader.exchange({
        seq,
        at: Math.round(at),
        ms: this.#clock.wallNow() - at,
        kind: "call",
        method: request.method,
        path: url.pathname,
        query: url.search.slice(1),
        requestHeaders: request.headers,
        request: sent,
        status: changed.status,
        responseHeaders: response.headers,
        response: captured(encoder.encode(body)),
        outcome: "answered",
      });
      return response;
    };
  }

  /** An event and its answer, by the long connection or by webhook. */
  event(way: "connection" | "webhook", bot: number, event: unknown, answer: unknown): void {
    const at = Math.round(this.#clock.wallNow());
    const body = JSON.stringify(event);
    if (way === "webhook") {
      const headers = new Headers({ "content-type": "application/json; charset=utf-8" });
      const request = captured(encoder.encode(body));
      const response = captured(encoder.encode(JSON.stringify(answer ?? {})));
      const seq = (this.#seq += 1);
      const place = { method: "POST", path: "/webhook", query: "", requestHeaders: headers, responseHeaders: headers };
      this.#reader.exchange({
        ...place,
        seq,
        at,
        ms: 1,
        kind: "webhook",
        request,
        status: 200,
        response,
        outcome: "answered",
      });
      return;
    }
    const isCard = body.includes("card.action.trigger");
    const data = Buffer.from(JSON.stringify(answer ?? {})).toString("base64");
    for (const [from, payload] of [
      ["feishu", body],
      ["bot", JSON.stringify({ code: 200, data })],
    ] as const) {
      const seq = (this.#seq += 1);
      const headers = [
        { key: "type", value: isCard ? "card" : "event" },
        { key: "message_id", value: `m${seq}` },
        { key: "sum", value: "1" },
        { key: "seq", value: "0" },
      ];
      const frame = { SeqID: seq, LogID: seq, service: 1, method: 1, headers, payload: encoder.encode(payload) };
      this.#reader.passed({ seq, at, connection: bot + 1, from, data: Buffer.from(encodeFrame(frame)) });
    }
  }
}

interface BotParts {
  readonly app: Emulator["app"];
  readonly index: number;
  readonly emulator: Emulator;
  readonly clock: FakeClock;
  readonly random: () => number;
  readonly tape: Tape;
}

/** One of the twenty. */
class Bot {
  readonly #parts: BotParts;
  readonly #client: FeishuClient;
  readonly #delivery: FeishuDelivery;
  readonly #chatId: string;

  constructor(parts: BotParts) {
    this.#parts = parts;
    const { app, emulator, clock, random, tape, index } = parts;
    this.#client = createFeishuClient({
      account: { appId: app.appId, appSecret: app.appSecret, domain: emulator.apiUrl },
      fetch: tape.watch(emulator.fetch),
      clock,
      logger: silentLogger,
      random,
    });
    this.#delivery = new FeishuDelivery({ client: this.#client, clock, random, logger: silentLogger });
    this.#chatId = emulator.directChatId(undefined, app.appId);
    const way = index % 2 === 0 ? "connection" : "webhook";
    emulator.onEvent(app.appId, (event) => {
      const answer = JSON.stringify(event).includes("card.action.trigger")
        ? { toast: { type: "success", content: "stopped" } }
        : {};
      tape.event(way, index, event, answer);
      return answer;
    });
  }

  /** Answers questions until the hour is over. */
  async work(ms: number): Promise<void> {
    const { clock, random } = this.#parts;
    const wait = (time: number): Promise<void> => new Promise((resolve) => void clock.setTimer(time, resolve));
    for (let turn = 0; clock.now() < ms; turn++) {
      await wait(60_000 + random() * 1_000_000);
      await this.#turn(turn, wait);
    }
  }

  async close(): Promise<void> {
    this.#delivery.close();
    await this.#client.close();
  }

  async #turn(turn: number, wait: (ms: number) => Promise<void>): Promise<void> {
    const { app, emulator, random, index } = this.#parts;
    const asked = emulator.sendAsUser({ appId: app.appId, text: `question ${turn} of ${index}` });
    const { messageId } = asked;
    const typing = await addReactionFeishu(this.#client, { messageId, emojiType: "Typing" }).catch(() => undefined);
    const reply = createReplyDispatcher({
      delivery: this.#delivery,
      target: { type: "reply", messageId },
      chatId: this.#chatId,
      settings: { rolloverChars: 600 },
      buttons: { stop: { text: "Stop", value: { stop: String(turn) } } },
    });
    const kind = (turn + index) % 4;
    // A model's text comes in such pieces once the engine has gathered it; smaller ones only make the hour longer.
    const pieces = 8 + Math.floor(random() * 16);
    for (let i = 0; i < pieces; i++) {
      reply.append(toDelta(`piece ${i} of what there is to say. `));
      if (i === 5 && kind === 1) reply.append(toDelta("\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"));
      await wait(300 + random() * 600);
    }
    if (kind === 2) {
      const card = emulator.visibleTexts(this.#chatId).findLast(({ sender }) => sender === "app");
      if (card !== undefined) await emulator.clickAs({ messageId: card.messageId, elementId: "stop" });
      await reply.abort({ by: "小明" });
    } else await reply.finalize();
    if (typing !== undefined) await deleteReactionFeishu(this.#client, { messageId, reactionId: typing.reactionId });
    await getMessageFeishu(this.#client, { messageId });
    if (kind !== 3) return;
    const data = encoder.encode("a,b\n1,2\n");
    const { fileKey } = await uploadFileFeishu(this.#client, { data, fileName: "table.csv" });
    await sendFileFeishu(this.#client, { to: { type: "chat", chatId: this.#chatId }, fileKey });
  }
}

async function bytesOf(body: unknown, request: Request): Promise<Captured> {
  if (body === undefined || body === null) return { bytes: 0, data: undefined };
  if (typeof body === "string") return captured(encoder.encode(body));
  return captured(new Uint8Array(await request.arrayBuffer()));
}

const captured = (data: Uint8Array): Captured => ({ bytes: data.length, data: Buffer.from(data) });
