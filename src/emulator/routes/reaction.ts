import { z } from "zod";
import { ok } from "../api/answer.ts";
import type { Answer } from "../api/answer.ts";
import type { Call, Route } from "../api/call.ts";
import { EMOJI } from "../emoji.ts";
import { refuse } from "../api/refusal.ts";
import type { Message, Reaction } from "../store/messages.ts";
import { toReactionViews } from "../views/make-views.ts";
import { tellReaction } from "../inbound/notices.ts";

const base = { auth: "tenant", invalid: "fieldValidation" } as const;
const WRITE = ["im:message.reactions:write_only", "im:message"];
const READ = ["im:message.reactions:read", "im:message:readonly", "im:message"];

const createBody = z.object({ reaction_type: z.object({ emoji_type: z.string().min(1) }) });

function findMessage(call: Call): Message {
  const message = call.core.store.messages.get(call.param("message_id"));
  if (message === undefined || message.recalled) throw refuse("reactionMessageMissing");
  const chat = call.core.store.chats.get(message.chatId);
  if (chat?.dissolved === true) throw refuse("chatDissolved");
  if (chat?.apps.has(call.app.appId) !== true) throw refuse("reactionOperatorOutside");
  return message;
}

function toWire(call: Call, reaction: Reaction): Record<string, unknown> {
  const { by } = reaction;
  const user = by.type === "user" ? call.core.store.users.byUserId(by.userId) : undefined;
  const operatorId =
    by.type === "app" ? by.appId : user === undefined ? "" : call.core.store.users.openId(user, call.app.appId);
  return {
    reaction_id: reaction.reactionId,
    operator: { operator_id: operatorId, operator_type: by.type },
    action_time: String(reaction.at),
    reaction_type: { emoji_type: reaction.emoji },
  };
}

function announce(call: Call, message: Message): void {
  const { core } = call;
  core.feed.emit(() => ({
    type: "reaction",
    chatId: message.chatId,
    messageId: message.messageId,
    reactions: toReactionViews(core, message),
  }));
}

function create(call: Call): Answer {
  const emoji = call.input(createBody).reaction_type.emoji_type;
  if (!EMOJI.has(emoji))
    throw refuse("emojiInvalid", { warning: `there is no reaction called ${emoji}; names are case-sensitive` });
  const message = findMessage(call);
  const { core, app } = call;
  const own = message.reactions.find(
    (one) => one.emoji === emoji && one.by.type === "app" && one.by.appId === app.appId,
  );
  if (own !== undefined) return ok(toWire(call, own));
  const reaction: Reaction = {
    reactionId: core.ids.make(""),
    emoji,
    by: { type: "app", appId: app.appId },
    at: Math.round(core.clock.wallNow()),
  };
  message.reactions.push(reaction);
  announce(call, message);
  tellReaction(core, message, reaction, "created");
  return ok(toWire(call, reaction));
}

function remove(call: Call): Answer {
  const message = findMessage(call);
  const id = call.param("reaction_id");
  const reaction = message.reactions.find((one) => one.reactionId === id);
  if (reaction === undefined) throw refuse(/^[\w-]{8,}$/u.test(id) ? "reactionNotOnMessage" : "reactionIdInvalid");
  if (reaction.by.type !== "app" || reaction.by.appId !== call.app.appId) throw refuse("reactionNotOwn");
  message.reactions.splice(message.reactions.indexOf(reaction), 1);
  announce(call, message);
  tellReaction(call.core, message, reaction, "deleted");
  return ok(toWire(call, reaction));
}

function list(call: Call): Answer {
  const message = findMessage(call);
  const type = call.query("reaction_type");
  const wanted = message.reactions.filter((one) => type === undefined || one.emoji === type);
  const page = call.page(wanted, 20, 50);
  return ok({ ...page, items: page.items.map((one) => toWire(call, one)) });
}

const REACTIONS = "/open-apis/im/v1/messages/:message_id/reactions";

/** @see docs:im-v1/message-reaction/{create,delete,list} */
export const reactionRoutes: readonly Route[] = [
  { ...base, scopes: WRITE, operation: "reaction.create", method: "POST", path: REACTIONS, run: create },
  {
    ...base,
    scopes: WRITE,
    operation: "reaction.delete",
    method: "DELETE",
    path: `${REACTIONS}/:reaction_id`,
    run: remove,
  },
  { ...base, scopes: READ, operation: "reaction.list", method: "GET", path: REACTIONS, run: list },
];
