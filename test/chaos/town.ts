import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmulator } from "../../src/emulator/index.ts";
import type { Emulator } from "../../src/emulator/index.ts";
import { EVENT_RETRY_MS } from "../../src/emulator/limits.ts";
import { createSystemClock } from "../../src/time/index.ts";
import type { Clock } from "../../src/time/index.ts";
import { startCli } from "../support/process/cli-process.ts";
import type { CliProcess } from "../support/process/cli-process.ts";
import { startRedis } from "../support/process/redis-server.ts";
import type { TestRedis } from "../support/process/redis-server.ts";
import { removeFolder } from "../support/remove-folder.ts";
import { startCuttableProxy } from "./cuttable-proxy.ts";
import type { CuttableProxy } from "./cuttable-proxy.ts";
import { startRedisPair } from "./redis-pair.ts";
import type { RedisPair } from "./redis-pair.ts";
import { startSentinelGroup } from "./sentinel-group.ts";
import { shortAnswers, startWritingModel } from "./writing-model.ts";
import type { Pace, WritingModel } from "./writing-model.ts";

/** A bot's process, with its own ways to Redis and to Feishu. */
export interface Replica {
  readonly name: string;
  readonly cli: CliProcess;
  readonly way: CuttableProxy;
  readonly toFeishu: CuttableProxy | undefined;
}

/** What of Feishu works: all, cards without CardKit, or no cards at all. */
export type Tier = "cardkit" | "patch" | "text";

export interface TownOptions {
  readonly processes: number;
  readonly chats: number;
  readonly leaseSeconds: number;
  /** @defaultValue "cardkit" */
  readonly tier?: Tier | undefined;
  /** By how much the wall clock of the first, second, … process is wrong; then from the beginning. @defaultValue not at all */
  readonly clocksMs?: readonly number[] | undefined;
  /** @defaultValue 25 to 44 words, ten a second */
  readonly pace?: Pace | undefined;
  /** The Redis: one alone, one with a replica, or one with replicas and sentinels. @defaultValue "alone" */
  readonly redis?: "alone" | "pair" | "sentinels" | undefined;
  /** Its process knows nothing of others. @defaultValue false */
  readonly isAlone?: boolean | undefined;
  /** A folder for what each process says. @defaultValue not kept */
  readonly logs?: string | undefined;
  /** Is shown what Feishu sends to each process. */
  readonly overhear?: ((name: string, data: Buffer) => void) | undefined;
}

const START = { alone: () => startRedis(), pair: startRedisPair, sentinels: startSentinelGroup };

/** Feishu's second redelivery, after 5 minutes, comes after so long here, so that a run need not last longer than that. */
const SECOND_RETRY_MS = 30_000;
/** What an app may not use, and what Feishu says of a card that it will not have. */
const REFUSED = { cardkit: 99_991_672, card: 230_099 } as const;

/** A Feishu, a Redis, a model and several processes of one bot, all real but Feishu and the model. */
export class Town {
  readonly emulator: Emulator;
  readonly redis: TestRedis | RedisPair;
  readonly model: WritingModel;
  readonly chatIds: readonly string[];
  /** Those that are to live. */
  readonly replicas: Replica[] = [];
  readonly #all: Replica[] = [];
  readonly #folder: string;
  readonly #options: TownOptions;
  #names = 0;

  static async open(options: TownOptions): Promise<Town> {
    const emulator = await startEmulator({ clock: impatientClock(), timelineLimit: 200_000, bodyChars: 256 });
    const redis = await START[options.redis ?? "alone"]();
    const town = new Town(emulator, redis, await startWritingModel(options.pace ?? shortAnswers), options);
    await Promise.all(Array.from({ length: options.processes }, () => town.start()));
    return town;
  }

  private constructor(emulator: Emulator, redis: Town["redis"], model: WritingModel, options: TownOptions) {
    this.emulator = emulator;
    this.redis = redis;
    this.model = model;
    this.#options = options;
    this.#folder = mkdtempSync(join(tmpdir(), "cardstream-chaos-"));
    this.chatIds = addPeople(emulator, options.chats);
    limitTo(emulator, options.tier ?? "cardkit");
  }

  /** The one Redis. @throws in a town that has a pair */
  get aloneRedis(): TestRedis {
    if (!("restart" in this.redis)) throw new TypeError("this town has a pair");
    return this.redis;
  }

