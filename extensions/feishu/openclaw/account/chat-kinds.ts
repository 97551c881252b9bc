import { LRUCache } from "lru-cache";
import type { FeishuClient } from "../../client/index.ts";

/** Whether a chat is with one person or a group; card actions do not say. */
export class ChatKinds {
  readonly #known = new LRUCache<string, "direct" | "group">({ max: 5_000 });
  readonly #client: FeishuClient;

  constructor(client: FeishuClient) {
    this.#client = client;
  }

  /** A message has told. */
  note(chatId: string, kind: "direct" | "group"): void {
    this.#known.set(chatId, kind);
  }

  /** Asks Feishu if it is not known. When Feishu does not say, it counts as a group, whose rules are the stricter ones. */
  async find(chatId: string): Promise<"direct" | "group"> {
    const known = this.#known.get(chatId);
    if (known !== undefined) return known;
    try {
      const answer = await this.#client.call("im.chat.get", { timeoutMs: 2_000 }, (sdk) =>
        sdk.im.v1.chat.get({ path: { chat_id: chatId } }),
      );
      const kind = answer.data?.chat_mode === "p2p" ? "direct" : "group";
      this.#known.set(chatId, kind);
      return kind;
    } catch {
      return "group";
    }
  }
}
