import { LRUCache } from "lru-cache";
import type { FeishuClient } from "../feishu/client/index.ts";
import { addReactionFeishu, deleteReactionFeishu } from "../feishu/send.ts";

/** Reactions of the bot's whose ids are remembered; those that are forgotten are looked for. */
const MAX_KNOWN = 5_000;

/** The bot's own reactions. */
export class Reactions {
  readonly #client: FeishuClient;
  readonly #ids = new LRUCache<string, string>({ max: MAX_KNOWN });

  constructor(client: FeishuClient) {
    this.#client = client;
  }

  async add(messageId: string, emojiType: string): Promise<void> {
    const { reactionId } = await addReactionFeishu(this.#client, { messageId, emojiType });
    this.#ids.set(`${messageId}:${emojiType}`, reactionId);
  }

  /** Takes the bot's own off; nothing when it has put none there. */
  async remove(messageId: string, emojiType: string): Promise<void> {
    const key = `${messageId}:${emojiType}`;
    const reactionId = this.#ids.get(key) ?? (await this.#find(messageId, emojiType));
    if (reactionId === undefined) return;
    await deleteReactionFeishu(this.#client, { messageId, reactionId });
    this.#ids.delete(key);
  }

  /** @see Feishu server API, im-v1/message-reaction/list */
  async #find(message_id: string, reaction_type: string): Promise<string | undefined> {
    const { appId } = this.#client.account;
    for (let page_token: string | undefined; ;) {
      const { data } = await this.#client.call("im.messageReaction.list", {}, (sdk) =>
        sdk.im.v1.messageReaction.list({
          path: { message_id },
          params: { reaction_type, page_size: 50, ...(page_token !== undefined && { page_token }) },
        }),
      );
      const own = data?.items?.find(({ operator }) => operator?.operator_id === appId);
      if (own?.reaction_id !== undefined) return own.reaction_id;
      page_token = data?.has_more === true ? data.page_token : undefined;
      if (page_token === undefined) return undefined;
    }
  }
}
