import type { Logger } from "../../../src/log/index.ts";
import type { FeishuClient } from "../client/index.ts";
import { addReactionFeishu, deleteReactionFeishu } from "../send.ts";

/** Feishu's own "typing" emoji. */
const EMOJI = "Typing";

/** Shows that the bot is at work by an emoji on the message it answers. Feishu has no typing indicator for bots. */
export class TypingSign {
  readonly #client: FeishuClient;
  readonly #messageId: string;
  readonly #logger: Logger;
  #shown: Promise<string | undefined> | undefined;

  constructor(client: FeishuClient, messageId: string, logger: Logger) {
    this.#client = client;
    this.#messageId = messageId;
    this.#logger = logger;
  }

  /** Puts the emoji on the message, once however often it is called. Never rejects. */
  async start(): Promise<void> {
    this.#shown ??= addReactionFeishu(this.#client, { messageId: this.#messageId, emojiType: EMOJI }).then(
      ({ reactionId }) => reactionId,
      (error: unknown) => {
        this.#logger.debug("no typing sign", { error: error instanceof Error ? error.message : undefined });
        return undefined;
      },
    );
    await this.#shown;
  }

  /** Takes it off again. Never rejects. */
  async stop(): Promise<void> {
    const reactionId = await this.#shown;
    this.#shown = Promise.resolve(undefined);
    if (reactionId === undefined) return;
    await deleteReactionFeishu(this.#client, { messageId: this.#messageId, reactionId }).catch(() => {});
  }
}
