import type { FeishuInboundMessage } from "../inbound/index.ts";
import type { Origin } from "./turn-request.ts";

/** A message on its way to the agent. */
export interface Unanswered {
  readonly message: FeishuInboundMessage;
  readonly origin: Origin;
}

/** An answer later than this would puzzle more than it helps. */
const KEEP_MS = 10 * 60_000;

/**
 * What accounts had taken and not begun to answer when they stopped. The host starts accounts again whenever their config changes,
 * also when a person is paired; Feishu does not bring a message a second time. Not kept across processes.
 */
export class UnansweredMessages {
  readonly #byAccount = new Map<string, Unanswered[]>();

  leave(accountId: string, left: Unanswered): void {
    const before = this.#byAccount.get(accountId) ?? [];
    if (before.some(({ message }) => message.messageId === left.message.messageId)) return;
    this.#byAccount.set(accountId, [...before, left]);
  }

  /** Hands out what an account left, oldest first, and forgets it. @param now wall-clock ms */
  take(accountId: string, now: number): readonly Unanswered[] {
    const left = this.#byAccount.get(accountId) ?? [];
    this.#byAccount.delete(accountId);
    return left
      .filter(({ message }) => now - message.createdAt < KEEP_MS)
      .toSorted((one, other) => one.message.createdAt - other.message.createdAt);
  }
}
