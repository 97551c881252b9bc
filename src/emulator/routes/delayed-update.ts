import { ok } from "../api/answer.ts";
import type { Answer } from "../api/answer.ts";
import type { Call, Route } from "../api/call.ts";
import { applyTree } from "../card/apply.ts";
import { chatOf, readInline, setStreaming } from "../card/entity.ts";
import { CardIssue } from "../card/issue.ts";
import { wantsStreaming } from "../card/print.ts";
import { isObject } from "../json.ts";
import { DELAYED_CARD_BYTES } from "../limits.ts";
import { refuse } from "../api/refusal.ts";
import { bodyJson } from "../api/request.ts";
import { announceCard } from "../views/make-views.ts";

function update(call: Call): Answer {
  const { core, app } = call;
  const body = bodyJson(call.request);
  if (!isObject(body)) throw refuse("delayedNotJson");
  if (typeof body["token"] !== "string") throw refuse("delayedTokenMalformed");
  const token = core.actionTokens.use(body["token"], app.appId);
  call.entry.messageId = token.messageId;
  const message = core.store.messages.get(token.messageId);
  if (message === undefined || message.recalled) throw refuse("delayedRecalled");
  const card = core.store.cards.get(message.cardId ?? "");
  if (card === undefined) throw refuse("delayedRecalled");
  call.entry.cardId = card.cardId;
  // The answer to the click counts first; a call before it is undone by it (docs:im-v1/message-card/uMDO1YjLzgTN24yM4UjN).
  if (!token.answered)
    throw refuse("cardBusy", { warning: "the card may only be updated after the click was answered" });
  const { card: given } = body;
  if (!isObject(given)) throw refuse("delayedMalformed");
  const { open_ids: openIds, ...json } = given;
  const shared = !isObject(card.tree.json["config"]) || card.tree.json["config"]["update_multi"] !== false;
  if (!shared && !(Array.isArray(openIds) && openIds.length > 0)) throw refuse("delayedOpenIds");
  try {
    const tree = readInline(core, app.appId, json, chatOf(core, card));
    if (tree.bytes > DELAYED_CARD_BYTES) throw refuse("delayedTooLarge");
    if (tree.bytes > core.world.cardBytes) throw refuse("delayedMalformed", { msg: "card is too large" });
    applyTree(card, tree);
  } catch (error) {
    if (error instanceof CardIssue) throw refuse("delayedMalformed", { msg: `card is malformed, ${error.message}` });
    throw error;
  }
  setStreaming(core, card, wantsStreaming(card.tree.json));
  announceCard(core, card);
  return ok({});
}

/** @see docs:im-v1/message-card/uMDO1YjLzgTN24yM4UjN */
export const delayedUpdateRoutes: readonly Route[] = [
  {
    operation: "card.delayed_update",
    method: "POST",
    path: "/open-apis/interactive/v1/card/update",
    auth: "tenant",
    scopes: ["im:message:send_as_bot", "im:message", "im:message:update"],
    invalid: "cardParameter",
    run: update,
  },
];
