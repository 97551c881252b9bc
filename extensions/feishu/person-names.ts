import { LRUCache } from "lru-cache";
import { errorName } from "../../src/log/index.ts";
import type { Logger } from "../../src/log/index.ts";
import { FeishuApiError } from "./client/index.ts";
import type { FeishuClient } from "./client/index.ts";
import { toDisplayName } from "./inbound/index.ts";

interface Person {
  /** Not known: not yet, or never. */
  name: string | undefined;
  /** Settles when Feishu has answered. */
  asked: Promise<void>;
}

/** Somebody waits for the name. */
const TIMEOUT_MS = 2_000;
/** The app lacks the scope: it will next time too. */
const SCOPE_MISSING = 99_991_672;
/** Members of a group that are looked through at most, in pages of a hundred. */
const MEMBER_PAGES = 5;

/** Names people are shown by, looked up in the background and remembered; events carry only ids. */
export class PersonNames {
  readonly #client: FeishuClient;
  readonly #logger: Logger;
  readonly #people = new LRUCache<string, Person>({ max: 2000 });
  /** Groups whose members were asked for. */
  readonly #groups = new LRUCache<string, Promise<void>>({ max: 500 });
  readonly #forbidden = { contact: false, members: false };

  constructor(client: FeishuClient, logger: Logger) {
    this.#client = client;
    this.#logger = logger;
  }

  /** The name, if it is known by now. */
  get(openId: string): string | undefined {
    return this.#people.get(openId)?.name;
  }

  /** A name that a message told. */
  note(openId: string, name: string): void {
    const shown = toDisplayName(name);
    if (openId === "" || shown === "") return;
    const known = this.#people.get(openId);
    if (known === undefined) this.#people.set(openId, { name: shown, asked: Promise.resolve() });
    else known.name = shown;
  }

  /**
   * Looks the name up unless that was done before; never rejects. Without the contact scope the members of the group are asked for,
   * and without that one neither: names are a nicety.
   * @param groupId a group that the person may be a member of
   * @see https://open.feishu.cn/document/server-docs/contact-v3/user/get
   * @see https://open.feishu.cn/document/server-docs/group/chat-member/get
   */
  async look(openId: string, groupId?: string): Promise<void> {
    if (openId === "") return;
    const known = this.#people.get(openId);
    if (known === undefined) {
      const person: Person = { name: undefined, asked: Promise.resolve() };
      this.#people.set(openId, person);
      // Who asks for the same person meanwhile waits for the same answer.
      person.asked = this.#askForPerson(openId, person);
      await person.asked;
    } else {
      await known.asked;
    }
    if (groupId === undefined || this.get(openId) !== undefined) return;
    const asked = this.#groups.get(groupId) ?? this.#askForMembers(groupId);
    this.#groups.set(groupId, asked);
    await asked;
  }

  async #askForPerson(openId: string, person: Person): Promise<void> {
    if (this.#forbidden.contact) return;
    try {
      const answer = await this.#client.call("contact.user.get", { timeoutMs: TIMEOUT_MS }, (sdk) =>
        sdk.contact.v3.user.get({ path: { user_id: openId }, params: { user_id_type: "open_id" } }),
      );
      person.name = toDisplayName(answer.data?.user?.name ?? "") || person.name;
    } catch (error) {
      this.#failed("contact", error);
    }
  }

  async #askForMembers(chat_id: string): Promise<void> {
    let page_token: string | undefined;
    try {
      for (let page = 0; page < MEMBER_PAGES && !this.#forbidden.members; page++) {
        const answer = await this.#client.call("im.chatMembers.get", { timeoutMs: TIMEOUT_MS }, (sdk) =>
          sdk.im.v1.chatMembers.get({
            path: { chat_id },
            params: { member_id_type: "open_id", page_size: 100, ...(page_token !== undefined && { page_token }) },
          }),
        );
        for (const { member_id, name } of answer.data?.items ?? []) this.note(member_id ?? "", name ?? "");
        page_token = answer.data?.has_more === true ? answer.data.page_token : undefined;
        if (page_token === undefined) return;
      }
    } catch (error) {
      this.#failed("members", error);
    }
  }

  #failed(what: "contact" | "members", error: unknown): void {
    this.#forbidden[what] = error instanceof FeishuApiError && error.apiCode === SCOPE_MISSING;
    this.#logger.debug("the name of a person is not known", {
      from: what,
      error: errorName(error),
    });
  }
}
