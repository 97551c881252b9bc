import { errorText } from "../../log/index.ts";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { newEntity, setStreaming } from "../card/entity.ts";
import { readCard } from "../card/tree.ts";
import type { CardTree } from "../card/tree.ts";
import type { Core } from "./core.ts";
import { isObject, jsonBytes, parseJson } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { newChat } from "../messages/target.ts";
import { StateFileError } from "./error.ts";
import { lockState } from "./lock.ts";
import type { App } from "../store/apps.ts";
import type { CardEntity } from "../store/cards.ts";
import type { Chat } from "../store/chats.ts";
import type { StoredFile } from "../store/files.ts";
import type { Message } from "../store/messages.ts";
import type { Template } from "../store/store.ts";
import type { User } from "../store/users.ts";
import { worldOf } from "../world/index.ts";
import type { World } from "../world/index.ts";

/** Of what is written here; a file of another one is refused. */
const VERSION = 3;
/** A change is written at most this much later. */
const WRITE_MS = 1000;

interface Saved {
  readonly version: number;
  /** Where the random source goes on, so that ids of later runs are new. */
  readonly random: number;
  readonly world: World;
  readonly templates: readonly (readonly [id: string, template: Template])[];
  /** Used `uuid`s of messages. */
  readonly messageUuids: readonly (readonly [key: string, messageId: string, age: number])[];
  readonly apps: readonly (Omit<App, "scopes"> & { scopes: readonly string[] })[];
  readonly users: readonly (Omit<User, "unavailableTo" | "stopped"> & {
    unavailableTo: readonly string[];
    stopped: readonly string[];
  })[];
  readonly chats: readonly (Omit<Chat, "members" | "apps" | "rate" | "streamRate"> & {
    members: readonly string[];
    apps: readonly string[];
  })[];
  readonly messages: readonly (Omit<Message, "patchRate" | "sentAt" | "readBy" | "urgentFor"> & {
    age: number;
    readBy: readonly (readonly [userId: string, at: number])[];
    urgentFor: readonly string[];
  })[];
  readonly cards: readonly (Pick<
    CardEntity,
    | "cardId"
    | "appId"
    | "streaming"
    | "timeoutUntold"
    | "addTimeoutUntold"
    | "sequence"
    | "messageIds"
    | "fromTemplate"
    | "detached"
    | "converted"
  > & {
    json: JsonObject;
    uuids: readonly (readonly [uuid: string, age: number])[];
    age: number;
    enabledFor: number;
  })[];
  readonly files: readonly (Omit<StoredFile, "data"> & { data: string })[];
}

