import { FeishuApiError, FeishuInputError, FeishuTransportError, finalCause } from "../client/index.ts";
import { auditedIn } from "./reply/audit.ts";

/**
 * What to do after a call failed. Decided here and nowhere else.
 * - `retry`: aim again at the newest state after `afterMs`.
 * - `limited`: the same, but the platform asked for it: the pacer holds everybody back, and it does not count as a failure.
 * - `again`: what was made a moment ago is not known everywhere at Feishu yet: the same once more after `afterMs`; no failure either.
 * - `resequence`: take a larger `sequence`.
 * - `reopen`: streaming mode was closed; switch it on again.
 * - `resync`: what the card holds is not certain; replace it as a whole.
 * - `shrink`: the card takes no more; what it shows stays, the next card gets a smaller budget.
 * - `soften`: the tenant's content audit refused something in the text that can be written in another way.
 * - `retarget`: the message that was to be answered is gone; the answer goes to its chat.
 * - `gone`: the entity does not exist (any more).
 * - `end`: this means of delivery will not work; go to the next.
 * - `refused`: nothing this reply sends can arrive until a person changes something.
 */
export type Decision =
  | { readonly do: "retry"; readonly afterMs: number }
  | { readonly do: "limited"; readonly afterMs: number; readonly scope: "api" | "card" }
  | { readonly do: "again"; readonly afterMs: number }
  | { readonly do: "resequence" }
  | { readonly do: "reopen" }
  | { readonly do: "resync"; readonly afterMs: number }
  | { readonly do: "shrink" }
  | { readonly do: "soften" }
  | { readonly do: "retarget" }
  | { readonly do: "gone" }
  | { readonly do: "end" }
  | { readonly do: "refused" };

/** How often and how long one means of delivery may fail before the next one takes over. */
export interface Patience {
  /** Failures in a row. @defaultValue 6 */
  readonly failures: number;
  /** Milliseconds since the first of them. @defaultValue 15000 */
  readonly forMs: number;
}

/** The failing call in its context. */
export interface FailureContext {
  /** Failures in a row, this one included. */
  readonly failures: number;
  /** Milliseconds since the first failing call began. */
  readonly failingForMs: number;
  readonly patience: Patience;
  /** What the call needs was made a moment ago. @defaultValue false */
  readonly fresh?: boolean | undefined;
  /** How often `again` was decided in a row. @defaultValue 0 */
  readonly freshTries?: number | undefined;
  /** Milliseconds since the reply's first failing call, by whatever means; undefined when Feishu has answered this account before. */
  readonly neverAnsweredForMs?: number | undefined;
  /** 0 (inclusive) to 1. */
  readonly random: () => number;
}

/** Too many calls for one card, chat or message: 230020 is documented for messages and seen for cards, 200400 seen for cards. */
const CARD_RATE_LIMITS: readonly number[] = [230_020, 200_400];

/** Passing failures are over within a second as a rule; then the pauses grow (public clients wait 0.15, 0.5 and 1 s). */
const PAUSES_MS: readonly number[] = [150, 350, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000];
/** A new entity, message or element becomes known everywhere within about two seconds (zarazhangrui/lark-coding-agent-bridge#163). */
export const FRESH_PAUSES_MS: readonly number[] = [400, 800, 1_500];
/** An address that never answered, and gives no connection or no token for this long, is wrong. */
const UNREACHABLE_MS = 8_000;

/** The message that is replied to is gone, or takes no reply as asked. @see Feishu server API, im-v1/message/reply */
const REPLY_GONE: readonly number[] = [
  230_011, 230_019, 230_050, 230_071, 230_072, 230_110, 230_111, 231_003, 99_992_354,
];

/** Whether the call may have taken effect although it failed: no usable answer, or a server error. */
export function isUnknownOutcome(error: unknown): boolean {
  // Without a token the call was not sent at all.
  if (error instanceof FeishuApiError) return error.kind === "server" && !error.operation.startsWith("auth.");
  return error instanceof FeishuTransportError && error.maybeApplied;
}

