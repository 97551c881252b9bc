import { closeOrphanCard } from "../../../extensions/feishu/index.ts";
import { journalCards, openJournal } from "../../plugin-sdk/index.ts";
import type { Language } from "../../plugin-sdk/index.ts";
import type { ReplyStream } from "../../stream/index.ts";
import type { OpenedAccount } from "./open-account.ts";

/** Longest that a command which is done waits for the cards of an earlier run to be closed, in milliseconds. */
const RECOVER_WITHIN_MS = 1_500;

/** The journal of one command on one app: if it is killed, the next command on this app ends the cards it left open. */
export interface CardKeeper {
  /** Whether what is open is remembered for the next command. */
  readonly remembers: boolean;
  /** Notes the reply's cards while they are open. */
  follow(reply: ReplyStream): void;
  /**
   * Ends what earlier runs left open, for a second and a half at most, and puts the journal away. Gives how many cards of this app there
   * were, and how many of them are closed now. Never rejects.
   */
  close(): Promise<{ readonly found: number; readonly closed: number }>;
}

/** Opens the journal and at once begins to end what earlier runs left open. */
export function keepCards(opened: OpenedAccount, language: Language): CardKeeper {
  const { account, clock, delivery, logger, settings } = opened;
  const journal = openJournal(settings.stateDir, logger);
  const late = new AbortController();
  const owner = { channel: "feishu", account: account.id, language };
  const cards = { found: 0, closed: 0 };
  const recovered = journal
    ?.recover(async ({ channel, account: id, cardId, messageId, language: locale, remainder }) => {
      if (channel !== owner.channel || id !== owner.account) throw new Error(`it belongs to account ${id}`);
      cards.found += 1;
      await closeOrphanCard(delivery, { cardId, messageId, locale, remainder }, late.signal);
      cards.closed += 1;
    })
    .catch((error: unknown) =>
      logger.warn("the journal of an earlier run could not be read", {
        error: error instanceof Error ? error.message : "unknown",
      }),
    );
  return {
    remembers: journal !== undefined,
    follow(reply) {
      if (journal !== undefined) journalCards(journal, reply, owner, clock);
    },
    async close() {
      const cancel = clock.setTimer(RECOVER_WITHIN_MS, () => late.abort(new Error("the command is done")));
      await recovered;
      cancel();
      journal?.close();
      return cards;
    },
  };
}