/** Everything worth keeping, as JSON. Times of the monotonic clock are kept as ages. Tokens, settings, faults and the timeline are not kept. */
function toState(core: Core): Saved {
  const { store, clock } = core;
  const now = clock.now();
  return {
    version: VERSION,
    random: core.randomness.position(),
    world: core.world,
    templates: [...store.templates],
    messageUuids: Array.from(core.messageUuids, ([key, used]) => [key, used.messageId, now - used.at]),
    apps: Array.from(store.apps.values(), (app) => ({ ...app, scopes: [...app.scopes] })),
    users: store.users
      .all()
      .map((user) => ({ ...user, unavailableTo: [...user.unavailableTo], stopped: [...user.stopped] })),
    chats: store.chats.all().map((chat) => ({
      ...chat,
      rate: undefined,
      streamRate: undefined,
      members: [...chat.members],
      apps: [...chat.apps],
    })),
    messages: store.messages.all().map(({ sentAt, ...message }) => ({
      ...message,
      patchRate: undefined,
      readBy: [...message.readBy],
      urgentFor: [...message.urgentFor],
      age: now - sentAt,
    })),
    cards: store.cards.all().map((card) => ({
      cardId: card.cardId,
      appId: card.appId,
      streaming: card.streaming,
      timeoutUntold: card.timeoutUntold,
      addTimeoutUntold: card.addTimeoutUntold,
      sequence: card.sequence,
      messageIds: card.messageIds,
      fromTemplate: card.fromTemplate,
      detached: card.detached,
      converted: card.converted,
      json: card.tree.json,
      uuids: Array.from(card.uuids, ([uuid, at]) => [uuid, now - at]),
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
  return readCard(json, { maxTables: Infinity, maxComponents: Infinity, isId: () => true });
}

/** Puts saved things in place of what the store holds. @throws when something is not as {@link toState} writes it */
function fromState(core: Core, saved: Saved): void {
  const { store, clock } = core;
  const now = clock.now();
  store.clear();
  core.randomness.moveTo(saved.random);
  Object.assign(core.world, worldOf(saved.world));
  for (const [id, template] of saved.templates) store.templates.set(id, template);
  core.messageUuids.clear();
  for (const [key, messageId, age] of saved.messageUuids)
    core.messageUuids.set(key, { messageId, at: now - age, inFlight: false });
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
    store.messages.add({
      ...message,
      reactions: [...message.reactions],
      readBy: new Map(message.readBy),
      urgentFor: new Set(message.urgentFor),
      sentAt: now - age,
      patchRate: undefined,
    });
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
      timeoutUntold: one.timeoutUntold,
      addTimeoutUntold: one.addTimeoutUntold,
      sequence: one.sequence,
      uuids: new Map(one.uuids.map(([uuid, age]) => [uuid, now - age])),
      messageIds: [...one.messageIds],
      fromTemplate: one.fromTemplate,
      detached: one.detached,
      converted: one.converted,
    });
    store.cards.add(card);
  }
  for (const file of saved.files) store.files.add({ ...file, data: new Uint8Array(Buffer.from(file.data, "base64")) });
}

async function read(core: Core, file: string): Promise<void> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw new StateFileError("unreadable", file, errorText(error), error);
  }
  const state = parseJson(text)?.value;
  if (!isObject(state)) throw new StateFileError("unreadable", file, "it is not a JSON object");
  if (state["version"] !== VERSION) throw new StateFileError("unreadable", file, `it is not of version ${VERSION}`);
  try {
    // Written by toState of the same version.
    fromState(core, state as unknown as Saved);
  } catch (error) {
    throw new StateFileError("unreadable", file, "something in it is missing or of another kind", error);
  }
}

/**
 * Loads a state file, when there is one, and writes it again soon after every change and at the end.
 * @returns writes the last state and lets the file go; call it once at the end
 * @throws StateFileError when another emulator has it, it is no state, or its folder cannot be written
 */
export async function keepState(core: Core, file: string): Promise<() => Promise<void>> {
  const unlock = await lockState(file);
  try {
    await read(core, file);
  } catch (error) {
    await unlock();
    throw error;
  }
  // The rename makes the change whole or not at all, whenever the process ends.
  const writeOnce = async (): Promise<void> => {
    // It holds secrets of apps. One that another left behind keeps its mode, or is a link: a new one is made.
    await rm(`${file}.new`, { force: true });
    await writeFile(`${file}.new`, JSON.stringify(toState(core)), { flush: true, flag: "wx", mode: 0o600 });
    await rename(`${file}.new`, file);
  };
  let writing: Promise<void> = Promise.resolve();
  const write = (): Promise<void> => {
    writing = writing.then(writeOnce, writeOnce);
    return writing;
  };
  let cancel: (() => void) | undefined;
  const soon = (): void => {
    cancel ??= core.clock.setTimer(WRITE_MS, () => {
      cancel = undefined;
      write().catch((error: unknown) =>
        core.logger.error("the state file could not be written", { error: String(error) }),
      );
    });
  };
  const stops = [
    core.feed.onChange(soon),
    // What people do in this process comes by no call.
    core.feed.subscribe((event) => {
      if (["message", "card", "text", "reaction", "chat", "reset"].includes(event.type)) soon();
    }),
  ];
  return async () => {
    for (const stop of stops) stop();
    cancel?.();
    try {
      await write();
    } finally {
      await unlock();
    }
  };
}
