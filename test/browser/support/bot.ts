import type { Emulator } from "../../../src/emulator/index.ts";

/** What Feishu answers. */
export interface Answer {
  code: number;
  msg: string;
  data?: Record<string, unknown>;
}

/** A bot by hand: plain calls to the emulator's Feishu API, with sequences counted for it. */
export class ScriptedBot {
  readonly #emulator: Emulator;
  readonly #sequences = new Map<string, number>();
  #token = "";

  constructor(emulator: Emulator) {
    this.#emulator = emulator;
  }

  /** Any call, with a token; answers that say no are answers too. */
  async call(method: string, path: string, body?: unknown): Promise<Answer> {
    await this.#authorize();
    return this.#send(method, path, body);
  }

  /** The next call gets a token anew, as after one that ran out. */
  forgetToken(): void {
    this.#token = "";
  }

  async #authorize(): Promise<void> {
    if (this.#token !== "") return;
    const { appId, appSecret } = this.#emulator.app;
    const answer = await this.#send("POST", "auth/v3/tenant_access_token/internal", {
      app_id: appId,
      app_secret: appSecret,
    });
    this.#token = (answer as unknown as { tenant_access_token: string }).tenant_access_token;
  }

  /** Makes a card and gives its `card_id`. */
  async createCard(json: object): Promise<string> {
    const answer = await this.ok("POST", "cardkit/v1/cards", { type: "card_json", data: JSON.stringify(json) });
    return String(answer.data?.["card_id"]);
  }

  /** Sends a card into a chat and gives the `message_id`. */
  async sendCard(chatId: string, cardId: string): Promise<string> {
    return this.send(chatId, "interactive", { type: "card", data: { card_id: cardId } });
  }

  /** Makes and sends a card in one go. */
  async postCard(chatId: string, json: object): Promise<{ cardId: string; messageId: string }> {
    const cardId = await this.createCard(json);
    return { cardId, messageId: await this.sendCard(chatId, cardId) };
  }

  async send(chatId: string, msgType: string, content: object): Promise<string> {
    const answer = await this.ok("POST", "im/v1/messages?receive_id_type=chat_id", {
      receive_id: chatId,
      msg_type: msgType,
      content: JSON.stringify(content),
    });
    return String(answer.data?.["message_id"]);
  }

  /** Streams the whole text so far into an element. */
  async write(cardId: string, elementId: string, content: string): Promise<void> {
    await this.ok("PUT", `cardkit/v1/cards/${cardId}/elements/${elementId}/content`, {
      content,
      sequence: this.next(cardId),
    });
  }

  /** Turns streaming mode off, or sets anything else of the card's config. */
  async settings(cardId: string, config: object): Promise<void> {
    await this.ok("PATCH", `cardkit/v1/cards/${cardId}/settings`, {
      settings: JSON.stringify({ config }),
      sequence: this.next(cardId),
    });
  }

  /** Puts a whole new version of the card in place. */
  async update(cardId: string, json: object): Promise<void> {
    await this.ok("PUT", `cardkit/v1/cards/${cardId}`, {
      card: { type: "card_json", data: JSON.stringify(json) },
      sequence: this.next(cardId),
    });
  }

  /** Uploads a form and gives the key that comes back under `name`. */
  async upload(path: string, form: FormData, name: "image_key" | "file_key"): Promise<string> {
    await this.#authorize();
    const response = await this.#emulator.fetch(`${this.#emulator.apiUrl}/open-apis/${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${this.#token}` },
      body: form,
    });
    const answer = (await response.json()) as Answer;
    if (answer.code !== 0) throw new Error(`${path}: ${answer.code} ${answer.msg}`);
    return String(answer.data?.[name]);
  }

  /** The next sequence of a card. */
  next(cardId: string): number {
    const sequence = (this.#sequences.get(cardId) ?? 0) + 1;
    this.#sequences.set(cardId, sequence);
    return sequence;
  }

  /** A call that must succeed. @throws when Feishu says no */
  async ok(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await this.call(method, path, body);
    if (answer.code !== 0) throw new Error(`${method} ${path}: ${answer.code} ${answer.msg}`);
    return answer;
  }

  async #send(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await this.#emulator.fetch(`${this.#emulator.apiUrl}/open-apis/${path}`, {
      method,
      headers: {
        "content-type": "application/json; charset=utf-8",
        ...(this.#token === "" ? {} : { authorization: `Bearer ${this.#token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return (await response.json()) as Answer;
  }
}

/** A streaming card with one Markdown element called `answer`. */
export function streamingCard(content: string, print: Record<string, unknown> = {}, more: object = {}): object {
  return {
    schema: "2.0",
    config: {
      streaming_mode: true,
      update_multi: true,
      streaming_config: {
        print_frequency_ms: { default: 20 },
        print_step: { default: 2 },
        print_strategy: "fast",
        ...print,
      },
    },
    body: { elements: [{ tag: "markdown", element_id: "answer", content }] },
    ...more,
  };
}

/** A finished card with these components. */
export function plainCard(elements: object[], more: object = {}): object {
  return { schema: "2.0", config: { update_multi: true }, body: { elements }, ...more };
}
