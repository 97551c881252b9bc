import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { startEmulator } from "../../../src/emulator/index.ts";
import type { Emulator, StartOptions } from "../../../src/emulator/index.ts";
import { silentLogger } from "../../../src/log/index.ts";
import { parseRecording, parseUpstream, Recorder, startProxy } from "../../../src/record/index.ts";
import type { RecordedLine, Recording } from "../../../src/record/index.ts";
import { createSystemClock } from "../../../src/time/index.ts";
import { removeFolder } from "../../support/remove-folder.ts";

/** An emulator that stands for Feishu, and a recording proxy before it. */
export interface RecordBench {
  readonly emulator: Emulator;
  /** The proxy's address. */
  readonly url: string;
  readonly webhookUrl: string | undefined;
  /** What was written down so far. */
  readonly lines: readonly RecordedLine[];
  /** Ends the recording and reads it. */
  finish(): Promise<Recording & { text: string; path: string }>;
  close(): Promise<void>;
}

let nextApp = 0x7000;

export async function openRecordBench(
  options: { keepTexts?: boolean; webhook?: URL; emulator?: StartOptions } = {},
): Promise<RecordBench> {
  nextApp += 1;
  const appId = `cli_${nextApp.toString(16).padStart(16, "0")}`;
  const apps = [{ name: "bot", appId, appSecret: "THE-APP-SECRET-77" }];
  const emulator = await startEmulator({ ...options.emulator, apps });
  const folder = mkdtempSync(join(tmpdir(), "record-"));
  const path = join(folder, "a.jsonl");
  const clock = createSystemClock();
  const failures: string[] = [];
  const lines: RecordedLine[] = [];
  const recorder = new Recorder({
    path,
    clock,
    upstream: "other",
    by: "cardstream test",
    keepTexts: options.keepTexts,
    onStop: (reason) => failures.push(reason.message),
    onError: (message) => failures.push(message),
    onLine: (line) => lines.push(line),
  });
  const proxy = await startProxy({
    upstream: parseUpstream(emulator.apiUrl),
    clock,
    logger: silentLogger,
    webhook: options.webhook,
    observers: [recorder],
  });
  return {
    emulator,
    url: proxy.url,
    webhookUrl: proxy.webhookUrl,
    lines,
    async finish() {
      await proxy.close();
      await recorder.close();
      expect(failures).toEqual([]);
      const text = readFileSync(path, "utf8");
      return { ...parseRecording(text), text, path };
    },
    async close() {
      await proxy.close();
      await recorder.close();
      await emulator.close();
      removeFolder(folder);
    },
  };
}

/** A bot that calls the API with nothing but `fetch`. */
export class PlainBot {
  readonly #url: string;
  readonly #headers: Record<string, string>;

  private constructor(url: string, token: string) {
    this.#url = url;
    this.#headers = { authorization: `Bearer ${token}`, "content-type": "application/json; charset=utf-8" };
  }

  static async open({ url, emulator }: RecordBench): Promise<PlainBot> {
    const { appId, appSecret } = emulator.app;
    const response = await fetch(`${url}/open-apis/auth/v3/tenant_access_token/internal`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ app_id: appId, app_secret: appSecret }),
    });
    return new PlainBot(url, ((await response.json()) as { tenant_access_token: string }).tenant_access_token);
  }

  /** Calls `path` below `/open-apis`, and gives the code and `data`. */
  async call(method: string, path: string, body?: unknown): Promise<{ code: number; data: Record<string, string> }> {
    const response = await fetch(`${this.#url}/open-apis${path}`, {
      method,
      headers: this.#headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return (await response.json()) as { code: number; data: Record<string, string> };
  }

  /** Creates a card, sends it and gives its ids. */
  async card(chatId: string, card: unknown = STREAMING_CARD): Promise<{ cardId: string; messageId: string }> {
    const made = await this.call("POST", "/cardkit/v1/cards", { type: "card_json", data: JSON.stringify(card) });
    const cardId = made.data["card_id"] ?? "";
    const content = JSON.stringify({ type: "card", data: { card_id: cardId } });
    const sent = await this.call("POST", "/im/v1/messages?receive_id_type=chat_id", {
      receive_id: chatId,
      msg_type: "interactive",
      content,
    });
    return { cardId, messageId: sent.data["message_id"] ?? "" };
  }

  write(cardId: string, content: string, sequence: number): Promise<{ code: number }> {
    return this.call("PUT", `/cardkit/v1/cards/${cardId}/elements/answer/content`, { content, sequence });
  }
}

/** A card that streams into the element `answer`. */
export const STREAMING_CARD: Record<string, unknown> = {
  schema: "2.0",
  config: { streaming_mode: true, update_multi: true },
  body: { elements: [{ tag: "markdown", element_id: "answer", content: "" }] },
};
