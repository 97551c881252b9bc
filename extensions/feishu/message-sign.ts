import { errorText } from "../../src/log/index.ts";
import type { Logger } from "../../src/log/index.ts";
import type { FeishuClient } from "./client/index.ts";
import { addReactionFeishu, deleteReactionFeishu } from "./send.ts";

export interface MessageSignOptions {
  readonly client: FeishuClient;
  readonly messageId: string;
  /** Feishu's name of the emoji: `Typing` while the bot is at work, `OneSecond` while the message waits. */
  readonly emojiType: "Typing" | "OneSecond";
  readonly logger: Logger;
}

/**
 * An emoji of the bot's on somebody's message, for as long as it is true. Feishu has no typing indicator for bots. A sign that cannot be
 * shown (the scope for reactions is missing, say) is not worth an error.
 * @see https://open.feishu.cn/document/server-docs/im-v1/message-reaction/emojis-introduce
 */
export class MessageSign {
  readonly #options: MessageSignOptions;
  #shown: Promise<string | undefined> | undefined;

  constructor(options: MessageSignOptions) {
    this.#options = options;
  }

  /** Puts the emoji on the message, once however often it is called. Never rejects. */
  async start(): Promise<void> {
    const { client, messageId, emojiType, logger } = this.#options;
    this.#shown ??= addReactionFeishu(client, { messageId, emojiType }).then(
      ({ reactionId }) => reactionId,
      (error: unknown) => {
        logger.debug("no sign on a message", { error: errorText(error) });
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
    const { client, messageId } = this.#options;
    await deleteReactionFeishu(client, { messageId, reactionId }).catch(() => {});
  }
}
