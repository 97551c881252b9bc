import type { Core } from "../state/core.ts";
import { isObject, parseJson } from "../json.ts";
import { CARD_COMPONENTS, CARD_PER_SECOND, STREAMING_MS } from "../limits.ts";
import { RateWindow } from "../state/rate-window.ts";
import { refuse } from "../api/refusal.ts";
import type { CardEntity } from "../store/cards.ts";
import type { Chat } from "../store/chats.ts";
import type { StoredFile } from "../store/files.ts";
import { wantsStreaming } from "./print.ts";
import { readCard } from "./tree.ts";
import type { CardRules } from "./checks.ts";
import type { CardTree } from "./tree.ts";

/** What a CardKit element may be called. @see docs:cardkit-v1/card-element/update */
export function isElementId(id: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_]{0,19}$/u.test(id);
}

/** What a card of this app is checked against. `whole`: a whole card is written, not one element's text. */
export function cardRules(core: Core, appId: string, whole: boolean, chat: Chat | undefined): CardRules {
  const { settings, store } = core;
  const wanted = (level: "all" | "card" | "off"): boolean => level === "all" || (level === "card" && whole);
  return {
    maxTables: core.world.cardTables,
    maxComponents: CARD_COMPONENTS,
    isId: isElementId,
    knownMention: wanted(settings.checkMentions) ? (id) => isMentionable(core, appId, id, chat) : undefined,
    knownImage: wanted(settings.checkImages) ? (key) => isUsableImage(store.files.get(key), appId) : undefined,
  };
}

/** By open_id of this app, user_id or email; everybody where the group allows it. @see web:rich-text */
function isMentionable(core: Core, appId: string, id: string, chat: Chat | undefined): boolean {
  if (id === "all") return chat?.mentionAll !== false;
  const { users, apps } = core.store;
  const found = users.byOpenId(id);
  if (found !== undefined) return found.appId === appId;
  for (const app of apps.values()) if (app.botOpenId === id) return true;
  return users.byUserId(id) !== undefined || users.byEmail(id) !== undefined;
}

/** A card shows its own app's images, and those that people sent; another app's key is as good as none (200570). */
function isUsableImage(file: StoredFile | undefined, appId: string): boolean {
  return file?.kind === "image" && (file.appId === undefined || file.appId === appId);
}

/** The chat that shows a card, once it was sent. */
export function chatOf(core: Core, card: CardEntity): Chat | undefined {
  const message = core.store.messages.get(card.messageIds[0] ?? "");
  return message === undefined ? undefined : core.store.chats.get(message.chatId);
}

/** Registers a checked card as an entity. Streaming starts now when its config says so. */
export function addEntity(core: Core, appId: string, tree: CardTree): CardEntity {
  const card = newEntity(core, appId, tree);
  core.store.cards.add(card);
  return card;
}

/** An entity that is not in the store yet. */
export function newEntity(core: Core, appId: string, tree: CardTree): CardEntity {
  const now = core.clock.now();
  return {
    cardId: core.ids.cardId(),
    appId,
    createdAt: now,
    tree,
    streaming: wantsStreaming(tree.json),
    enabledAt: now,
    timeoutUntold: false,
    addTimeoutUntold: false,
    sequence: 0,
    uuids: new Map(),
    messageIds: [],
    fromTemplate: false,
    detached: false,
    converted: false,
    lockedUntil: -1,
    rate: new RateWindow(CARD_PER_SECOND, 1000, () => core.world.limitWindow === "fixed"),
    addedAt: new Map(),
    history: [],
    writes: 0,
  };
}

/** Is streaming mode on? The ten minutes are noticed when somebody asks, so no timer is needed. @see web:streaming-overview */
export function isStreaming(core: Core, card: CardEntity): boolean {
  if (card.streaming && core.clock.now() - card.enabledAt >= STREAMING_MS) endStreaming(card);
  return card.streaming;
}

/** Streaming mode runs out, as after ten minutes: the next content call is told 200850, later ones 300309. */
export function endStreaming(card: CardEntity): void {
  if (!card.streaming) return;
  card.streaming = false;
  card.timeoutUntold = true;
  card.addTimeoutUntold = true;
  writeStreamingFlag(card, false);
}

/** Turns streaming mode on (the ten minutes begin again) or off. */
export function setStreaming(core: Core, card: CardEntity, on: boolean): void {
  card.streaming = on;
  card.timeoutUntold = false;
  card.addTimeoutUntold = false;
  if (on) card.enabledAt = core.clock.now();
}

function writeStreamingFlag(card: CardEntity, on: boolean): void {
  const config = card.tree.json["config"];
  if (isObject(config) && config["streaming_mode"] !== on) {
    config["streaming_mode"] = on;
    card.tree.bytes += on ? -1 : 1;
  }
}

/**
 * Checks a card JSON for an entity. `chat`: where it is shown, if that is known. `more`: rules that are wider here.
 * @throws CardIssue
 */
export function readEntity(core: Core, appId: string, json: unknown, chat?: Chat, more?: Partial<CardRules>): CardTree {
  return readCard(json, { ...cardRules(core, appId, true, chat), ...more });
}

/** Checks a card JSON that a message brings: there ids may be of any length (public programs use up to 40 characters). @throws CardIssue */
export function readInline(core: Core, appId: string, json: unknown, chat?: Chat): CardTree {
  return readEntity(core, appId, json, chat, { isId: (id) => /^[A-Za-z][A-Za-z0-9_]*$/u.test(id) });
}

/** A field that is JSON inside JSON. @throws Refusal 200220 when it is not JSON */
export function readPart(text: string, name: string): unknown {
  const parsed = parseJson(text);
  if (parsed === undefined) throw refuse("cardContent", { warning: `${name} is not JSON` });
  return parsed.value;
}
