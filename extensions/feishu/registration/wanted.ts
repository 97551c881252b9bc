import type { AppAddons } from "./addons.ts";

/**
 * Everything a bot of this program can make use of, as docs/en/how-to/permissions.md explains it. Left out is what reads more than
 * the bot is spoken to (`im:message.group_msg`); `application:application:self_manage` lets `doctor` see the subscriptions.
 */
const SCOPES: readonly string[] = [
  "cardkit:card:write",
  "cardkit:card:read",
  "im:message:send_as_bot",
  "im:message.p2p_msg:readonly",
  "im:message.group_at_msg:readonly",
  "im:message:readonly",
  "im:message.reactions:write_only",
  "im:message.reactions:read",
  "im:resource",
  "im:chat:readonly",
  "im:chat.access_event.bot_p2p_chat:read",
  "contact:user.base:readonly",
  "application:application:self_manage",
];

const EVENTS: readonly string[] = [
  "im.message.receive_v1",
  "im.message.recalled_v1",
  "im.message.reaction.created_v1",
  "im.message.reaction.deleted_v1",
  "im.chat.member.bot.added_v1",
  "im.chat.member.bot.deleted_v1",
  "im.chat.access_event.bot_p2p_chat_entered_v1",
];

/** The callback without which buttons do nothing. */
const CALLBACKS: readonly string[] = ["card.action.trigger"];

/** What a bot of this program is registered with. */
export const wantedAddons: AppAddons = {
  scopes: { tenant: SCOPES },
  events: { items: { tenant: EVENTS } },
  callbacks: { items: CALLBACKS },
};

/**
 * All scopes in the form that the developer console's batch import takes (Permissions & Scopes, "Batch import").
 * @see Feishu developer documentation, application permissions: batch import and export
 */
export const batchImportScopes = (): { scopes: { tenant: readonly string[]; user: readonly string[] } } => ({
  scopes: { tenant: SCOPES, user: [] },
});
