import { createHash } from "node:crypto";

/** A person. */
export interface User {
  readonly userId: string;
  readonly unionId: string;
  readonly email: string;
  name: string;
  nameEn: string | undefined;
  /** 230029 when true. */
  resigned: boolean;
  /** Apps whose availability scope leaves this person out (230013). */
  readonly unavailableTo: Set<string>;
  /** Apps this person told to stop sending (230053). */
  readonly stopped: Set<string>;
}

/** The people of the tenant. */
export class Users {
  readonly #byId = new Map<string, User>();
  readonly #openIds = new Map<string, { user: User; appId: string }>();
  /** `appId unionId` -> an open_id that is not this emulator's own. */
  readonly #adopted = new Map<string, string>();

  add(user: User, appIds: Iterable<string>): void {
    this.#byId.set(user.userId, user);
    for (const appId of appIds) this.openId(user, appId);
  }

  /** A person's open_id: another one for every app, always the same for the same app. @see docs: 99992361 */
  openId(user: User, appId: string): string {
    const adopted = this.#adopted.get(`${appId} ${user.unionId}`);
    if (adopted !== undefined) return adopted;
    const openId = `ou_${createHash("md5").update(`${appId} ${user.unionId}`).digest("hex")}`;
    if (!this.#openIds.has(openId)) this.#openIds.set(openId, { user, appId });
    return openId;
  }

  /** Gives a person the open_id that they have elsewhere. */
  adopt(user: User, appId: string, openId: string): void {
    this.#adopted.set(`${appId} ${user.unionId}`, openId);
    this.#openIds.set(openId, { user, appId });
  }

  /** Makes a new app's open_ids known. */
  addApp(appId: string): void {
    for (const user of this.#byId.values()) this.openId(user, appId);
  }

  byOpenId(openId: string): { user: User; appId: string } | undefined {
    return this.#openIds.get(openId);
  }

  byUserId(userId: string): User | undefined {
    return this.#byId.get(userId);
  }

  byEmail(email: string): User | undefined {
    return this.all().find((user) => user.email === email);
  }

  /** By open_id (of any app), user_id, union_id, email, or name in either language. */
  find(key: string): User | undefined {
    const direct = this.#openIds.get(key)?.user ?? this.#byId.get(key);
    if (direct !== undefined) return direct;
    return this.all().find((user) => [user.unionId, user.email, user.name, user.nameEn].includes(key));
  }

  all(): User[] {
    return [...this.#byId.values()];
  }

  clear(): void {
    this.#byId.clear();
    this.#openIds.clear();
    this.#adopted.clear();
  }
}
