import { createEmulator } from "../../src/emulator/index.ts";
import type { Emulator, EmulatorOptions } from "../../src/emulator/index.ts";
import { FakeClock } from "../support/fake-clock.ts";

/** An answer of the local Feishu, as a client reads it. */
export interface Answer {
  readonly http: number;
  readonly code: number;
  readonly msg: string;
  readonly data: Record<string, unknown>;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

/** A local Feishu in virtual time, with a client that speaks plain HTTP. */
export class Caller {
  readonly clock: FakeClock;
  readonly emulator: Emulator;
  #token = "";

  constructor(options: EmulatorOptions = {}) {
    this.clock = new FakeClock();
    this.emulator = createEmulator({ clock: this.clock, ...options });
  }

  /** Sends one call with the app's token (or the one given) and reads the answer. */
  async call(method: string, path: string, body?: unknown, token?: string): Promise<Answer> {
    const init = {
      method,
      headers: {
        authorization: `Bearer ${token ?? (await this.token())}`,
        "content-type": "application/json; charset=utf-8",
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    };
    return readAnswer(await this.emulator.fetch(`${this.emulator.apiUrl}/open-apis${path}`, init));
  }

  async token(): Promise<string> {
    if (this.#token === "") this.#token = await this.freshToken();
    return this.#token;
  }

  async freshToken(
    appId: string = this.emulator.app.appId,
    secret: string = this.emulator.app.appSecret,
  ): Promise<string> {
    const response = await this.emulator.fetch(
      `${this.emulator.apiUrl}/open-apis/auth/v3/tenant_access_token/internal`,
      {
        method: "POST",
        body: JSON.stringify({ app_id: appId, app_secret: secret }),
      },
    );
    const body = (await response.json()) as Record<string, unknown>;
    return String(body["tenant_access_token"]);
  }

  /** A card entity; gives its id. */
  async card(json: unknown = streamingCard()): Promise<string> {
    const answer = await this.call("POST", "/cardkit/v1/cards", { type: "card_json", data: JSON.stringify(json) });
    if (answer.code !== 0) throw new Error(`create answered ${answer.code}: ${answer.msg}`);
    return String(answer.data["card_id"]);
  }

  content(
    cardId: string,
    text: string,
    sequence: number,
    extra: Record<string, unknown> = {},
    elementId = "md",
  ): Promise<Answer> {
    return this.call("PUT", `/cardkit/v1/cards/${cardId}/elements/${elementId}/content`, {
      content: text,
      sequence,
      ...extra,
    });
  }

  settings(cardId: string, settings: unknown, sequence: number): Promise<Answer> {
    return this.call("PATCH", `/cardkit/v1/cards/${cardId}/settings`, { settings: JSON.stringify(settings), sequence });
  }

  /** Sends a message to the first person's chat with the bot. */
  send(msgType: string, content: unknown, extra: Record<string, unknown> = {}): Promise<Answer> {
    const body = {
      receive_id: this.emulator.directChatId(),
      msg_type: msgType,
      content: JSON.stringify(content),
      ...extra,
    };
    return this.call("POST", "/im/v1/messages?receive_id_type=chat_id", body);
  }

  sendCard(cardId: string): Promise<Answer> {
    return this.send("interactive", { type: "card", data: { card_id: cardId } });
  }

  /** Lets time pass without touching anything. */
  async pass(ms: number): Promise<void> {
    await this.clock.advance(ms);
  }
}

export async function readAnswer(response: Response): Promise<Answer> {
  const body = (await response.json()) as Record<string, unknown>;
  const data = (body["data"] ?? {}) as Record<string, unknown>;
  return {
    http: response.status,
    code: Number(body["code"]),
    msg: String(body["msg"]),
    data,
    body,
    headers: response.headers,
  };
}

/** A card that streams into one markdown element called `md`. */
export function streamingCard(content = "", config: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    schema: "2.0",
    config: { streaming_mode: true, update_multi: true, ...config },
    body: { elements: [{ tag: "markdown", element_id: "md", content }] },
  };
}

/** A card that does not stream, with these elements. */
export function cardOf(...elements: unknown[]): Record<string, unknown> {
  return { schema: "2.0", config: { update_multi: true }, body: { elements } };
}

export function markdown(content: string, elementId?: string): Record<string, unknown> {
  return { tag: "markdown", content, ...(elementId === undefined ? {} : { element_id: elementId }) };
}