  /** Starts one more process. */
  async start(): Promise<Replica> {
    const index = this.#names++;
    const name = `p${index + 1}`;
    const way = await startCuttableProxy(this.redis.port);
    const { leaseSeconds, overhear, logs, isAlone, clocksMs = [0] } = this.#options;
    // Who asks the sentinels is led by nobody else.
    const named = "failOver" in this.redis ? this.redis.url : undefined;
    const shared = { redis: named ?? `redis://127.0.0.1:${way.port}`, leaseSeconds, drainSeconds: 15 };
    const config = isAlone === true ? {} : { shared };
    writeFileSync(join(this.#folder, `${name}.json5`), JSON.stringify(config));
    const { app, apiUrl } = this.emulator;
    const toFeishu =
      overhear && (await startCuttableProxy(Number(new URL(apiUrl).port), (data) => overhear(name, data)));
    const wrongMs = clocksMs[index % clocksMs.length] ?? 0;
    const preload = `--import=${join(import.meta.dirname, "shifted-clock.child.ts")}`;
    const cli = startCli(
      ["start", "--lang", "en", "--config", `${name}.json5`, ...(logs === undefined ? [] : ["--verbose"])],
      {
        cwd: this.#folder,
        env: {
          FEISHU_APP_ID: app.appId,
          FEISHU_APP_SECRET: app.appSecret,
          FEISHU_DOMAIN: toFeishu === undefined ? apiUrl : `http://127.0.0.1:${toFeishu.port}`,
          OPENAI_API_KEY: "k",
          OPENAI_BASE_URL: this.model.urlFor(name),
          OPENAI_MODEL: "m",
          ...(wrongMs === 0 ? {} : { NODE_OPTIONS: preload, CHAOS_CLOCK_MS: String(wrongMs) }),
        },
      },
    );
    const replica = { name, cli, way, toFeishu };
    this.#all.push(replica);
    this.replicas.push(replica);
    await cli.until(/waiting for messages/iu);
    return replica;
  }

  /** It is not counted on any more. */
  forget(replica: Replica): void {
    this.replicas.splice(this.replicas.indexOf(replica), 1);
  }

  /** Somebody asks a question in a chat. */
  ask(chat: number, question: string): void {
    this.emulator.sendAsUser({ from: personOf(chat), chatId: this.chatIds[chat], text: question });
  }

  async close(): Promise<void> {
    for (const { cli, way, toFeishu } of this.#all) {
      cli.child.kill("SIGKILL");
      way.close();
      toFeishu?.close();
    }
    keepLogs(this.#options.logs, this.#all);
    await Promise.all([this.emulator.close(), this.model.close(), this.redis.close()]);
    removeFolder(this.#folder);
  }
}

/** Writes down what processes said. */
export function keepLogs(
  folder: string | undefined,
  all: readonly { readonly name: string; readonly cli: CliProcess }[],
): void {
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  for (const { name, cli } of all) writeFileSync(join(folder, `${name}.log`), cli.stdout() + cli.stderr());
}

export const personOf = (chat: number): string => `chaos${chat}`;

/** Adds people, each in a chat of their own with each app. @returns the chats with the first app */
export function addPeople(emulator: Emulator, count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const userId = personOf(index);
    const person = { userId, unionId: `on_${userId}`, email: "", name: userId, nameEn: undefined, resigned: false };
    emulator.store.users.add({ ...person, unavailableTo: new Set(), stopped: new Set() }, [
      ...emulator.store.apps.keys(),
    ]);
    return emulator.directChatId(userId);
  });
}

function limitTo({ faults }: Emulator, tier: Tier): void {
  if (tier === "cardkit") return;
  faults.add({ operation: ["card.*", "element.*"], effect: { type: "code", code: REFUSED.cardkit } });
  if (tier === "patch") return;
  const isCard = ({ body }: { readonly body?: string | undefined }): boolean => body?.includes("interactive") === true;
  faults.add({ operation: "message.*", when: isCard, effect: { type: "code", code: REFUSED.card } });
}

function impatientClock(): Clock {
  const clock = createSystemClock();
  const { now, wallNow } = clock;
  return { now, wallNow, setTimer: (ms, run) => clock.setTimer(ms === EVENT_RETRY_MS[1] ? SECOND_RETRY_MS : ms, run) };
}
