import { textAt } from "./json.ts";
import type { Operation } from "./operation.ts";
import type { RecordedCall } from "./recording.ts";

/** A limit that calls may have met. @see docs:api-call-guide/uUzN04SN3QjL1cDN, docs:im-v1/message/create, web:streaming-overview */
interface Limit {
  readonly key: string;
  readonly perWindow: number;
  readonly windowMs: number;
}

/** Part of a limit from which on a refusal is plausible: others may share it, and the times of a recording are not Feishu's. */
const NEAR = 0.7;

/** A card takes no write while a press on it is answered, for three seconds at most; the times of a recording are not Feishu's. */
const LOCKED = 200810;
const LOCKED_MS = 5_000;

const RATE_CODES = new Set([99991400, 230020, 200400]);

/**
 * Counts calls by the limits that Feishu has for them. When calls meet a limit depends on milliseconds that a recording does
 * not hold; so an answer about a limit is no difference as long as the limit was near.
 */
export class RateWitness {
  readonly #times = new Map<string, number[]>();
  #pressedAt = -Infinity;

  count(call: RecordedCall, operation: Operation): void {
    for (const { key, windowMs } of limitsOf(call, operation)) {
      const times = this.#times.get(key) ?? [];
      times.push(call.at);
      while ((times[0] ?? call.at) < call.at - windowMs) times.shift();
      this.#times.set(key, times);
    }
  }

  /** Somebody pressed a button. @param at in ms, as the calls' */
  press(at: number): void {
    this.#pressedAt = at;
  }

  /** Is the difference one about a limit that was near, or a press that was being answered? */
  explains(call: RecordedCall, operation: Operation, there: number, here: number): boolean {
    if (there === LOCKED || here === LOCKED) return call.at - this.#pressedAt < LOCKED_MS;
    if (!RATE_CODES.has(there) && !RATE_CODES.has(here)) return false;
    return limitsOf(call, operation).some(
      ({ key, perWindow }) => (this.#times.get(key)?.length ?? 0) >= perWindow * NEAR,
    );
  }
}

function limitsOf(call: RecordedCall, operation: Operation): Limit[] {
  const api = `${call.app ?? ""} ${operation.name}`;
  const limits: Limit[] = [
    { key: `${api} second`, perWindow: 50, windowMs: 1_000 },
    { key: `${api} minute`, perWindow: 1_000, windowMs: 60_000 },
  ];
  if (operation.cardId !== undefined) limits.push({ key: `card ${operation.cardId}`, perWindow: 10, windowMs: 1_000 });
  if (operation.name === "message.patch")
    limits.push({ key: `patch ${operation.messageId ?? ""}`, perWindow: 5, windowMs: 1_000 });
  if (operation.name === "message.create" || operation.name === "message.reply") {
    const chat = textAt(call.response.json, "data", "chat_id") ?? textAt(call.request.json, "receive_id") ?? "";
    limits.push({ key: `chat ${chat}`, perWindow: 5, windowMs: 1_000 });
  }
  return limits;
}
