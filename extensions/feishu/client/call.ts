/** What every function of send.ts takes as its last argument. */
export interface CallOptions {
  /** Gives up waiting; the fate of a request on its way is then unknown. Rejects with the signal's `reason`. */
  readonly signal?: AbortSignal | undefined;
  /** Longest time for one HTTP attempt, in milliseconds of the client's clock. @defaultValue the client's `timeoutMs` */
  readonly timeoutMs?: number | undefined;
  /** Told after every HTTP attempt of this call, besides the client's own `onCall`. Token requests are shared and not told. Must not throw. */
  readonly onCall?: ((record: CallRecord) => void) | undefined;
}

/** One HTTP attempt, told to `onCall` when it is over. No secrets, no text. */
export interface CallRecord {
  /** For example `cardkit.cardElement.content`; calls made on the SDK directly are named `METHOD /path` with ids left out. */
  readonly operation: string;
  /** Bytes of the request body. */
  readonly bytes: number;
  readonly ms: number;
  /** Feishu's `code`; undefined when there was no usable answer. */
  readonly code: number | undefined;
  readonly httpStatus: number | undefined;
  readonly logId: string | undefined;
  /** `rejected`: Feishu said no. `unknown`: no usable answer, so it may have been done. */
  readonly outcome: "ok" | "rejected" | "unknown";
}
