import type { RedisClientType } from "@redis/client";
import type { Logger } from "../../log/index.ts";
import type { Clock } from "../../time/index.ts";
import { sleep } from "../../time/index.ts";
import { createHash, randomBytes } from "node:crypto";
import { KEEP_LOG_MS } from "../append-log.ts";
import type { LogAnswer, LogItem, LogPart, NewLogItem } from "../append-log.ts";
import { ASK_AGAIN_MS, ASKER_MS, DEMAND_MS, TELL_BUDGET_MS } from "../buckets.ts";
import type { BudgetInfo, Lease, LeaseAsk } from "../buckets.ts";
import { KEEP_NOTES_MS, MAX_WAITING, READ_AT_ONCE, REMEMBER_EVENT_MS } from "../state.ts";
import type {
  Accepted,
  Claim,
  Entry,
  InboxListener,
  NewEvent,
  NoteChanges,
  Notes,
  ProcessInfo,
  SessionInfo,
  SharedState,
} from "../state.ts";
import { finderOf, RedisConnection } from "./connect.ts";
import type { RedisSettings } from "./connect.ts";
import type { Finder } from "./whereabouts.ts";
import { scriptText } from "./scripts.ts";
import type { ScriptName } from "./scripts.ts";

/** How to open the state that the processes of one app share through Redis. */
export interface RedisStateOptions extends RedisSettings {
  /** Begins every key. @defaultValue "cs" */
  readonly prefix?: string | undefined;
  /** Whose state: the app's id. */
  readonly scope: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Longest that one read waits for news; below what a silent connection is given up after. */
const BLOCK_MS = 2_000;
/** RESP's `$`: strings as bytes. */
const AS_BYTES = { 36: Buffer } as const;
const INBOX_AT_ONCE = 200;
const AGAIN_MS = 100;

/**
 * Connects to the state of an app in Redis or Valkey.
 * @throws SharedStateError when it cannot be reached or refuses
 */
export async function openRedisState(options: RedisStateOptions): Promise<SharedState> {
  const finder = finderOf(options);
  let main: RedisConnection | undefined;
  try {
    main = await RedisConnection.open(options, finder);
    return new RedisState({ main, ear: await RedisConnection.open(options, finder), finder }, options);
  } catch (error) {
    main?.close();
    finder.close();
    throw error;
  }
}

class RedisState implements SharedState {
  readonly #main: RedisConnection;
  /** Waits for news, so nothing else can be asked on it. */
  readonly #ear: RedisConnection;
  readonly #finder: Finder;
  readonly #prefix: string;
  readonly #options: RedisStateOptions;
  readonly #hashes = new Map<ScriptName, string>();
  readonly #closing = new AbortController();

  constructor(
    { main, ear, finder }: { main: RedisConnection; ear: RedisConnection; finder: Finder },
    options: RedisStateOptions,
  ) {
    this.#main = main;
    this.#ear = ear;
    this.#finder = finder;
    this.#prefix = `${options.prefix ?? "cs"}:{${options.scope}}:`;
    this.#options = options;
  }

  async join(forMs: number, process?: ProcessInfo): Promise<string> {
    const session = randomBytes(9).toString("base64url");
    await this.#step("join", session, forMs, process === undefined ? "" : JSON.stringify(process));
    return session;
  }

