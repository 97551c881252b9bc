import type { Clock } from "../../src/time/index.ts";
import { cardkit } from "./cardkit.ts";
import type { Call } from "./calls.ts";
import { readCall } from "./calls.ts";
import type { Json } from "./card-rules.ts";
import type { Effect, Fault } from "./faults.ts";
import { FaultPlan } from "./faults.ts";
import { im } from "./im.ts";
import type { Message } from "./messages.ts";
import { cardOf } from "./messages.ts";
import { Refusal } from "./refusal.ts";
import type { Change } from "./state.ts";
import { State } from "./state.ts";
import { Tokens } from "./tokens.ts";
import type { World } from "./world.ts";

/** The part of `fetch` that clients of Feishu use. */
type Fetch = (
  url: string,
  init: {
    method: string;
    headers: Record<string, string>;
    body?: string | Uint8Array<ArrayBuffer>;
    signal: AbortSignal;
  },
) => Promise<Response>;

export interface SecondFeishuOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly world: World;
  readonly faults?: readonly Fault[] | undefined;
  /** Milliseconds of a round trip, drawn evenly. @defaultValue 40 to 120 */
  readonly latency?: readonly [least: number, most: number] | undefined;
  /** Text that the tenant's content audit lets nobody send. @defaultValue none */
  readonly audit?: RegExp | undefined;
}

/** One call as it was, for timelines. */
export interface CallLog {
  readonly at: number;
  readonly name: string;
  readonly sequence: number | undefined;
  readonly fault: string | undefined;
  /** Feishu's code; undefined when nobody was answered. */
  readonly code: number | undefined;
  /** What it was about, from the path. */
  readonly what: string;
  readonly bytes: number;
}

/** A call on its way, with what happens to it. */
interface Arrival {
  readonly call: Call | undefined;
  readonly effect: Effect | undefined;
  readonly bytes: number;
}

const HTML = "<html><head><title>504 Gateway Time-out</title></head><body></body></html>";

/**
 * Feishu a second time, for tests: written from its documentation and public reports alone, without a look at `src/emulator`, so that a
 * misreading of one does not hide in both. One app, one tenant; in memory, on the test's clock.
 */
export class SecondFeishu {
  readonly appId = "cli_5ec0ndfe15000000";
  readonly appSecret = "secret";
  readonly baseUrl = "https://second.feishu.test";
  readonly calls: CallLog[] = [];
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #latency: readonly [number, number];
  readonly #faults: FaultPlan;
  readonly #state: State;
  readonly #tokens: Tokens;

  constructor({ clock, random, world, latency = [40, 120], faults = [], audit }: SecondFeishuOptions) {
    this.#clock = clock;
    this.#random = random;
    this.#latency = latency;
    this.#faults = new FaultPlan(faults);
    this.#state = new State({ clock, world, appId: this.appId, audit });
    this.#tokens = new Tokens(clock, this.appId, this.appSecret);
  }

  /** The messages of a chat in order, those in topics included; what the app itself took back is not there. */
  messages(chatId: string): readonly Message[] {
    return this.#state.messages.filter((message) => message.chatId === chatId && message.recalled !== "app");
  }

