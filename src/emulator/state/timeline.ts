/** How a call ended for the caller. `lost`: applied, answer never arrived. `reset`: broken off. `hung`: nothing ever came. */
export type CallOutcome = "pending" | "answered" | "lost" | "reset" | "hung";

/** One API call. */
export interface TimelineEntry {
  /** 1, 2, 3, … in order of arrival. */
  readonly seq: number;
  /** Wall-clock milliseconds of arrival. */
  readonly at: number;
  /** `element.content`, `message.create`, …; `unknown` for a path Feishu does not have. */
  readonly operation: string;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  appId?: string | undefined;
  cardId?: string | undefined;
  messageId?: string | undefined;
  elementId?: string | undefined;
  sequence?: number | undefined;
  uuid?: string | undefined;
  httpStatus: number;
  /** Feishu's code; -1 while none was given. */
  code: number;
  msg: string;
  /** From arrival to the answer. */
  ms: number;
  readonly requestBytes: number;
  responseBytes: number;
  /** The request's text, cut to `bodyChars`; no secrets. */
  body?: string | undefined;
  /** The answer's text, cut likewise; tokens left out. */
  answer?: string | undefined;
  /** Type of the injected fault, when there was one. */
  fault?: string | undefined;
  outcome: CallOutcome;
  /** Plain words about something the caller probably did not mean. */
  warning?: string | undefined;
  /** Other writes to the same card that were under way when this one arrived. */
  overlaps?: number | undefined;
  /** Characters of text this call wrote. */
  written?: number | undefined;
}

/** UTF-16 units of all request bodies together before the older half is dropped. */
const MAX_BODY_CHARS = 16_000_000;

/** The record of calls, oldest dropped first. */
export class Timeline {
  /** Longest `body` and `answer`, in UTF-16 units. */
  readonly bodyChars: number;
  readonly #limit: number;
  #entries: TimelineEntry[] = [];
  #dropped = 0;
  #seq = 0;
  #chars = 0;

  /** @param limit entries kept, half of them dropped at once when it is reached */
  constructor(limit: number, bodyChars: number) {
    this.#limit = limit;
    this.bodyChars = bodyChars;
  }

  /** The number the next entry must carry. */
  nextSeq(): number {
    return ++this.#seq;
  }

  add(entry: TimelineEntry): void {
    this.#entries.push(entry);
    this.#chars += entry.body?.length ?? 0;
    if (this.#entries.length <= this.#limit && this.#chars <= MAX_BODY_CHARS) return;
    const half = this.#entries.length >> 1;
    this.#entries = this.#entries.slice(half);
    this.#dropped += half;
    this.#chars = this.#entries.reduce((sum, one) => sum + (one.body?.length ?? 0), 0);
  }

  /** A text cut to `bodyChars`, or to half of them, without keeping the whole text in memory. */
  cut(text: string, share: 1 | 0.5 = 1): string {
    const length = Math.floor(this.bodyChars * share);
    // A plain slice would be a view that keeps its source alive, however long that is.
    return text.length <= length ? text : Buffer.from(text.slice(0, length)).toString();
  }

  /** Entries in order of arrival. */
  entries(): readonly TimelineEntry[] {
    return this.#entries;
  }

  /** Entries that match every given field. */
  find(match: Partial<TimelineEntry>): TimelineEntry[] {
    const wanted = Object.entries(match) as [keyof TimelineEntry, unknown][];
    return this.#entries.filter((entry) => wanted.every(([key, value]) => entry[key] === value));
  }

  /** Entries forgotten because of the limit. */
  get dropped(): number {
    return this.#dropped;
  }

  /** One JSON object a line, oldest first. */
  toJsonLines(): string {
    return this.#entries.map((entry) => `${JSON.stringify(entry)}\n`).join("");
  }

  clear(): void {
    this.#entries = [];
    this.#dropped = 0;
    this.#chars = 0;
  }
}
