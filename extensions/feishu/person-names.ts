import { LRUCache } from "lru-cache";
import type { Logger } from "../../src/log/index.ts";
import { FeishuApiError } from "./client/index.ts";
import type { FeishuClient } from "./client/index.ts";

interface Person {
  /** Not known: not yet, or never. */
  name: string | undefined;
  /** Settles when Feishu has answered. */
  asked: Promise<void>;
}

/** Names people are shown by, looked up in the background and remembered; events carry only ids. */
export class PersonNames {
  readonly #client: FeishuClient;
  readonly #logger: Logger;
  readonly #people = new LRUCache<string, Person>({ max: 2000 });
  #forbidden = false;

  constructor(client: FeishuClient, logger: Logger) {
    this.#client = client;
    this.#logger = logger;
  }

  /** The name, if it is known by now. */
  get(openId: string): string | undefined {
    return this.#people.get(openId)?.name;
  }

  /**
   * Looks the name up unless that was done before; never rejects. Without the contact scope it gives up for good: names are a nicety.
   * @see https://open.feishu.cn/document/server-docs/contact-v3/user/get
   */
  look(openId: string): Promise<void> {
    const known = this.#people.get(openId);
    if (known !== undefined) return known.asked;
    if (this.#forbidden) return Promise.resolve();
    const person: Person = { name: undefined, asked: Promise.resolve() };
    this.#people.set(openId, person);
    // Who asks for the same person meanwhile waits for the same answer.
    person.asked = this.#ask(openId, person);
    return person.asked;
  }

  async #ask(openId: string, person: Person): Promise<void> {
    try {
      const answer = await this.#client.call("contact.user.get", undefined, (sdk) =>
        sdk.contact.v3.user.get({ path: { user_id: openId }, params: { user_id_type: "open_id" } }),
      );
      person.name = answer.data?.user?.name || undefined;
    } catch (error) {
      this.#forbidden = error instanceof FeishuApiError && error.kind === "forbidden";
      this.#logger.debug("the name of a person is not known", {
        error: error instanceof Error ? error.name : "unknown",
      });
    }
  }
}
