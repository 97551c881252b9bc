import { ChannelToolError } from "../../../src/plugin-sdk/index.ts";
import type { FeishuClient } from "../client/index.ts";
import { getMessageFeishu } from "../send.ts";
import type { MessageTarget } from "../send.ts";

/** The chats (`oc_…`) and people (`ou_…`, `on_…`, e-mail addresses) that tools may write to. */
export class AllowList {
  readonly #client: FeishuClient;
  readonly #ids: ReadonlySet<string> | undefined;

  /** Without `ids` everything is allowed; an empty list allows nothing. */
  constructor(client: FeishuClient, ids: readonly string[] | undefined) {
    this.#client = client;
    this.#ids = ids === undefined ? undefined : new Set(ids);
  }

  has(id: string): boolean {
    return this.#ids?.has(id) ?? true;
  }

  /**
   * A message is judged by the chat it is in, which Feishu has to be asked for.
   * @throws ChannelToolError `not-allowed`, and what reading the message throws.
   */
  async check(target: MessageTarget, signal: AbortSignal): Promise<void> {
    if (this.#ids === undefined) return;
    if (target.type !== "reply") {
      this.#expect(target.type === "chat" ? target.chatId : target.openId);
      return;
    }
    const { message } = await getMessageFeishu(this.#client, { messageId: target.messageId }, { signal });
    this.#expect(message.chatId);
  }

  #expect(id: string): void {
    if (this.has(id)) return;
    throw new ChannelToolError(
      "not-allowed",
      `${id} is not among the chats this server may write to.`,
      "Call list_chats and choose one of those; the person who runs the server can add others with --allow.",
    );
  }
}
