import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmulator } from "../../src/emulator/index.ts";
import type { Emulator } from "../../src/emulator/index.ts";
import { startCli } from "../support/process/cli-process.ts";
import type { CliProcess } from "../support/process/cli-process.ts";
import { startRedis } from "../support/process/redis-server.ts";
import type { TestRedis } from "../support/process/redis-server.ts";
import { removeFolder } from "../support/remove-folder.ts";
import { addPeople, keepLogs, personOf } from "./town.ts";

/** A gateway's process. */
export interface Gateway {
  readonly name: string;
  readonly url: string;
  readonly cli: CliProcess;
}

/** What a gateway answered. */
export interface GatewayAnswer {
  readonly status: number;
  readonly body: {
    readonly id?: string;
    readonly offset?: number;
    readonly result?: { readonly tier: string; readonly error: string | null } | null;
    readonly error?: { readonly code: string; readonly expected_offset?: number };
  };
}

export interface StreamTownOptions {
  readonly apps: number;
  readonly chatsOfApp: number;
  readonly processes: number;
  readonly leaseSeconds: number;
  /** Its process knows nothing of others. @defaultValue false */
  readonly isAlone?: boolean | undefined;
  /** A folder for what each process says. @defaultValue not kept */
  readonly logs?: string | undefined;
}

/** Where a stream is to be written. */
export interface Place {
  readonly instance: string;
  readonly chatId: string;
}

const TOKEN = "token-of-this-chaos-run";
/** Calls are repeated for so long, longer than any takeover lasts. */
const REPEAT_WITHIN_MS = 60_000;
const REPEAT_EVERY_MS = 100;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A Feishu with several apps, a Redis and several gateways, of which any takes any call. */
export class StreamTown {
  readonly emulator: Emulator;
  readonly redis: TestRedis;
  /** Those that are called. */
  readonly gateways: Gateway[] = [];
  /** One chat for each person and app. */
  readonly places: readonly Place[];
  readonly #folder: string;
  readonly #all: Pick<Gateway, "name" | "cli">[] = [];
  readonly #logs: string | undefined;
  #next = 0;

  static async open(options: StreamTownOptions): Promise<StreamTown> {
    const apps = Array.from({ length: options.apps }, (_, index) => ({
      appId: `cli_${(index + 1).toString(16).padStart(16, "0")}`,
      name: `app${index}`,
    }));
    const emulator = await startEmulator({ apps, timelineLimit: 400_000, bodyChars: 64 });
    const town = new StreamTown(emulator, await startRedis(), options);
    await Promise.all(Array.from({ length: options.processes }, async () => town.gateways.push(await town.start())));
    return town;
  }

  private constructor(
    emulator: Emulator,
    redis: TestRedis,
    { chatsOfApp, leaseSeconds, isAlone, logs }: StreamTownOptions,
  ) {
    this.#logs = logs;
    this.emulator = emulator;
    this.redis = redis;
    this.#folder = mkdtempSync(join(tmpdir(), "cardstream-chaos-"));
    addPeople(emulator, chatsOfApp);
    const apps = [...emulator.store.apps.values()];
    this.places = apps.flatMap(({ appId, name }) =>
      Array.from({ length: chatsOfApp }, (_, index) => ({
        instance: name,
        chatId: emulator.directChatId(personOf(index), appId),
      })),
    );
    const domain = emulator.apiUrl;
    const accounts = Object.fromEntries(
      apps.map(({ appId, appSecret, name }) => [name, { appId, appSecret, domain }] as const),
    );
    const config = {
      channels: { feishu: { accounts } },
      ...(isAlone !== true && { shared: { redis: redis.url, leaseSeconds } }),
    };
    writeFileSync(join(this.#folder, "gateway.json5"), JSON.stringify(config));
  }

  /** Starts one more gateway, which is not called yet. */
  async start(): Promise<Gateway> {
    const args = ["gateway", "--lang", "en", "--port", "0", "--config", "gateway.json5"];
    const env = { CARDSTREAM_GATEWAY_TOKEN: TOKEN };
    const cli = startCli([...args, "--max-streams", "5000", ...(this.#logs === undefined ? [] : ["--verbose"])], {
      cwd: this.#folder,
      env,
    });
    const name = `g${this.#all.length + 1}`;
    this.#all.push({ name, cli });
    await cli.until(/gateway\s+http:\S+/u);
    return { name, url: /http:\S+/u.exec(cli.stdout())?.[0] ?? "", cli };
  }

  /** One call, at `first` or whoever comes next; repeated elsewhere until there is an answer that counts. */
  async call(path: string, body: object, first?: Gateway): Promise<GatewayAnswer> {
    const until = performance.now() + REPEAT_WITHIN_MS;
    for (let to = first; ; to = undefined) {
      const { url } = to ?? this.gateways[this.#next++ % this.gateways.length] ?? { url: "http://127.0.0.1:9" };
      try {
        const response = await fetch(`${url}/gateway/feishu/streams${path}`, {
          method: "POST",
          headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
          body: JSON.stringify(body),
        });
        // The shape of every answer of a gateway.
        const answer = (await response.json()) as GatewayAnswer["body"];
        if (response.status < 500 || performance.now() > until) return { status: response.status, body: answer };
      } catch (error) {
        if (performance.now() > until) throw error;
      }
      await pause(REPEAT_EVERY_MS);
    }
  }

  /** Writes a whole source into one stream. @returns the status */
  async pipe({ instance, chatId }: Place, source: ReadableStream<Uint8Array>, { url }: Gateway): Promise<number> {
    const query = new URLSearchParams({ instance, chat_id: chatId });
    const response = await fetch(`${url}/gateway/feishu/pipe?${query.toString()}`, {
      method: "POST",
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "text/plain; charset=utf-8" },
      body: source,
      duplex: "half",
    });
    await response.text();
    return response.status;
  }

  async close(): Promise<void> {
    for (const { cli } of this.#all) cli.child.kill("SIGKILL");
    keepLogs(this.#logs, this.#all);
    await Promise.all([this.emulator.close(), this.redis.close()]);
    removeFolder(this.#folder);
  }
}
