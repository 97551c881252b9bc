import type { FeishuErrorKind } from "./error-table/index.ts";

/**
 * What a person has to change before a call can work: `app`, its credentials, state or permissions, so that nothing it sends arrives;
 * `target`, the chat, person or message that was written to.
 */
export type FinalCause = "app" | "target";

/** The app itself is refused, whatever it asks for. @see Feishu server API, api-call-guide/ugjM14COyUjL4ITN */
const APP_CODES: readonly number[] = [
  99_991_401, 99_991_403, 99_991_662, 99_991_673, 10_003, 10_012, 10_014, 10_015, 11_205, 230_006,
];
const SCOPE_MISSING = 99_991_672;
/** Nothing of this app can be sent there. @see Feishu server API, im-v1/message/create and reply */
const TARGET_CODES: readonly number[] = [
  230_002, 230_013, 230_018, 230_027, 230_029, 230_034, 230_035, 230_038, 230_053, 230_073, 232_009, 99_992_351,
  99_992_354, 99_992_356, 99_992_360, 99_992_361,
];
/** Refusals of a token that say nothing about the app. */
const PASSING: readonly FeishuErrorKind[] = ["rate-limited", "server", "busy", "unknown"];
const SENDING: readonly string[] = ["im.message.create", "im.message.reply"];

/**
 * Why sending a refused call again cannot help until somebody changes something; undefined when it may. A missing scope is final for
 * sending alone: other calls have something to fall back to. A code that nobody knows is no proof that a person is needed, not even
 * where tokens are given out: it is tried again for as long as the caller has patience.
 */
export function causeOfRefusal(operation: string, apiCode: number, kind: FeishuErrorKind): FinalCause | undefined {
  if (operation.startsWith("auth.")) return PASSING.includes(kind) ? undefined : "app";
  if (APP_CODES.includes(apiCode)) return "app";
  if (!SENDING.includes(operation)) return undefined;
  if (apiCode === SCOPE_MISSING) return "app";
  return TARGET_CODES.includes(apiCode) ? "target" : undefined;
}
