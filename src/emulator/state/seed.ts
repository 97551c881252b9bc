import type { Core } from "./core.ts";
import { newChat } from "../messages/target.ts";
import { postMessage } from "../messages/post.ts";
import type { App, Webhook } from "../store/apps.ts";
import type { User } from "../store/users.ts";

/** An app to start with. */
export interface AppSeed {
  /** Must match `cli_` and 16 hex digits, or the Node SDK's long connection refuses it. @defaultValue generated */
  readonly appId?: string | undefined;
  readonly appSecret?: string | undefined;
  readonly name: string;
  readonly scopes?: readonly string[] | undefined;
  readonly webhook?: Webhook | undefined;
  readonly verificationToken?: string | undefined;
  readonly isv?: boolean | undefined;
}

/** The app that is always there. Its secret is no secret: it opens nothing but this local Feishu. */
export const DEFAULT_APP = {
  appId: "cli_a1b2c3d4e5f60718",
  appSecret: "local-feishu-secret-not-a-real-one",
  name: "cardstream",
} as const;

const TENANT = "736588c9260f175e";

/** Adds an app; its bot is in no chat yet. */
export function addApp(core: Core, seed: AppSeed): App {
  const app: App = {
    appId: seed.appId ?? core.ids.appId(),
    appSecret: seed.appSecret ?? core.ids.secret(32),
    name: seed.name,
    tenantKey: TENANT,
    botOpenId: core.ids.make("ou_"),
    verificationToken: seed.verificationToken ?? seed.webhook?.verificationToken ?? core.ids.secret(32),
    webhook: seed.webhook,
    scopes: new Set(seed.scopes ?? ["*"]),
    enabled: true,
    botAbility: true,
    quota: undefined,
    ipAllowList: undefined,
    isv: seed.isv ?? false,
    ticket: undefined,
  };
  if (!/^cli_[0-9a-f]{16}$/u.test(app.appId))
    throw new TypeError(`appId must be cli_ and 16 hex digits, got ${app.appId}`);
  core.store.apps.set(app.appId, app);
  core.store.users.addApp(app.appId);
  return app;
}

/** Adds a person. */
export function addUser(
  core: Core,
  seed: { name: string; nameEn?: string | undefined; userId?: string | undefined },
): User {
  const userId = seed.userId ?? core.ids.make("").slice(0, 8);
  const user: User = {
    userId,
    unionId: core.ids.make("on_"),
    email: `${userId}@example.com`,
    name: seed.name,
    nameEn: seed.nameEn,
    resigned: false,
    unavailableTo: new Set(),
    stopped: new Set(),
  };
  core.store.users.add(user, core.store.apps.keys());
  return user;
}

/** The world a fresh emulator holds: the apps, two people, their chats with the first app, a group with a topic. */
export function seedStore(core: Core, apps: readonly AppSeed[]): void {
  const all = apps.map((app) => addApp(core, app));
  const first = all[0];
  if (first === undefined) throw new TypeError("apps must name at least one app");
  const ming = addUser(core, { name: "小明", nameEn: "Ming", userId: "ming" });
  const hong = addUser(core, { name: "小红", nameEn: "Hong", userId: "hong" });
  for (const user of [ming, hong]) {
    core.store.chats.add(
      newChat(core, {
        type: "p2p",
        name: first.name,
        members: [user.userId],
        apps: [first.appId],
        ownerUserId: undefined,
      }),
    );
  }
  const group = newChat(core, {
    type: "group",
    name: "项目群 Project",
    members: [ming.userId, hong.userId],
    apps: all.map((app) => app.appId),
    ownerUserId: ming.userId,
  });
  core.store.chats.add(group);
  const say = (userId: string, text: string, parent?: ReturnType<typeof postMessage>): ReturnType<typeof postMessage> =>
    postMessage(core, {
      chat: group,
      sender: { type: "user", userId },
      msgType: "text",
      content: { content: { text }, mentions: [], card: undefined },
      parent,
      inThread: parent !== undefined,
    });
  const root = say(hong.userId, "发布计划 Release plan");
  say(ming.userId, "我们在这个话题里讨论 Let us discuss it in this topic", root);
}
