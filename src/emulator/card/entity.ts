import type { Call } from "../call.ts";
import { ok } from "../answer.ts";
import type { Answer } from "../answer.ts";
import type { Core } from "../core.ts";
import { isObject, parseJson } from "../json.ts";
import { CARD_PER_SECOND, ENTITY_MS, STREAMING_MS } from "../limits.ts";
import { RateWindow } from "../rate-window.ts";
import { Refusal, refuse } from "../refusal.ts";
import type { CardEntity } from "../store/cards.ts";
import type { Chat } from "../store/chats.ts";
import type { StoredFile } from "../store/files.ts";
import { trimMap } from "../store/bounded-map.ts";
import { wantsStreaming } from "./print.ts";
import { readCard } from "./tree.ts";
import type { CardRules } from "./checks.ts";
import type { CardTree } from "./tree.ts";

/** uuids remembered per card. */
const MAX_UUIDS = 5000;

/** What a card of this app is checked against. `whole`: a whole card is written, not one element's text. */
export function cardRules(core: Core, appId: string, whole: boolean, chat: Chat | undefined): CardRules {
  const { settings, store } = core;
  const wanted = (level: "all" | "card" | "off"): boolean => level === "all" || (level === "card" && whole);
  return {
    maxTables: settings.maxTablesPerCard,
    maxTablesPerElement: settings.maxTablesPerElement,
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
  const message = card.messageId === undefined ? undefined : core.store.messages.get(card.messageId);
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
    messageId: undefined,
    fromTemplate: false,
    sent: false,
    detached: false,
    lockedUntil: -1,
    rate: new RateWindow(CARD_PER_SECOND, 1000, core.settings.limitWindow === "fixed"),
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

/** Checks a card JSON for an entity. `chat`: where it is shown, if that is known. @throws CardIssue */
export function readEntity(core: Core, appId: string, json: unknown, chat?: Chat): CardTree {
  return readCard(json, cardRules(core, appId, true, chat));
}

/** A field that is JSON inside JSON. @throws Refusal 200220 when it is not JSON */
export function readPart(text: string, name: string): unknown {
  const parsed = parseJson(text);
  if (parsed === undefined) throw refuse("cardContent", { warning: `${name} is not JSON` });
  return parsed.value;
}

/**
 * Runs a write on the call's card after the checks in section 11's order: exists, owner, (limit,) age, lock, sequence, uuid.
 * The sequence is used up by success and, by setting, by failure.
 */
export function writeCard(
  call: Call,
  input: { sequence: number; uuid?: string | undefined },
  operate: (card: CardEntity) => Answer,
): Answer {
  const { core } = call;
  const { settings } = core;
  const now = core.clock.now();
  if (call.param("card_id").length > 20) throw call.invalid("card_id: 1 to 20 characters");
  const card = core.store.cards.get(call.param("card_id"));
  if (card === undefined) throw refuse("cardUnknown");
  call.entry.messageId ??= card.messageId;
  if (card.appId !== call.app.appId) throw refuse("cardOfOtherApp");
  if (settings.cardLimitWhileStreaming || !isStreaming(core, card)) {
    if (card.rate.waitMs(now) > 0) throw overCardLimit(settings.cardLimitCode);
    card.rate.add(now);
  }
  if (now - card.createdAt >= ENTITY_MS) throw refuse("cardExpired");
  if (card.lockedUntil > now) throw refuse("cardBusy");
  const checkSequence = (): void => {
    if (input.sequence > card.sequence) return;
    throw refuse("sequence", { warning: `sequence ${input.sequence} after ${card.sequence}: Feishu answers 300317` });
  };
  if (settings.checkFirst === "sequence") checkSequence();
  const usedAt = input.uuid === undefined ? undefined : card.uuids.get(input.uuid);
  if (usedAt !== undefined && now - usedAt < settings.cardUuidMs) {
    if (settings.failedCallsConsumeSequence) card.sequence = Math.max(card.sequence, input.sequence);
    const warning = "this uuid was used on this card before: the earlier call took effect";
    if (settings.cardUuidReplay === "same") return ok({}, { warning });
    throw refuse("uuidConflict", { warning });
  }
  if (settings.checkFirst === "uuid") checkSequence();
  try {
    const answer = operate(card);
    card.sequence = input.sequence;
    if (input.uuid !== undefined) {
      card.uuids.set(input.uuid, now);
      trimMap(card.uuids, MAX_UUIDS);
    }
    return answer;
  } catch (error) {
    if (settings.failedCallsConsumeSequence) card.sequence = input.sequence;
    throw error;
  }
}

function overCardLimit(code: 230020 | 99991400 | 200400): Error {
  const warning = "more than 10 calls in a second on this card";
  if (code === 200400) return new Refusal(200400, "frequency limit", { warning });
  if (code === 230020) return refuse("chatFrequency", { warning });
  const headers = { "x-ogw-ratelimit-limit": String(CARD_PER_SECOND), "x-ogw-ratelimit-reset": "1" };
  return refuse("rateLimited", { httpStatus: 429, headers, warning });
}
