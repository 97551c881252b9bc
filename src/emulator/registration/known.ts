import { ROUTES } from "../routes/index.ts";
import type { Asked } from "./addons.ts";

/** Scopes that no operation of the emulator asks for, but events and other programs do. */
const OTHER_SCOPES: readonly string[] = [
  "application:application:self_manage",
  "cardkit:card:read",
  "contact:user.base:readonly",
  "contact:user.employee_id:readonly",
  "im:chat.access_event.bot_p2p_chat:read",
  "im:message.group_at_msg.include_bot:readonly",
  "im:message.group_at_msg:readonly",
  "im:message.group_msg",
  "im:message.p2p_msg:readonly",
  "im:message.reactions:read",
  "im:message.reactions:write_only",
];

/** What every app of the template "personal agent" has; which it is exactly is not documented. */
export const PRESET: Asked = {
  scopes: ["im:message:send_as_bot", "im:message.p2p_msg:readonly", "im:message.group_at_msg:readonly", "im:resource"],
  events: ["im.message.receive_v1"],
  callbacks: [],
};

const isEvent = (name: string): boolean => /^[a-z_]+(?:\.[a-z_\d]+)+_v\d$/u.test(name);
const isCallback = (name: string): boolean => ["card.action.trigger", "url.preview.get"].includes(name);

/** What of it exists; unknown names are dropped without a word, as the platform does. */
export function known({ scopes, events, callbacks }: Asked): Asked {
  const all = new Set([...OTHER_SCOPES, ...ROUTES.flatMap((route) => route.scopes)]);
  return {
    scopes: scopes.filter((scope) => all.has(scope)),
    events: events.filter(isEvent),
    callbacks: callbacks.filter(isCallback),
  };
}
