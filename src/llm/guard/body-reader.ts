import type { Ending } from "../../provider-wire/index.ts";
import type { LlmStreamError } from "../errors.ts";

/** What a chunk of the body came to. Reused between calls: read it before the next `feed`. */
export interface Fed {
  /** What the consumer gets. */
  output: Uint8Array | undefined;
  /** Something came that counts against the progress clock. */
  progressed: boolean;
  /** The answer is complete; wait this long for late figures. 0: nothing more is to come. Undefined: go on reading. */
  graceMs: number | undefined;
  /** The stream broke; the consumer gets `output` first. */
  error: LlmStreamError | undefined;
}

/** Turns the bytes of a body into the bytes for the consumer and says when the body is complete. Belongs to one body. */
export interface BodyReader {
  feed(chunk: Uint8Array): Fed;
  /** The connection ended. Gives `graceMs: 0` when that is all right, otherwise an error. */
  eof(): Fed;
  /** The end was reached without the connection's end (closer, grace): what the consumer still needs to see. */
  closing(): Uint8Array | undefined;
  readonly protocol: string;
  /** How the answer ended, as far as the provider has said. */
  readonly ending: Ending | undefined;
  readonly events: number;
  readonly garbage: number;
}

/** Passes a body on as it is; for everything that is not a stream of events. */
export function createPlainReader(): BodyReader {
  const fed: Fed = { output: undefined, progressed: true, graceMs: undefined, error: undefined };
  return {
    protocol: "plain",
    ending: undefined,
    events: 0,
    garbage: 0,
    feed(chunk) {
      fed.output = chunk;
      return fed;
    },
    eof() {
      fed.output = undefined;
      fed.graceMs = 0;
      return fed;
    },
    closing: () => undefined,
  };
}