  /** The card that a message shows now. */
  shownCard(message: Message): Json | undefined {
    return cardOf(message, this.#state.world);
  }

  isSpinning({ body }: Message): boolean {
    return body.kind === "entity" && body.entity.isStreaming(this.#clock.now());
  }

  /** Calls back whenever a message shows something new. */
  watch(watcher: (change: Change) => void): void {
    this.#state.watchers.push(watcher);
  }

  /** A person writes in a chat. */
  userSays(chatId: string, text: string): Message {
    return this.#state.addMessage({ chatId, threadId: undefined, parentId: undefined }, "user", { kind: "text", text });
  }

  /** Feishu ends the streaming mode of every card. */
  closeStreaming(): void {
    for (const card of this.#state.cards.values()) card.closeStreaming();
  }

  /** Somebody with the right to takes back the app's newest message of the chat. */
  recallNewest(chatId: string): void {
    const message = this.messages(chatId).findLast(({ sender }) => sender === "app");
    if (message !== undefined) message.recalled = "person";
  }

  removeBot(chatId: string): void {
    this.#state.leftChats.add(chatId);
  }

  /** For clients: their `fetch`. */
  readonly fetch: Fetch = (url, { method, headers, body, signal }) => {
    const call = readCall(method, url, headers, typeof body === "string" ? body : undefined);
    const bytes = body === undefined ? 0 : typeof body === "string" ? Buffer.byteLength(body) : body.byteLength;
    const [least, most] = this.#latency;
    const trip = least + (most - least) * this.#random();
    const effect = call && this.#faults.pick(call.name, this.#clock.now(), typeof body === "string" ? body : "");
    const slow = effect?.kind === "slow" ? effect : { beforeMs: 0, afterMs: 0 };
    return new Promise((resolve, reject) => {
      // The caller may leave; what is on its way arrives all the same.
      const leave = (): void => reject(signal.reason);
      if (signal.aborted) leave();
      signal.addEventListener("abort", leave, { once: true });
      this.#clock.setTimer(trip / 2 + slow.beforeMs, () => {
        const answer = this.#arrive({ call, effect, bytes });
        if (answer === undefined) return;
        this.#clock.setTimer(trip / 2 + slow.afterMs, () => {
          signal.removeEventListener("abort", leave);
          if (answer === "reset") reject(Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }));
          else resolve(answer);
        });
      });
    });
  };

  /** The call reaches Feishu, or does not. Gives undefined when it is never answered. */
  #arrive(arrival: Arrival): Response | "reset" | undefined {
    const { effect } = arrival;
    const nothing = effect?.kind === "token" && arrival.call?.name === "token";
    if (effect === undefined || effect.kind === "slow" || nothing) return this.#answer(arrival);
    if (effect.kind === "late") {
      this.#clock.setTimer(effect.ms, () => void this.#answer(arrival));
      return undefined;
    }
    if (effect.kind === "code" || effect.kind === "rate" || effect.kind === "token")
      return this.#refuse(arrival, effect);
    if (effect.kind === "closed") {
      this.closeStreaming();
      return this.#answer(arrival);
    }
    if (effect.kind === "truncated" || effect.applied) this.#answer(arrival);
    else this.#drop(arrival);
    if (effect.kind === "truncated") return new Response('{"code":0,"msg":"succ', { status: 200 });
    if (effect.kind === "http")
      return new Response(HTML, { status: effect.status, headers: { "content-type": "text/html" } });
    return effect.kind === "reset" ? "reset" : undefined;
  }

  #refuse(arrival: Arrival, effect: Effect & { kind: "code" | "rate" | "token" }): Response {
    if (effect.kind === "code") {
      this.#loseSequence(arrival.call);
      this.#log(arrival, effect.code);
      return json(400, { code: effect.code, msg: effect.msg ?? "refused", data: {} });
    }
    if (effect.kind === "token") {
      this.#tokens.revokeAll();
      this.#log(arrival, 99_991_663);
      return json(400, { code: 99_991_663, msg: "Invalid access token for authorization" });
    }
    this.#log(arrival, 99_991_400);
    const body = { code: 99_991_400, msg: "request trigger frequency limit" };
    return json(429, body, {
      "x-ogw-ratelimit-limit": "50",
      "x-ogw-ratelimit-reset": String(effect.resetSeconds),
    });
  }

  #drop(arrival: Arrival): void {
    this.#loseSequence(arrival.call);
    this.#log(arrival, undefined);
  }

  #loseSequence(call: Call | undefined): void {
    if (call === undefined || !this.#state.world.failedCallTakesSequence) return;
    this.#state.cards.get(call.path[3] ?? "")?.loseSequence(call.body["sequence"]);
  }

  #answer(arrival: Arrival): Response {
    const { call } = arrival;
    if (call === undefined) return json(404, { code: 99_991_201, msg: "path not found" });
    try {
      const body = this.#handle(call);
      this.#log(arrival, 0);
      return json(200, { code: 0, msg: "success", ...body });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#log(arrival, error.code);
      const details = error.details === undefined ? {} : { error: error.details };
      return json(error.status, { code: error.code, msg: error.message, data: {}, ...details }, error.headers);
    }
  }

  /** @throws Refusal */
  #handle(call: Call): Json {
    if (call.name === "token") return this.#tokens.give(call.body);
    this.#tokens.check(call.token);
    this.#state.limits.gateway(call.name, this.#clock.now());
    return call.name.startsWith("card.") ? cardkit(this.#state, call) : im(this.#state, call);
  }

  #log({ call, effect, bytes }: Arrival, code: number | undefined): void {
    const sequence = call?.body["sequence"];
    this.calls.push({
      at: this.#clock.now(),
      name: call?.name ?? "?",
      sequence: typeof sequence === "number" ? sequence : undefined,
      fault: effect?.kind,
      code,
      what: call?.path.slice(3).join("/") ?? "",
      bytes,
    });
  }
}

function json(status: number, body: Json, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
  });
}
