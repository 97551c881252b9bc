import type { Logger } from "../log/index.ts";
import type { ChannelConnection } from "../plugin-sdk/index.ts";
import type { ReplyStream } from "../stream/index.ts";
import type { Host } from "./host.ts";
import { endReply } from "./turn-end.ts";
import type { NotedTurn } from "./turn-notes.ts";

export interface TakeOverOptions {
  readonly host: Host;
  readonly connection: Pick<ChannelConnection, "closeOrphan"> | undefined;
  readonly logger: Logger;
  readonly turn: NotedTurn;
  /** Whether the chat is this process's still. */
  readonly isHeld: () => boolean;
}

/**
 * What became of an answer that its process did not end:
 * - `ended`: its cards have their end
 * - a reply: it can be gone on with, in the same cards
 * - `anew`: nothing of it was shown; the question is answered as if for the first time
 * - `left`: it is another process's
 */
export type TakenOver = "ended" | "anew" | "left" | { readonly reply: ReplyStream };

/**
 * Takes over an answer from a process that is gone. When that one had written down how the answer ends, only its last writes are made
 * again, and cards that it owed are ended. Else it is gone on with where no tool was called; where one was, what it did must not be done twice, and the answer is
 * ended as interrupted, with working buttons.
 */
export async function takeOver(options: TakeOverOptions): Promise<TakenOver> {
  const { host, turn, isHeld } = options;
  const { cards, end } = turn;
  if (end !== undefined) {
    if (cards.length === 0 || cards.some(({ isOpen }) => isOpen)) {
      const reply = await host.takeUp(turn, turn);
      if (!isHeld()) return "left";
      await (reply === undefined ? closeCards(options) : repeatEnd(reply, turn));
    }
    if (turn.isRemembered !== true) host.remember(turn);
    return "ended";
  }
  // Also where no card is known of: one may have been sent and not written down, and only the same reply finds it again.
  const reply = turn.hasTools ? undefined : await host.takeUp(turn, turn);
  if (!isHeld()) return "left";
  if (reply !== undefined) return { reply };
  if (cards.length === 0) return "anew";
  await closeCards(options);
  return cards.some(({ messageId }) => messageId !== undefined) ? "ended" : "anew";
}

async function repeatEnd(reply: ReplyStream, { end }: NotedTurn): Promise<void> {
  if (end === undefined) return;
  // Without a word there would be no card.
  if (reply.text === "") reply.status("…");
  await endReply(reply, end);
}

/** Ends cards that are open: as interrupted, the last one with the buttons of the answer. */
async function closeCards({ host, connection, logger, turn }: TakeOverOptions): Promise<void> {
  const { cards, language } = turn;
  const isSeen = cards.some(({ messageId }) => messageId !== undefined);
  const buttons = isSeen && turn.end === undefined ? host.remember(turn) : undefined;
  const last = cards.length - 1;
  const ends = cards.map(async (card, index) => {
    if (card.isOpen)
      await connection?.closeOrphan({ ...card, language, buttons: index === last ? buttons : undefined });
  });
  for (const result of await Promise.allSettled(ends))
    if (result.status === "rejected") logger.warn("a card of a process that is gone could not be closed");
}
