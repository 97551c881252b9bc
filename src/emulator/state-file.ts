import { readFile, rename, writeFile } from "node:fs/promises";
import { newEntity, setStreaming } from "./card/entity.ts";
import { readCard } from "./card/tree.ts";
import type { CardTree } from "./card/tree.ts";
import type { Core } from "./core.ts";
import { isObject, jsonBytes } from "./json.ts";
import type { JsonObject } from "./json.ts";
import { newChat } from "./messages/target.ts";
import type { App } from "./store/apps.ts";
import type { CardEntity } from "./store/cards.ts";
import type { Chat } from "./store/chats.ts";
import type { StoredFile } from "./store/files.ts";
import type { Message } from "./store/messages.ts";
import type { User } from "./store/users.ts";

const VERSION = 1;
/** A change is written at most this much later. */
const WRITE_MS = 1000;

interface Saved {
  readonly version: number;
  readonly apps: readonly (Omit<App, "scopes"> & { scopes: readonly string[] })[];
  readonly users: readonly (Omit<User, "unavailableTo" | "stopped"> & {
    unavailableTo: readonly string[];
    stopped: readonly string[];
  })[];
  readonly chats: readonly (Omit<Chat, "members" | "apps" | "rate"> & {
    members: readonly string[];
    apps: readonly string[];
  })[];
  readonly messages: readonly (Omit<Message, "patchRate" | "sentAt"> & { age: number })[];
  readonly cards: readonly (Pick<
    CardEntity,
    "cardId" | "appId" | "streaming" | "sequence" | "messageId" | "sent" | "detached"
  > & {
    json: JsonObject;
    age: number;
    enabledFor: number;
  })[];
  readonly files: readonly (Omit<StoredFile, "data"> & { data: string })[];
}

/** Everything worth keeping, as JSON. Times of the monotonic clock are kept as ages. Tokens, faults and the timeline are not kept. */
function toState(core: Core): Saved {
  const { store, clock } = core;
  const now = clock.now();
  return {
    version: VERSION,
    apps: Array.from(store.apps.values(), (app) => ({ ...app, scopes: [...app.scopes] })),
    users: store.users
      .all()
      .map((user) => ({ ...user, unavailableTo: [...user.unavailableTo], stopped: [...user.stopped] })),
    chats: store.chats
      .all()
      .map((chat) => ({ ...chat, rate: undefined, members: [...chat.members], apps: [...chat.apps] })),
    messages: store.messages
      .all()
      .map(({ sentAt, ...message }) => ({ ...message, patchRate: undefined, age: now - sentAt })),
    cards: store.cards.all().map((card) => ({
      cardId: card.cardId,
      appId: card.appId,
      streaming: card.streaming,
      sequence: card.sequence,
      messageId: card.messageId,
      sent: card.sent,
      detached: card.detached,
      json: card.tree.json,
      age: now - card.createdAt,
      enabledFor: now - card.enabledAt,
    })),
    files: store.files.all().map((file) => ({ ...file, data: Buffer.from(file.data).toString("base64") })),
  };
}

function readTree(json: JsonObject): CardTree {
  if (json["schema"] !== "2.0" && Object.keys(json).length > 0)
    return { json, slots: new Map(), components: 0, tables: 0, bytes: jsonBytes(json) };
  // It passed every check when it was written; only its shape is needed again.
  return readCard(json, { maxTables: Infinity, maxTablesPerElement: Infinity });
}

/** Puts saved things in place of what the store holds. @throws TypeError when it is no state of this version */
function fromState(core: Core, state: unknown): void {
  if (!isObject(state) || state["version"] !== VERSION)
    throw new TypeError(`the state file is not of version ${VERSION}`);
  // Written by toState of the same version.
  const saved = state as unknown as Saved;
  const { store, clock } = core;
  const now = clock.now();
  store.clear();
  for (const app of saved.apps) store.apps.set(app.appId, { ...app, scopes: new Set(app.scopes) });
  for (const user of saved.users) {
    store.users.add(
      { ...user, unavailableTo: new Set(user.unavailableTo), stopped: new Set(user.stopped) },
      store.apps.keys(),
    );
  }
  for (const chat of saved.chats) {
    const fresh = newChat(core, { ...chat, ownerUserId: chat.ownerUserId });
    store.chats.add({
      ...fresh,
      ...chat,
      members: new Set(chat.members),
      apps: new Set(chat.apps),
      messageIds: [...chat.messageIds],
    });
  }
  for (const { age, ...message } of saved.messages) {
    store.messages.add({ ...message, reactions: [...message.reactions], sentAt: now - age, patchRate: undefined });
  }
  for (const one of saved.cards) {
    const card: CardEntity = {
      ...newEntity(core, one.appId, readTree(one.json)),
      cardId: one.cardId,
      createdAt: now - one.age,
    };
    setStreaming(core, card, one.streaming);
    Object.assign(card, {
      enabledAt: now - one.enabledFor,
      sequence: one.sequence,
      messageId: one.messageId,
      sent: one.sent,
      detached: one.detached,
    });
    store.cards.add(card);
  }
  for (const file of saved.files) store.files.add({ ...file, data: new Uint8Array(Buffer.from(file.data, "base64")) });
}

/**
 * Loads a state file, when there is one, and writes it again soon after every change and at the end.
 * @returns writes the last state; call it once at the end
 * @throws when the file is there but cannot be read
 */
export async function keepState(core: Core, file: string): Promise<() => Promise<void>> {
  try {
    fromState(core, JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  // The rename makes the change whole or not at all, whenever the process ends.
  const writeOnce = async (): Promise<void> => {
    await writeFile(`${file}.new`, JSON.stringify(toState(core)));
    await rename(`${file}.new`, file);
  };
  let writing: Promise<void> = Promise.resolve();
  const write = (): Promise<void> => {
    writing = writing.then(writeOnce, writeOnce);
    return writing;
  };
  let cancel: (() => void) | undefined;
  const unsubscribe = core.feed.subscribe((event) => {
    if (["call", "meters", "connections", "toast"].includes(event.type) || cancel !== undefined) return;
    cancel = core.clock.setTimer(WRITE_MS, () => {
      cancel = undefined;
      write().catch((error: unknown) =>
        core.logger.error("the state file could not be written", { error: String(error) }),
      );
    });
  });
  return async () => {
    unsubscribe();
    cancel?.();
    await write();
  };
}
