import type { DeliveryTier } from "../../../../src/stream/index.ts";
import type { Carry } from "../../../../src/text/index.ts";
import { noteAudited, soften } from "../reply/audit.ts";
import type { CardChainOptions } from "../card-chain-options.ts";
import { sendRestAsFile } from "./rest-as-file.ts";
import { sendTextTail } from "./text-tail.ts";

/** What no card shows of a complete text. */
export interface Undelivered {
  /** Offset from which on it is missing. */
  readonly from: number;
  /** What the first message repeats of the card before. */
  readonly carry: Carry;
  /** The means that failed. */
  readonly tier: DeliveryTier;
  readonly error: unknown;
  /** The reply has as many messages as it may. */
  readonly asFile: boolean;
}

/** Told of each message that was sent; `shows` is the part of the text that it brings, undefined for a line that says something else. */
type OnSent = (messageId: string, shows: { readonly start: number; readonly end: number } | undefined) => void;

/**
 * The last means, once the text is complete: what is not visible yet goes out as ordinary messages, or as a file.
 * @returns undefined when it was sent, or the error that ended it
 */
export function sendByLastMeans(options: CardChainOptions, rest: Undelivered, onSent: OnSent): Promise<unknown> {
  const { state, events } = options;
  const text = state.text.value;
  const { from, carry, tier } = rest;
  if (rest.asFile) {
    const left = text.slice(from);
    const shows = { start: from, end: text.length };
    const file = {
      ...options,
      notice: state.strings.restInFile(left.length),
      onSent: ({ messageId }: { messageId: string }, holdsText: boolean) =>
        onSent(messageId, holdsText ? shows : undefined),
    };
    return sendRestAsFile(file, left);
  }
  const error = rest.error instanceof Error ? rest.error : new Error("no card could be written");
  events.emit("fallback", { from: tier, to: "text", at: from, error });
  const tail = {
    ...options,
    render: (part: string) => soften(part, state.softened),
    onAudited: (error: unknown) => noteAudited(state.softened, error),
    onSent: ({ messageId }: { messageId: string }, start: number, end: number) => onSent(messageId, { start, end }),
  };
  return sendTextTail(tail, text, from, carry);
}
