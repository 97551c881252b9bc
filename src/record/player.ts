import type { Emulator } from "../emulator/index.ts";
import { fieldOf, parseText, textAt } from "./json.ts";
import type { JsonObject } from "./json.ts";
import { operationOf } from "./operation.ts";
import type { Operation } from "./operation.ts";
import type { RecordedCall } from "./recording.ts";

/** Why a call was not played. */
export type NotPlayed =
  /** Tokens, addresses of long connections, registration: secrets, which a recording does not hold. */
  | "secret"
  /** Uploads and downloads: a recording holds no bytes of files. */
  | "bytes"
  /** The body was too large, or no JSON. */
  | "unreadable"
  /** It concerns a card or message from before the recording. */
  | "before"
  /** It was no call to the API. */
  | "other";

/** What became of a call that was played. */
export type Played =
  | { readonly played: false; readonly why: NotPlayed; readonly operation: Operation }
  | {
      readonly played: true;
      readonly operation: Operation;
      readonly status: number;
      readonly code: number;
      readonly msg: string;
      readonly answer: unknown;
      /** Message and card that the call concerned or made. */
      readonly concerns: readonly string[];
    };

/** The app that stands for callers whose token was given out before the recording began. */
const UNKNOWN_APP = "cli_00000000000000aa";

/** Plays what was recorded elsewhere on an emulator, under the ids that things had there. */
export class Player {
  readonly #emulator: Emulator;
  /** Ids that the emulator makes itself: of reactions, and of cards that were sent as JSON and converted later. */
  readonly #renames = new Map<string, string>();
  readonly #chatOfMessage = new Map<string, string>();

  constructor(emulator: Emulator) {
    this.#emulator = emulator;
  }

