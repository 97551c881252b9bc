import { readBody } from "./body.ts";
import type { ReadBody } from "./body.ts";
import type { Captured, ConnectionChange, Exchange, Observer, Passed } from "./exchange.ts";
import { FrameReader } from "./frames.ts";
import { KnownTokens } from "./known-tokens.ts";
import { Masker } from "./mask.ts";
import type { RecordedBody, RecordedCall, RecordedLine, RecordedWebhook } from "./recording.ts";
import { SeenSecrets } from "./secrets.ts";

/** How traffic is read. */
export interface LineReaderOptions {
  /** Keep texts and ids. Secrets and tokens are left out all the same. @defaultValue false */
  readonly keepTexts?: boolean | undefined;
  /** Secrets known beforehand, such as an app secret of the environment. */
  readonly secrets?: readonly string[] | undefined;
  /** Takes every line, one after another: the next waits until this one's promise is settled. */
  readonly onLine: (line: RecordedLine) => void | Promise<void>;
  /** More passes by than can be read: so many exchanges and frames were left out before the next line. */
  readonly onLost?: ((count: number) => void) | undefined;
  /** A line could not be made, or not be taken. */
  readonly onError: (message: string) => void;
}

/** Bytes of bodies and frames that may wait to be read. */
const MAX_WAITING = 128 * 1024 * 1024;

const KEPT_HEADERS = ["x-ogw-ratelimit-limit", "x-ogw-ratelimit-reset", "retry-after"];

/** Makes lines of a recording of what passes by, without secrets. Lines come in the order of answers; `seq` is that of arrival. */
export class LineReader implements Observer {
  readonly #options: LineReaderOptions;
  readonly #secrets = new SeenSecrets();
  readonly #masker: Masker;
  readonly #tokens = new KnownTokens();
  readonly #readers = new Map<number, FrameReader>();
  #last: Promise<void> = Promise.resolve();
  #closed = false;
  #waiting = 0;
  #lost = 0;

  constructor(options: LineReaderOptions) {
    this.#options = options;
    for (const secret of options.secrets ?? []) this.#secrets.add(secret);
    this.#masker = new Masker({ secrets: this.#secrets, keepTexts: options.keepTexts });
  }

  exchange(exchange: Exchange): void {
    this.#enqueue(exchange.request.bytes + exchange.response.bytes, () => this.#writeExchange(exchange));
  }

  passed({ seq, at, connection, from, data }: Passed): void {
    this.#enqueue(data.length, async () => {
      const reader = this.#readers.get(connection) ?? new FrameReader();
      this.#readers.set(connection, reader);
      const frame = reader.read(data, from);
      if (frame === undefined) return;
      this.#secrets.learn(frame.json);
      const json = this.#masker.value(frame.json);
      await this.#options.onLine({
        kind: "frame",
        seq,
        at,
        connection,
        from,
        type: frame.type,
        ...(json === undefined ? {} : { json }),
      });
    });
  }

  connection({ seq, at, connection, state, code }: ConnectionChange): void {
    if (state !== "open") this.#readers.delete(connection);
    this.#enqueue(0, () => this.#options.onLine({ kind: "connection", seq, at, connection, state, code }));
  }

  /** Takes nothing more; resolves once every line was taken. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#last;
  }

  /**
   * One after another: a secret that a call brings must be known before the next line is made. Each in a turn of its own, so that what
   * passes by goes first.
   */
  #enqueue(bytes: number, work: () => void | Promise<void>): void {
    if (this.#closed) return;
    if (this.#waiting > MAX_WAITING) {
      this.#lost += 1;
      return;
    }
    this.#waiting += bytes;
    const before = this.#last;
    this.#last = (async (): Promise<void> => {
      await before;
      await new Promise<void>((resolve) => setImmediate(resolve));
      try {
        if (this.#lost > 0) this.#options.onLost?.(this.#lost);
        this.#lost = 0;
        await work();
      } catch (error) {
        this.#options.onError(error instanceof Error ? error.message : String(error));
      } finally {
        this.#waiting -= bytes;
      }
    })();
  }

  async #writeExchange(exchange: Exchange): Promise<void> {
    const request = await readBody(exchange.request, exchange.requestHeaders);
    const response = await readBody(exchange.response, exchange.responseHeaders);
    for (const body of [request, response]) if (body.kind === "json") this.#secrets.learn(body.json);
    const bearer = exchange.requestHeaders.get("authorization");
    if (bearer !== null) this.#secrets.add(bearer.replace(/^Bearer\s+/iu, ""));
    const form = request.kind === "form" ? Object.fromEntries(request.form.map((part) => [part.name, part.value])) : {};
    this.#secrets.learn(form);
    this.#tokens.learn(
      request.kind === "json" ? request.json : form,
      response.kind === "json" ? response.json : undefined,
    );
    const app = this.#tokens.appOf(bearer);
    const query = this.#query(exchange.query);
    const headers = this.#headers(exchange.responseHeaders);
    const line: RecordedCall | RecordedWebhook = {
      kind: exchange.kind,
      seq: exchange.seq,
      at: exchange.at,
      ms: exchange.ms,
      method: exchange.method,
      path: this.#masker.path(exchange.path),
      ...(query === undefined ? {} : { query }),
      ...(app === undefined ? {} : { app: this.#masker.id(app) }),
      request: this.#body(request, exchange.request),
      status: exchange.status,
      ...(headers === undefined ? {} : { headers }),
      response: this.#body(response, exchange.response),
      outcome: exchange.outcome,
    };
    await this.#options.onLine(line);
  }

  #query(query: string): Readonly<Record<string, string>> | undefined {
    if (query === "") return undefined;
    // The values of a masked object are masked, whatever their names are.
    return this.#masker.value(Object.fromEntries(new URLSearchParams(query))) as Record<string, string>;
  }

  #headers(headers: Headers): Readonly<Record<string, string>> | undefined {
    const kept: Record<string, string> = {};
    for (const name of KEPT_HEADERS) {
      const value = headers.get(name);
      if (value !== null && /^\d{1,10}$/u.test(value)) kept[name] = value;
    }
    const logId = headers.get("x-tt-logid");
    if (logId !== null) kept["x-tt-logid"] = this.#masker.id(logId);
    return Object.keys(kept).length === 0 ? undefined : kept;
  }

  #body(body: ReadBody, { bytes }: Captured): RecordedBody {
    if (body.kind === "none") return { bytes };
    if (body.kind === "left") return { bytes, left: body.left };
    if (body.kind === "json") return { bytes, json: this.#masker.value(body.json) };
    // Fields of a form are masked as those of an object are.
    const form = body.form.map(({ name, value, fileBytes }) => {
      const masked = Object.entries(this.#masker.value({ [name]: value ?? "" }) as Record<string, string>)[0];
      const field = { name: masked?.[0] ?? "" };
      return fileBytes === undefined ? { ...field, value: masked?.[1] ?? "" } : { ...field, fileBytes };
    });
    return { bytes, form };
  }
}
