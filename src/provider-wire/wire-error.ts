import type { Complaint } from "./complaint.ts";

/**
 * Why a provider's stream could not be read to its end:
 * - `provider-error`: the provider said so, by an event, in words, or by its reason to stop
 * - `truncated`: the body ended before the provider said that the answer is complete
 * - `bad-input`: the body is no stream and no answer of a provider
 * - `too-large`: one event was longer than the limit
 */
export type WireErrorCode = "provider-error" | "truncated" | "bad-input" | "too-large";

/** A provider's stream broke. `message` quotes no answer text; what the provider said is in `complaint`. */
export class WireError extends Error {
  override readonly name = "WireError";
  readonly code: WireErrorCode;
  readonly complaint: Complaint | undefined;

  constructor(code: WireErrorCode, message: string, complaint?: Complaint) {
    super(message);
    this.code = code;
    this.complaint = complaint;
  }
}
