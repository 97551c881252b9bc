import type { VisibleMessage } from "../../src/emulator/index.ts";
import { answerIn } from "./judge.ts";

/** What of a message readers have seen. */
interface Seen {
  /** The longest answer so far. */
  text: string;
  /** It had a Stop button once, and then none any more. */
  state: "new" | "growing" | "ended";
  /** Since when it shows less than before (ms), or grows again. */
  backSince: number | undefined;
}

/**
 * Looks at chats again and again, as people do: an answer that shows less than it did, or that had ended and can be stopped again, was
 * written by somebody who should not have.
 */
export class Readers {
  readonly #messages = new Map<string, Seen>();
  readonly #lasted: number[] = [];

  /** @param now monotonic ms */
  look(messages: readonly VisibleMessage[], now: number): void {
    for (const message of messages) if (message.sender === "app") this.#look(message, now);
  }

  /** How long (ms) each step back lasted until it was put right; up to `now` where it was not. */
  stepsBack(now: number): readonly number[] {
    const lasting = [...this.#messages.values()].flatMap(({ backSince }) =>
      backSince === undefined ? [] : [now - backSince],
    );
    return [...this.#lasted, ...lasting];
  }

  #look(message: VisibleMessage, now: number): void {
    const text = answerIn(message).trim();
    const canStop = message.labels.includes("Stop");
    const seen = this.#messages.get(message.messageId) ?? { text: "", state: "new", backSince: undefined };
    this.#messages.set(message.messageId, seen);
    const isBack = !text.startsWith(seen.text) || (seen.state === "ended" && canStop);
    if (isBack) {
      seen.backSince ??= now;
      return;
    }
    if (seen.backSince !== undefined) this.#lasted.push(now - seen.backSince);
    seen.backSince = undefined;
    seen.text = text;
    if (canStop) seen.state = "growing";
    else if (seen.state === "growing") seen.state = "ended";
  }
}