/** Calls that carry a whole card, in which no element can be missing. */
const WHOLE_CARD: readonly string[] = ["card.update", "message.patch"];

/**
 * Whether image keys may be why Feishu refused a write by `api` that carried some. Only 200570 and 230017 say so; but a picture must
 * never cost the card, so every refusal of the content counts.
 */
export function mayBlameImages(error: unknown, api: string): boolean {
  if (!(error instanceof FeishuApiError)) return false;
  if (error.kind === "element-missing") return WHOLE_CARD.includes(api);
  return error.kind === "invalid" || error.kind === "unknown" || error.apiCode === 230_017;
}

/** How long to wait after so many failures in a row, in milliseconds. */
function pauseAfter(failures: number, random: () => number): number {
  const pause = PAUSES_MS[Math.min(failures, PAUSES_MS.length) - 1] ?? 0;
  return pause * (0.9 + random() / 10);
}

/** Decides what follows a failed call. Errors that are neither Feishu's nor the transport's are bugs of ours and end the means. */
export function decide(error: unknown, context: FailureContext): Decision {
  const { failures, failingForMs, patience, random } = context;
  const pauseMs = pauseAfter(failures, random);
  const exhausted = failures >= patience.failures || (failures > 1 && failingForMs >= patience.forMs);
  if (finalCause(error) !== undefined && !isGoneReply(error)) return { do: "refused" };
  if (error instanceof FeishuTransportError) {
    if ((context.neverAnsweredForMs ?? 0) >= UNREACHABLE_MS && neverLeft(error)) return { do: "refused" };
    // A call that was given up has taken its time already.
    const waited = error.code === "timeout" && failures === 1;
    return exhausted ? { do: "end" } : { do: "retry", afterMs: waited ? 0 : pauseMs };
  }
  if (error instanceof FeishuInputError && error.kind === "too-large") return { do: "shrink" };
  if (!(error instanceof FeishuApiError)) return { do: "end" };
  if (isGoneReply(error)) return { do: "retarget" };
  if (auditedIn(error).length > 0) return { do: "soften" };
  const fresh = context.fresh === true && ["not-found", "element-missing"].includes(error.kind);
  const freshMs = fresh ? FRESH_PAUSES_MS[context.freshTries ?? 0] : undefined;
  if (freshMs !== undefined) return { do: "again", afterMs: freshMs };
  switch (error.kind) {
    case "rate-limited":
      return {
        do: "limited",
        afterMs: error.retryAfterMs ?? Math.max(1_000, pauseMs),
        scope: CARD_RATE_LIMITS.includes(error.apiCode) ? "card" : "api",
      };
    case "streaming-closed":
      return { do: "reopen" };
    case "too-large":
      return { do: "shrink" };
    case "not-found":
    case "expired":
      return { do: "gone" };
    case "forbidden":
      return { do: "end" };
    case "sequence-conflict":
      return { do: "resequence" };
    default:
      break;
  }
  if (exhausted) return { do: "end" };
  switch (error.kind) {
    case "busy":
      return { do: "retry", afterMs: 1_000 + 1_000 * random() };
    case "element-missing":
    case "duplicate":
    case "invalid":
      return { do: "resync", afterMs: pauseMs };
    default:
      return { do: "retry", afterMs: pauseMs };
  }
}

/** No connection came about, or nothing was said about the token that the call needs. One that breaks leads somewhere. */
function neverLeft(error: FeishuTransportError): boolean {
  const { cause, code, maybeApplied } = error;
  if (maybeApplied) return false;
  return code === "timeout" || (cause instanceof FeishuTransportError ? neverLeft(cause) : code === "network");
}

function isGoneReply(error: unknown): boolean {
  return (
    error instanceof FeishuApiError && error.operation === "im.message.reply" && REPLY_GONE.includes(error.apiCode)
  );
}