  /** Plays one call. Afterwards the emulator holds what the other Feishu holds, if it answered alike. */
  async call(call: RecordedCall): Promise<Played> {
    const operation = operationOf(call.method, call.path);
    const skip = (why: NotPlayed): Played => ({ played: false, why, operation });
    if (!call.path.startsWith("/open-apis/")) return skip(operation.name === "auth" ? "secret" : "other");
    if (operation.name === "auth") return skip("secret");
    const app = call.app ?? UNKNOWN_APP;
    const token = this.#emulator.adopt.token(app);
    if (operation.name === "image.upload" || operation.name === "file.upload") {
      for (const [kind, field] of [
        ["image", "image_key"],
        ["file", "file_key"],
      ] as const) {
        const key = textAt(call.response.json, "data", field);
        if (key !== undefined) this.#emulator.adopt.file(key, kind, app);
      }
      return skip("bytes");
    }
    if (operation.name === "message.resource") return skip("bytes");
    if (call.request.left !== undefined) return skip("unreadable");
    if (this.#isFromBefore(operation, call)) return skip("before");

    const request = this.#prepare(operation, call, app);
    const query = new URLSearchParams(request.query).toString();
    const response = await this.#emulator.fetch(
      `${this.#emulator.apiUrl}${this.#rename(call.path)}${query === "" ? "" : `?${query}`}`,
      {
        method: call.method,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        ...(request.json === undefined || call.method === "GET" ? {} : { body: JSON.stringify(request.json) }),
      },
    );
    this.#emulator.adopt.forgetIds();
    const answer = parseText(await response.text());
    const code = fieldOf(answer, "code");
    this.#learn(operation, call, answer);
    const made = [textAt(call.response.json, "data", "card_id"), textAt(call.response.json, "data", "message_id")];
    // Reactions have a history of their own: whether they differ says nothing about the message below them.
    const isReaction = operation.name.startsWith("reaction.");
    const about = isReaction ? `reactions of ${operation.messageId}` : operation.messageId;
    const concerns = [operation.cardId, about, this.#sentCard(call), ...made];
    return {
      played: true,
      operation,
      status: response.status,
      code: typeof code === "number" ? code : -1,
      msg: textAt(answer, "msg") ?? "",
      answer,
      concerns: concerns.filter((id) => id !== undefined),
    };
  }

  /** Takes an event of the other Feishu in: the people, chats and messages in it exist from now on. */
  event(json: unknown, app: string = UNKNOWN_APP): void {
    if (textAt(json, "header", "event_type") !== "im.message.receive_v1") return;
    const appId = textAt(json, "header", "app_id") ?? app;
    if (!/^cli_[0-9a-f]{16}$/u.test(appId)) return;
    this.#emulator.adopt.token(appId);
    const message = fieldOf(json, "event", "message");
    const chatId = textAt(message, "chat_id");
    const messageId = textAt(message, "message_id");
    const openId = textAt(json, "event", "sender", "sender_id", "open_id");
    if (chatId === undefined || messageId === undefined || openId === undefined) return;
    const user = this.#emulator.adopt.person(openId, appId);
    const type = textAt(message, "chat_type") === "p2p" ? "p2p" : "group";
    const chat = this.#emulator.adopt.chat(chatId, { type, appId, user });
    const content = parseText(textAt(message, "content") ?? "");
    this.#chatOfMessage.set(messageId, chatId);
    this.#emulator.adopt.message(messageId, {
      chat,
      user,
      msgType: textAt(message, "message_type"),
      // Only an object can be the content of a message.
      content: typeof content === "object" && content !== null ? (content as JsonObject) : undefined,
      parentId: textAt(message, "parent_id"),
      threadId: textAt(message, "thread_id"),
    });
  }

  #isFromBefore(operation: Operation, call: RecordedCall): boolean {
    const { store } = this.#emulator;
    if (fieldOf(call.response.json, "code") !== 0) return false;
    if (operation.cardId !== undefined) return store.cards.get(this.#rename(operation.cardId)) === undefined;
    if (operation.messageId === undefined || operation.name === "message.reply") return false;
    return store.messages.get(operation.messageId) === undefined;
  }

  /** Makes chats and ids ready, and gives the request as it is to be sent here. */
  #prepare(
    operation: Operation,
    call: RecordedCall,
    app: string,
  ): { json: unknown; query: Readonly<Record<string, string>> } {
    const { adopt } = this.#emulator;
    const data = fieldOf(call.response.json, "data");
    const query = { ...call.query };
    let { json } = call.request;
    const ids = [
      ["message", textAt(data, "message_id")],
      ["thread", textAt(data, "thread_id")],
      ["card", operation.name === "card.create" ? textAt(data, "card_id") : undefined],
    ] as const;
    if (operation.name === "message.create") {
      const wanted = query["receive_id_type"] === "chat_id" ? textAt(json, "receive_id") : undefined;
      const chatId = textAt(data, "chat_id") ?? wanted;
      if (chatId?.startsWith("oc_") === true) {
        adopt.chat(chatId, { type: "group", appId: app });
        // Whichever way the receiver was named: here it is the chat that the answer told.
        if (wanted === undefined) {
          query["receive_id_type"] = "chat_id";
          json = { ...(json as JsonObject), receive_id: chatId };
        }
      }
    }
    if (operation.name === "message.reply" && operation.messageId !== undefined) {
      const chatId = textAt(data, "chat_id") ?? this.#chatOfMessage.get(operation.messageId);
      if (chatId?.startsWith("oc_") === true) {
        const user = adopt.person("ou_somebody", app);
        const chat = adopt.chat(chatId, { type: "group", appId: app, user });
        adopt.message(operation.messageId, { chat, user });
      }
    }
    // People exist whom nobody has heard: they pressed, or their messages came encrypted.
    if (operation.personId !== undefined && fieldOf(call.response.json, "code") === 0)
      adopt.person(operation.personId, app);
    for (const [kind, id] of ids) if (id !== undefined) adopt.nextId(kind, id);
    return { json: this.#renameCard(json), query };
  }

  #learn(operation: Operation, call: RecordedCall, answer: unknown): void {
    const field = operation.name === "card.convert" ? "card_id" : "reaction_id";
    if (operation.name !== "card.convert" && operation.name !== "reaction.add") return;
    const there = textAt(call.response.json, "data", field);
    const here = textAt(answer, "data", field);
    if (there !== undefined && here !== undefined && there !== here) this.#renames.set(there, here);
  }

  #rename(path: string): string {
    return path
      .split("/")
      .map((part) => this.#renames.get(part) ?? part)
      .join("/");
  }

  /** The card entity that a message sends. */
  #sentCard(call: RecordedCall): string | undefined {
    return textAt(parseText(textAt(call.request.json, "content") ?? ""), "data", "card_id");
  }

  #renameCard(json: unknown): unknown {
    const id = textAt(parseText(textAt(json, "content") ?? ""), "data", "card_id");
    const here = id === undefined ? undefined : this.#renames.get(id);
    if (here === undefined) return json;
    return { ...(json as JsonObject), content: JSON.stringify({ type: "card", data: { card_id: here } }) };
  }
}
