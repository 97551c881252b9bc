import { FeishuApiError, FeishuInputError, FeishuTransportError } from "../client/index.ts";

/**
 * What to do after a call failed. Decided here and nowhere else.
 * - `retry`: aim again at the newest state after `afterMs`.
 * - `limited`: the same, but the platform asked for it: the pacer holds everybody back, and it does not count as a failure.
 * - `resequence`: take a larger `sequence`.
 * - `reopen`: streaming mode was closed; switch it on again.
 * - `resync`: what the card holds is not certain; replace it as a whole.
 * - `shrink`: the card takes no more; what it shows stays, the next card gets a smaller budget.
 * - `gone`: the entity does not exist (any more).
 * - `end`: this means of delivery will not work; go to the next.
 */
export type Decision =
  | { readonly do: "retry"; readonly afterMs: number }
  | { readonly do: "limited"; readonly afterMs: number; readonly scope: "api" | "card" }
  | { readonly do: "resequence" }
  | { readonly do: "reopen" }
  | { readonly do: "resync"; readonly afterMs: number }
  | { readonly do: "shrink" }
  | { readonly do: "gone" }
  | { readonly do: "end" };

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
  /** Milliseconds since the first of them. */
  readonly failingForMs: number;
  readonly patience: Patience;
  /** 0 (inclusive) to 1. */
  readonly random: () => number;
}

/** Too many calls for one card, chat or message: 230020 is documented for messages and seen for cards, 200400 seen for cards. */
const CARD_RATE_LIMITS: readonly number[] = [230_020, 200_400];

const BACKOFF_BASE_MS = 250;
const BACKOFF_MAX_MS = 4_000;

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

/** Decides what follows a failed call. Errors that are neither Feishu's nor the transport's are bugs of ours and end the means. */
export function decide(error: unknown, context: FailureContext): Decision {
  const backoffMs =
    Math.min(BACKOFF_MAX_MS, BACKOFF_BASE_MS * 2 ** (context.failures - 1)) * (0.5 + context.random() / 2);
  const exhausted =
    context.failures >= context.patience.failures ||
    (context.failures > 1 && context.failingForMs >= context.patience.forMs);
  if (error instanceof FeishuTransportError) return exhausted ? { do: "end" } : { do: "retry", afterMs: backoffMs };
  if (error instanceof FeishuInputError && error.kind === "too-large") return { do: "shrink" };
  if (!(error instanceof FeishuApiError)) return { do: "end" };
  switch (error.kind) {
    case "rate-limited":
      return {
        do: "limited",
        afterMs: error.retryAfterMs ?? Math.max(1_000, backoffMs),
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
    default:
      break;
  }
  if (exhausted) return { do: "end" };
  switch (error.kind) {
    case "sequence-conflict":
      return { do: "resequence" };
    case "busy":
      return { do: "retry", afterMs: 1_000 + 1_000 * context.random() };
    case "element-missing":
    case "duplicate":
    case "invalid":
      return { do: "resync", afterMs: backoffMs };
    default:
      return { do: "retry", afterMs: backoffMs };
  }
}
