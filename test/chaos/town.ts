import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmulator } from "../../src/emulator/index.ts";
import type { Emulator } from "../../src/emulator/index.ts";
import { startCli } from "../support/process/cli-process.ts";
import type { CliProcess } from "../support/process/cli-process.ts";
import { startRedis } from "../support/process/redis-server.ts";
import type { TestRedis } from "../support/process/redis-server.ts";
import { startCuttableProxy } from "./cuttable-proxy.ts";
import type { CuttableProxy } from "./cuttable-proxy.ts";
import { startWritingModel } from "./writing-model.ts";
import type { WritingModel } from "./writing-model.ts";
import { removeFolder } from "../support/remove-folder.ts";

/** A bot's process, with its own way to Redis. */
export interface Replica {
  readonly name: string;
  readonly cli: CliProcess;
  readonly way: CuttableProxy;
}

export interface TownOptions {
  readonly processes: number;
  readonly chats: number;
  readonly leaseSeconds: number;
}

/** A Feishu, a Redis, a model and several processes of one bot, all real but Feishu and the model. */
export class Town {
  readonly emulator: Emulator;
  readonly redis: TestRedis;
  readonly model: WritingModel;
  readonly chatIds: readonly string[];
  /** Those that are to live. */
  readonly replicas: Replica[] = [];
  readonly #folder: string;
  readonly #options: TownOptions;
  #names = 0;

  static async open(options: TownOptions): Promise<Town> {
    const [emulator, redis, model] = [await startEmulator(), await startRedis(), await startWritingModel()];
    const town = new Town(emulator, redis, model, options);
    await Promise.all(Array.from({ length: options.processes }, () => town.start()));
    return town;
  }

  private constructor(emulator: Emulator, redis: TestRedis, model: WritingModel, options: TownOptions) {
    this.emulator = emulator;
    this.redis = redis;
    this.model = model;
    this.#options = options;
    this.#folder = mkdtempSync(join(tmpdir(), "cardstream-chaos-"));
    this.chatIds = Array.from({ length: options.chats }, (_, index) => {
      const userId = `chaos${index}`;
      const person = { userId, unionId: `on_${userId}`, email: "", name: userId, nameEn: undefined, resigned: false };
      emulator.store.users.add({ ...person, unavailableTo: new Set(), stopped: new Set() }, [emulator.app.appId]);
      return emulator.directChatId(userId);
    });
  }

  /** Starts one more process. */
  async start(): Promise<Replica> {
    const name = `p${++this.#names}`;
    const way = await startCuttableProxy(this.redis.port);
    const { leaseSeconds } = this.#options;
    const config = { shared: { redis: `redis://127.0.0.1:${way.port}`, leaseSeconds, drainSeconds: 15 } };
    writeFileSync(join(this.#folder, `${name}.json5`), JSON.stringify(config));
    const { app, apiUrl } = this.emulator;
    const cli = startCli(["start", "--lang", "en", "--config", `${name}.json5`], {
      cwd: this.#folder,
      env: {
        FEISHU_APP_ID: app.appId,
        FEISHU_APP_SECRET: app.appSecret,
        FEISHU_DOMAIN: apiUrl,
        OPENAI_API_KEY: "k",
        OPENAI_BASE_URL: this.model.urlFor(name),
        OPENAI_MODEL: "m",
      },
    });
    const replica = { name, cli, way };
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
    this.emulator.sendAsUser({ from: `chaos${chat}`, chatId: this.chatIds[chat], text: question });
  }

  async close(): Promise<void> {
    for (const { cli, way } of this.replicas) {
      cli.child.kill("SIGKILL");
      way.close();
    }
    await Promise.all([this.emulator.close(), this.model.close(), this.redis.close()]);
    removeFolder(this.#folder);
  }
}
