import type { Core } from "../state/core.ts";
import { isObject, parseJson } from "../json.ts";
import type { Envelope } from "./envelope.ts";
import { decodeFrame, encodeFrame, frameHeader } from "./frame.ts";
import type { Frame } from "./frame.ts";
import type { Connection } from "./inbound.ts";
import type { SinkResult } from "./sink.ts";

/** The WebSocket, as far as it is used here. */
export interface Socket {
  send(bytes: Uint8Array): void;
  /** Breaks the connection without a closing handshake. */
  terminate(): void;
}

/** The other side is gone. @see docs:cardkit-v1/card-callback-communication (200342: TCP failed) */
const GONE: SinkResult = { status: "failed", problem: 200342 };

/** One long connection of an app. @see the reference's section 8 */
export class LongConnection implements Connection {
  readonly id: string;
  readonly appId: string;
  readonly since: number;
  readonly #core: Core;
  readonly #socket: Socket;
  readonly #service: number;
  readonly #waiting = new Map<string, (result: SinkResult) => void>();
  readonly #whenReady: Promise<void>;
  #markReady: () => void = () => {};
  #ready = false;
  #closed = false;
  #seq = 0;

  constructor(core: Core, socket: Socket, appId: string, service: number) {
    this.#core = core;
    this.#socket = socket;
    this.#service = service;
    this.appId = appId;
    this.id = core.ids.make("conn_").slice(0, 16);
    this.since = Math.round(core.clock.wallNow());
    this.#whenReady = new Promise((resolve) => {
      this.#markReady = resolve;
    });
  }

  get ready(): boolean {
    return this.#ready;
  }

  /** Takes a message of the client: a ping, or the acknowledgement of an event. Anything else is ignored. */
  receive(bytes: Uint8Array): void {
    const frame = decodeFrame(bytes);
    if (frame === undefined) return;
    if (frame.method === 0 && frameHeader(frame, "type") === "ping") {
      this.#socket.send(encodeFrame(this.#pong(frame)));
      if (this.#ready) return;
      this.#ready = true;
      this.#markReady();
      this.#core.inbound.becameReady();
    } else if (frame.method === 1) {
      const id = frameHeader(frame, "message_id") ?? "";
      this.#waiting.get(id)?.(readAck(frame));
      this.#waiting.delete(id);
    }
  }

  #pong(ping: Frame): Frame {
    const { pingIntervalSeconds, reconnectCount, reconnectIntervalSeconds, reconnectNonceSeconds } =
      this.#core.settings.longConnection;
    const config = {
      PingInterval: pingIntervalSeconds,
      ReconnectCount: reconnectCount,
      ReconnectInterval: reconnectIntervalSeconds,
      ReconnectNonce: reconnectNonceSeconds,
    };
    return { ...ping, headers: [{ key: "type", value: "pong" }], payload: Buffer.from(JSON.stringify(config)) };
  }

  /** Waits for the client's first ping: frames pushed right after the upgrade are lost on the Node SDK. */
  async send(envelope: Envelope): Promise<SinkResult> {
    await this.#whenReady;
    if (this.#closed) return GONE;
    const messageId = this.#core.ids.make("");
    const answer = new Promise<SinkResult>((resolve) => this.#waiting.set(messageId, resolve));
    const payload = Buffer.from(JSON.stringify(envelope.body));
    const size = this.#core.settings.longConnection.frameBytes;
    const sum = Math.max(1, Math.ceil(payload.length / size));
    for (let seq = 0; seq < sum; seq++) {
      const headers = Object.entries({
        type: "event",
        message_id: messageId,
        sum: String(sum),
        seq: String(seq),
        trace_id: this.#core.ids.make(""),
        timestamp: String(Math.round(this.#core.clock.wallNow())),
      }).map(([key, value]) => ({ key, value }));
      const part = payload.subarray(seq * size, (seq + 1) * size);
      this.#seq += 1;
      this.#socket.send(
        encodeFrame({ SeqID: this.#seq, LogID: this.#seq, service: this.#service, method: 1, headers, payload: part }),
      );
    }
    return answer;
  }

  /** The socket is gone: nobody will answer. */
  closed(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#markReady();
    for (const resolve of this.#waiting.values()) resolve(GONE);
    this.#waiting.clear();
    this.#core.inbound.disconnect(this);
  }

  drop(): void {
    this.#socket.terminate();
    this.closed();
  }
}

function readAck(frame: Frame): SinkResult {
  const ack = parseJson(Buffer.from(frame.payload ?? []).toString("utf8"))?.value;
  if (!isObject(ack) || ack["code"] !== 200) return { status: "failed", problem: 200671 };
  if (typeof ack["data"] !== "string") return { status: "ok", answer: undefined };
  const answer = parseJson(Buffer.from(ack["data"], "base64").toString("utf8"));
  return answer === undefined ? { status: "failed", problem: 200672 } : { status: "ok", answer: answer.value };
}
