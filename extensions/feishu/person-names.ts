import { LRUCache } from "lru-cache";
import type { Logger } from "../../src/log/index.ts";
import { FeishuApiError } from "./client/index.ts";
import type { FeishuClient } from "./client/index.ts";

/** Names people are shown by, looked up in the background and remembered; events carry only ids. */
export class PersonNames {
  readonly #client: FeishuClient;
  readonly #logger: Logger;
  /** `undefined` inside: asked, not known. */
  readonly #names = new LRUCache<string, { readonly name: string | undefined }>({ max: 2000 });
  #forbidden = false;

  constructor(client: FeishuClient, logger: Logger) {
    this.#client = client;
    this.#logger = logger;
  }

  /** The name, if it is known by now. */
  get(openId: string): string | undefined {
    return this.#names.get(openId)?.name;
  }

  /**
   * Looks the name up unless that was done before; never rejects. Without the contact scope it gives up for good: names are a nicety.
   * @see https://open.feishu.cn/document/server-docs/contact-v3/user/get
   */
  async look(openId: string): Promise<void> {
    if (this.#forbidden || this.#names.has(openId)) return;
    this.#names.set(openId, { name: undefined });
    try {
      const answer = await this.#client.call("contact.user.get", undefined, (sdk) =>
        sdk.contact.v3.user.get({ path: { user_id: openId }, params: { user_id_type: "open_id" } }),
      );
      this.#names.set(openId, { name: answer.data?.user?.name || undefined });
    } catch (error) {
      this.#forbidden = error instanceof FeishuApiError && error.kind === "forbidden";
      this.#logger.debug("the name of a person is not known", {
        error: error instanceof Error ? error.name : "unknown",
      });
    }
  }
}
