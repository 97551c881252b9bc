import { getGlobalHookRunner } from "openclaw/plugin-sdk/plugin-runtime";

/** With such hooks nothing may be shown before the host has settled what the message says. */
export function hasMessageHooks(): boolean {
  const hooks = getGlobalHookRunner();
  if (hooks === null) return false;
  return (
    hooks.hasHooks("message_sending") ||
    hooks.hasHooks("reply_payload_sending") ||
    hooks.hasHooks("before_agent_finalize")
  );
}
