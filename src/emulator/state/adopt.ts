import type { Core } from "./core.ts";
import type { JsonObject } from "../json.ts";
import { newChat } from "../messages/target.ts";
import { postMessage } from "../messages/post.ts";
import { addApp, addUser } from "./seed.ts";
import type { Chat } from "../store/chats.ts";
import type { StoredFile } from "../store/files.ts";
import type { Message } from "../store/messages.ts";
import type { User } from "../store/users.ts";

/** Kinds of things whose next id can be said beforehand. */
export type AdoptedKind = "message" | "card" | "thread" | "image" | "file";

const PREFIXES: Readonly<Record<AdoptedKind, string>> = {
  message: "om_x100",
  card: "card",
  thread: "omt_",
  image: "img_v3_",
  file: "file_v3_",
};

/**
 * Makes this emulator stand for another Feishu: what exists there exists here, under the same ids. For recordings, which are
 * played against the emulator.
 */
export class Adopt {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  /** The next thing of this kind gets this id. */
  nextId(kind: AdoptedKind, id: string): void {
    this.#core.ids.expect(PREFIXES[kind], id);
  }

  /** Forgets ids that were said and not used. */
  forgetIds(): void {
    this.#core.ids.expectNothing();
  }

  /** A token of this app, which is made when it is not there. @throws TypeError for an app id of another shape */
  token(appId: string): string {
    if (!this.#core.store.apps.has(appId)) addApp(this.#core, { appId, name: appId });
    return this.#core.store.tokens.issue(appId, "tenant", 7200).token.value;
  }

  /** The person with this open_id for this app. */
  person(openId: string, appId: string, name: string = openId.slice(0, 9)): User {
    const known = this.#core.store.users.byOpenId(openId);
    if (known !== undefined) return known.user;
    const user = addUser(this.#core, { name });
    this.#core.store.users.adopt(user, appId, openId);
    return user;
  }

  /** The chat with this id; the app and the person are in it afterwards. */
  chat(chatId: string, parts: { type: "p2p" | "group"; appId: string; user?: User | undefined; name?: string }): Chat {
    const { store } = this.#core;
    const known = store.chats.get(chatId);
    const members = parts.user === undefined ? [] : [parts.user.userId];
    if (known === undefined) {
      const name = parts.name ?? chatId.slice(0, 9);
      const chat = newChat(this.#core, {
        ...parts,
        chatId,
        name,
        members,
        apps: [parts.appId],
        ownerUserId: undefined,
      });
      store.chats.add(chat);
      this.#core.feed.changed();
      return chat;
    }
    known.apps.add(parts.appId);
    for (const userId of members) known.members.add(userId);
    return known;
  }

  /** A message that was there before: a person's, with these words. */
  message(
    messageId: string,
    parts: {
      chat: Chat;
      user: User;
      msgType?: string | undefined;
      content?: JsonObject | undefined;
      parentId?: string | undefined;
      threadId?: string | undefined;
    },
  ): Message {
    const { store } = this.#core;
    const known = store.messages.get(messageId);
    if (known !== undefined) return known;
    this.nextId("message", messageId);
    if (parts.threadId !== undefined) this.nextId("thread", parts.threadId);
    const message = postMessage(this.#core, {
      chat: parts.chat,
      sender: { type: "user", userId: parts.user.userId },
      msgType: parts.msgType ?? "text",
      content: { content: parts.content ?? { text: "…" }, mentions: [], card: undefined },
      parent: parts.parentId === undefined ? undefined : store.messages.get(parts.parentId),
      inThread: parts.threadId !== undefined,
    });
    this.forgetIds();
    return message;
  }

  /** A file or picture that was uploaded elsewhere; its bytes are not known. */
  file(key: string, kind: StoredFile["kind"], appId: string): void {
    const data = new Uint8Array(Buffer.from("not known"));
    const contentType = "application/octet-stream";
    const file = { key, appId, kind, type: "stream", name: key, contentType, data, durationMs: undefined };
    this.#core.store.files.add(file);
  }
}
