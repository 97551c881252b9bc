import { ok } from "../api/answer.ts";
import type { Answer } from "../api/answer.ts";
import type { Call } from "../api/call.ts";
import type { Core } from "../state/core.ts";
import { CARD_PER_SECOND, CHAT_STREAM_PER_SECOND, ENTITY_MS } from "../limits.ts";
import { refuse } from "../api/refusal.ts";
import { trimMap } from "../store/bounded-map.ts";
import type { CardEntity } from "../store/cards.ts";
import { announceMessage } from "../views/make-views.ts";
import { chatOf, isStreaming } from "./entity.ts";

/** uuids remembered per card. */
const MAX_UUIDS = 5000;

/** What every CardKit write says beside its content. */
export interface WriteFields {
  readonly sequence: number;
  readonly uuid?: string | undefined;
}

/**
 * Runs a write on the call's card after the checks in section 11's order: exists, owner, (limits,) age, lock, sequence, uuid.
 * The sequence is used up by success and, in most worlds, by failure.
 */
export function writeCard(call: Call, input: WriteFields, operate: (card: CardEntity) => Answer): Answer {
  const { core } = call;
  const { world } = core;
  const now = core.clock.now();
  const card = findCard(call);
  countToCard(core, card);
  countToChat(core, card);
  if (now - card.createdAt >= ENTITY_MS) throw refuse("cardExpired");
  if (card.lockedUntil > now) throw refuse("cardBusy");
  const checkSequence = (): void => {
    if (input.sequence > card.sequence) return;
    throw refuse("sequence", { warning: `sequence ${input.sequence} after ${card.sequence}: Feishu answers 300317` });
  };
  if (world.checkFirst === "sequence") checkSequence();
  const usedAt = input.uuid === undefined ? undefined : card.uuids.get(input.uuid);
  if (usedAt !== undefined && now - usedAt < world.cardUuidMs && world.cardUuidReplay !== "appliedAgain") {
    if (world.failedCallConsumesSequence) card.sequence = Math.max(card.sequence, input.sequence);
    const warning = "this uuid was used on this card before: the earlier call took effect";
    if (world.cardUuidReplay === "ok") return ok({}, { warning });
    throw refuse("uuidConflict", { warning });
  }
  if (world.checkFirst === "uuid") checkSequence();
  try {
    const answer = operate(card);
    card.sequence = input.sequence;
    if (input.uuid !== undefined) {
      card.uuids.set(input.uuid, now);
      trimMap(card.uuids, MAX_UUIDS);
    }
    if (card.detached === "untilNextCall") comeBack(core, card);
    return answer;
  } catch (error) {
    if (world.failedCallConsumesSequence) card.sequence = input.sequence;
    throw error;
  }
}

function findCard(call: Call): CardEntity {
  if (call.param("card_id").length > 20) throw call.invalid("card_id", "max len is 20");
  const card = call.core.store.cards.get(call.param("card_id"));
  if (card === undefined) throw refuse("cardUnknown");
  call.entry.messageId ??= card.messageIds[0];
  if (card.appId !== call.app.appId) throw refuse("cardOfOtherApp");
  return card;
}

/** @throws Refusal over ten calls a second on this card @see web:streaming-overview */
function countToCard(core: Core, card: CardEntity): void {
  const { cardLimitWhileStreaming: limit } = core.world;
  if (limit === "free" && isStreaming(core, card)) return;
  const now = core.clock.now();
  if (card.rate.waitMs(now) > 0) {
    const warning = "more than 10 calls in a second on this card";
    throw limit === 99991400 ? tooMany(CARD_PER_SECOND, warning) : refuse("chatFrequency", { warning });
  }
  card.rate.add(now);
}

/** @throws Refusal 99991400 where the cards that stream in one chat share a limit */
function countToChat(core: Core, card: CardEntity): void {
  if (core.world.streamingCardsInChat === "free") return;
  const chat = chatOf(core, card);
  if (chat === undefined) return;
  const now = core.clock.now();
  const alone = !chat.messageIds.some((id) => {
    const other = core.store.cards.get(core.store.messages.get(id)?.cardId ?? "");
    return other !== undefined && other !== card && isStreaming(core, other);
  });
  if (!alone && chat.streamRate.waitMs(now) > 0)
    throw tooMany(CHAT_STREAM_PER_SECOND, "more than 13 calls in a second on the cards that stream in this chat");
  chat.streamRate.add(now);
}

function tooMany(limit: number, warning: string): Error {
  const headers = { "x-ogw-ratelimit-limit": String(limit), "x-ogw-ratelimit-reset": "1" };
  return refuse("rateLimited", { httpStatus: 429, headers, warning });
}

/** The entity takes its place in its message again. */
function comeBack(core: Core, card: CardEntity): void {
  card.detached = false;
  for (const id of card.messageIds) {
    const message = core.store.messages.get(id);
    if (message === undefined) continue;
    message.cardId = card.cardId;
    announceMessage(core, "updated", message);
  }
}
