import type { FeishuInboundMessage } from "../../inbound/index.ts";
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
  readonly #left = new Map<string, Unanswered[]>();
  readonly #running = new Map<string, (left: Unanswered) => void>();

  /** A run of the account gives a message up. The next run answers it, at once when there is one already. */
  leave(accountId: string, left: Unanswered): void {
    const answer = this.#running.get(accountId);
    if (answer !== undefined) {
      answer(left);
      return;
    }
    const before = this.#left.get(accountId) ?? [];
    if (before.some(({ message }) => message.messageId === left.message.messageId)) return;
    this.#left.set(accountId, [...before, left]);
  }

  /** A run of the account can answer: it gets what was left, oldest first, and what an earlier run still leaves. @param now wall-clock ms */
  begin(accountId: string, now: number, answer: (left: Unanswered) => void): void {
    const left = this.#left.get(accountId) ?? [];
    this.#left.delete(accountId);
    this.#running.set(accountId, answer);
    const fresh = left.filter(({ message }) => now - message.createdAt < KEEP_MS);
    for (const one of fresh.toSorted((a, b) => a.message.createdAt - b.message.createdAt)) answer(one);
  }

  /** The account's run takes no more. */
  end(accountId: string): void {
    this.#running.delete(accountId);
  }
}
