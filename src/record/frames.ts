import { decodeFrame, frameHeader } from "../emulator/index.ts";

/** What one frame says; `undefined` while more parts of it are to come. */
export interface ReadFrame {
  readonly type: string;
  readonly json: unknown;
}

/** Parts of an event that never came to an end are forgotten beyond this many. */
const MAX_OPEN = 200;

/** Puts the frames of one long connection together. @see the reference's section 8.1 */
export class FrameReader {
  readonly #parts = new Map<string, Map<number, Buffer>>();

  /** @param from whose frame it is: an answer of the bot carries the type of what it answers */
  read(data: Buffer, from: "feishu" | "bot"): ReadFrame | undefined {
    const frame = decodeFrame(data);
    if (frame === undefined) return { type: "unreadable", json: undefined };
    const type = frameHeader(frame, "type") ?? (frame.method === 0 ? "control" : "data");
    const payload = Buffer.from(frame.payload ?? []);
    if (frame.method === 0) return { type, json: parse(payload) };
    if (from === "bot") return { type: "ack", json: readAck(payload) };
    const sum = Number(frameHeader(frame, "sum") ?? "1");
    if (!(sum > 1)) return { type, json: parse(payload) };
    const id = frameHeader(frame, "message_id") ?? "";
    const parts = this.#parts.get(id) ?? new Map<number, Buffer>();
    this.#parts.set(id, parts.set(Number(frameHeader(frame, "seq") ?? "0"), payload));
    if (parts.size < sum) {
      const oldest = this.#parts.keys().next();
      if (this.#parts.size > MAX_OPEN && oldest.done !== true) this.#parts.delete(oldest.value);
      return undefined;
    }
    this.#parts.delete(id);
    const inOrder = [...parts].toSorted(([a], [b]) => a - b).map(([, part]) => part);
    return { type, json: parse(Buffer.concat(inOrder)) };
  }
}

function parse(payload: Buffer): unknown {
  if (payload.length === 0) return undefined;
  try {
    return JSON.parse(payload.toString("utf8"));
  } catch {
    return undefined;
  }
}

/** `{code, data?}`; `data` is JSON in base64. */
function readAck(payload: Buffer): unknown {
  const ack = parse(payload);
  if (typeof ack !== "object" || ack === null || !("data" in ack) || typeof ack.data !== "string") return ack;
  return { ...ack, data: parse(Buffer.from(ack.data, "base64")) ?? null };
}