  async renew(session: string, forMs: number): Promise<boolean> {
    return (await this.#step("renew", session, forMs)) === 1;
  }

  async leave(session: string): Promise<void> {
    await this.#step("leave", session);
  }

  async sessions(): Promise<readonly SessionInfo[]> {
    const all = await this.#step("sessions");
    return (Array.isArray(all) ? all : []).map((one: unknown) => {
      const [session = "", left = "", process = "", ...chats] = texts(one);
      return {
        session,
        // Written by `join` of that process.
        process: process === "" ? undefined : (JSON.parse(process) as ProcessInfo),
        expiresInMs: left === "" ? undefined : Number(left),
        chats: groups(chats, 2).map(([chat = "", waiting]) => ({ chat, waiting: Number(waiting) })),
      };
    });
  }

  async accept(session: string, { chat, key, body }: NewEvent): Promise<Accepted> {
    const answer = await this.#step("accept", session, chat, key, body, REMEMBER_EVENT_MS, MAX_WAITING, READ_AT_ONCE);
    // So the script answers; who owns the chat is left out when nothing waits there.
    const [outcome, owner, epoch, notes, entries] = answer as [
      Accepted["outcome"],
      string?,
      string?,
      unknown?,
      unknown?,
    ];
    if (owner === undefined) return { outcome };
    const claim = { chat, session: owner, epoch: Number(epoch) };
    if (notes === undefined) return { outcome, claim };
    const written = Object.fromEntries(groups(texts(notes), 2)) as Notes;
    return { outcome, claim, contents: { notes: written, entries: toEntries(entries) } };
  }

  async know(key: string): Promise<void> {
    await this.#step("know", key, REMEMBER_EVENT_MS);
  }

  async read({ chat, session, epoch }: Claim, after: string): Promise<readonly Entry[] | undefined> {
    const answer = await this.#step("read", session, chat, epoch, after, READ_AT_ONCE);
    if (answer === null) return undefined;
    return toEntries(answer);
  }

  async finish(
    { chat, session, epoch }: Claim,
    entryId: string,
    notes: NoteChanges,
  ): Promise<"fenced" | "more" | "released"> {
    const answer = await this.#step("finish", session, chat, epoch, KEEP_NOTES_MS, entryId, ...flatten(notes));
    return answer as "fenced" | "more" | "released";
  }

  async write({ chat, session, epoch }: Claim, notes: NoteChanges): Promise<boolean> {
    return (await this.#step("write", session, chat, epoch, KEEP_NOTES_MS, ...flatten(notes))) === 1;
  }

  async notes(chat: string): Promise<Notes> {
    return { ...(await this.#main.run((client) => client.hGetAll(`${this.#prefix}note:${chat}`))) };
  }

  async raise({ chat, session, epoch }: Claim): Promise<Claim | "released" | undefined> {
    const raised = await this.#step("raise", session, chat, epoch);
    if (raised === "released") return raised;
    return raised === null ? undefined : { chat, session, epoch: Number(raised) };
  }

  async reap(session: string, batch: number): Promise<readonly Claim[]> {
    return toClaims(session, await this.#step("reap", session, batch));
  }

  async claims(session: string): Promise<readonly Claim[]> {
    return toClaims(session, await this.#step("claims", session));
  }

  async ownerOf(chat: string): Promise<Claim | undefined> {
    const { sid, epoch } = await this.#main.run((client) => client.hGetAll(`${this.#prefix}own:${chat}`));
    return sid === undefined ? undefined : { chat, session: sid, epoch: Number(epoch) };
  }

  async lease({ by, name, buckets, want, made }: LeaseAsk): Promise<Lease> {
    const rules = buckets.flatMap(({ burst, perSecond }) => [burst, perSecond]);
    const answer = await this.#step("lease", by, name, want, made, ASKER_MS, DEMAND_MS, ASK_AGAIN_MS, ...rules);
    const [granted, retryMs, processes] = texts(answer).map(Number);
    return { granted: granted ?? 0, retryMs: retryMs ?? 0, processes: processes ?? 1 };
  }

  async budgets(): Promise<readonly BudgetInfo[]> {
    const all = await this.#step("budgets", TELL_BUDGET_MS, DEMAND_MS);
    const found = (Array.isArray(all) ? all : []).map((one: unknown) => {
      const [name = "", waiting, ...rest] = texts(one);
      const buckets = groups(rest, 3).map((numbers) => {
        const [left = 0, burst = 0, perSecond = 0] = numbers.map(Number);
        return { left, burst, perSecond };
      });
      return { name, waiting: Number(waiting), buckets };
    });
    return found.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  }

  async once(key: string, forMs: number): Promise<boolean> {
    const set = await this.#main.run((client) =>
      client.set(`${this.#prefix}once:${key}`, "1", { condition: "NX", expiration: { type: "PX", value: forMs } }),
    );
    return set !== null;
  }

  async send(to: string, body: string): Promise<void> {
    await this.#step("send", to, body);
  }

  listen(session: string, listener: InboxListener): () => void {
    const ending = new AbortController();
    const signal = AbortSignal.any([ending.signal, this.#closing.signal]);
    this.#main.onReady(() => {
      if (!signal.aborted) listener.onReconnected();
    });
    void this.#hear(session, listener, signal);
    return () => ending.abort();
  }

  async openLog(log: string, maxChars: number): Promise<boolean> {
    return (await this.#step("openLog", log, maxChars, KEEP_LOG_MS)) === 1;
  }

  async appendLog(log: string, item: NewLogItem): Promise<LogAnswer> {
    const at = item.at ?? "";
    const what =
      "text" in item
        ? (["text", Buffer.from(item.text, "utf16le")] as const)
        : (["item", item.body, item.chars ?? 0, item.ends === true ? 1 : 0] as const);
    const [outcome, length] = texts(await this.#step("appendLog", log, KEEP_LOG_MS, at, ...what));
    // The script answers with one of these words.
    return { outcome: outcome as LogAnswer["outcome"], length: Number(length) };
  }

  async readLog(log: string, from: { readonly chars: number; readonly items: number }): Promise<LogPart | undefined> {
    const answer = await this.#step("readLog", log, from.chars, from.items);
    if (!Array.isArray(answer)) return undefined;
    // Bytes, see `#step`.
    const [text, ...items] = answer as Buffer[];
    return { text: text?.toString("utf16le") ?? "", items: items.map(toLogItem) };
  }

  async logLength(log: string): Promise<number | undefined> {
    const length = await this.#step("logLength", log);
    return length === null ? undefined : Number(length);
  }

  async forget(log: string, afterMs: number): Promise<void> {
    await this.#step("forget", log, afterMs);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#main.close();
    this.#ear.close();
    this.#finder.close();
  }

  async #hear(session: string, listener: InboxListener, signal: AbortSignal): Promise<void> {
    const key = `${this.#prefix}in:${session}`;
    let id = "0";
    while (!signal.aborted) {
      try {
        const news = await this.#ear.client.xRead({ key, id }, { BLOCK: BLOCK_MS, COUNT: INBOX_AT_ONCE });
        for (const stream of toStreams(news)) {
          for (const message of stream.messages) {
            if (signal.aborted) return;
            ({ id } = message);
            if (message.message["c"] !== undefined) listener.onChat(message.message["c"]);
            if (message.message["m"] !== undefined) listener.onMessage(message.message["m"]);
            if (message.message["l"] !== undefined) listener.onLog(message.message["l"]);
          }
        }
      } catch {
        // The connection itself says what is wrong, and comes back.
        await sleep(this.#options.clock, AGAIN_MS, signal).catch(() => {});
      }
    }
  }

  /** Runs one script; by its hash, which Redis may have forgotten. What `readLog` gives are bytes. */
  #step(name: ScriptName, ...args: (string | number | Buffer)[]): Promise<unknown> {
    const given = { keys: [this.#prefix], arguments: args.map((arg) => (Buffer.isBuffer(arg) ? arg : String(arg))) };
    return this.#main.run(async (connection) => {
      const client = name === "readLog" ? connection.withTypeMapping(AS_BYTES) : connection;
      let hash = this.#hashes.get(name);
      if (hash === undefined) {
        hash = createHash("sha1").update(scriptText(name)).digest("hex");
        this.#hashes.set(name, hash);
      }
      try {
        return await client.evalSha(hash, given);
      } catch (error) {
        if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
        return await client.eval(scriptText(name), given);
      }
    });
  }
}

interface StreamNews {
  readonly messages: readonly { readonly id: string; readonly message: Readonly<Record<string, string>> }[];
}

/** What a read gave, whatever the protocol's version: a list, or nothing. */
const toStreams = (news: Awaited<ReturnType<RedisClientType["xRead"]>>): readonly StreamNews[] =>
  Array.isArray(news) ? news : [];

const texts = (answer: unknown): string[] => (Array.isArray(answer) ? answer.map(String) : []);

const groups = (flat: readonly string[], size: number): string[][] =>
  Array.from({ length: Math.floor(flat.length / size) }, (_, at) => flat.slice(at * size, (at + 1) * size));

const toClaims = (session: string, answer: unknown): Claim[] =>
  groups(texts(answer), 2).map(([chat = "", epoch]) => ({ chat, session, epoch: Number(epoch) }));

const toEntries = (answer: unknown): Entry[] => groups(texts(answer), 2).map(([id = "", body = ""]) => ({ id, body }));

/** Written by `appendLog`. */
function toLogItem(bytes: Buffer): LogItem {
  const item = bytes.toString();
  const colon = item.indexOf(":");
  return { at: Number(item.slice(0, colon)), body: item.slice(colon + 1) };
}

const flatten = (notes: NoteChanges): string[] =>
  Object.entries(notes).flatMap(([name, value]) => [name, value === null ? "0" : "1", value ?? ""]);
