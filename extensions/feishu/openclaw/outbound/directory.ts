import type { FeishuClient } from "../../client/index.ts";
import { getBotInfoFeishu, listChatsFeishu } from "../../send.ts";
import type { FeishuChat } from "../../send.ts";
import type { AccountClients } from "../account/clients.ts";
import { readEntry, resolveAccount } from "../../config/index.ts";
import type { HostConfig } from "../host/index.ts";
import type { DirectoryEntry, Resolver } from "../host/plugin-shape.ts";
import { normalizePlace, parsePlace } from "./target.ts";

interface Query {
  cfg: HostConfig;
  accountId?: string | null;
  query?: string | null;
  limit?: number | null;
}

const PAGE = 100;

/** The groups an account's bot is in, as far as `limit` reaches. */
export async function listGroups(client: FeishuClient, query: string, limit: number): Promise<FeishuChat[]> {
  const found: FeishuChat[] = [];
  let pageToken: string | undefined;
  do {
    const page = await listChatsFeishu(client, { pageSize: PAGE, pageToken });
    found.push(
      ...page.items.filter((chat) => `${chat.name} ${chat.chatId}`.toLowerCase().includes(query.toLowerCase())),
    );
    pageToken = page.pageToken;
  } while (pageToken !== undefined && found.length < limit);
  return found.slice(0, limit);
}

/** Who and what the host's `directory` command lists. People are those the config names: listing a tenant needs scopes a bot should not have. */
export function createDirectory(clients: AccountClients): object {
  return {
    self: ({ cfg, accountId }: Query): Promise<DirectoryEntry> =>
      clients.use(resolveAccount(cfg, accountId), async ({ client }) => {
        const bot = await getBotInfoFeishu(client);
        return { kind: "user", id: bot.openId, name: bot.name };
      }),
    listPeers: async ({ cfg, accountId, query, limit }: Query): Promise<DirectoryEntry[]> => {
      const { config } = resolveAccount(cfg, accountId);
      const listed = [...(config.allowFrom ?? []), ...Object.keys(config.dms ?? {})].map(readEntry);
      const ids = listed.flatMap((entry) => (entry.kind === "person" ? [entry.id] : []));
      return [...new Set(ids)]
        .filter((id) => id.includes(query ?? ""))
        .slice(0, limit ?? PAGE)
        .map((id) => ({ kind: "user", id: `user:${id}` }));
    },
    listGroups: ({ cfg, accountId, query, limit }: Query): Promise<DirectoryEntry[]> =>
      clients.use(resolveAccount(cfg, accountId), async ({ client }) => {
        const found = await listGroups(client, query ?? "", limit ?? PAGE);
        return found.map(({ chatId, name }) => ({ kind: "group", id: `chat:${chatId}`, name }));
      }),
  };
}

/** How the host's `channels resolve` finds ids: groups by their name, people and groups by their id. */
export function createResolver(clients: AccountClients): Resolver {
  return {
    resolveTargets: async ({ cfg, accountId, inputs, kind }) => {
      const byName = inputs.some((input) => parsePlace(input) === undefined) && kind === "group";
      const groups = byName
        ? await clients.use(resolveAccount(cfg, accountId), ({ client }) => listGroups(client, "", MAX_GROUPS))
        : [];
      return inputs.map((input) => {
        const id = normalizePlace(input);
        if (id !== undefined) return { input, resolved: true, id };
        const named = groups.filter(({ name }) => name.toLowerCase() === input.replace(/^#/u, "").trim().toLowerCase());
        const [group] = named;
        if (group === undefined) return { input, resolved: false, note: NOT_FOUND[kind] };
        const note = named.length > 1 ? { note: `${named.length} groups have this name` } : {};
        return { input, resolved: named.length === 1, id: `chat:${group.chatId}`, name: group.name, ...note };
      });
    },
  };
}

/** Groups that are looked through for a name. */
const MAX_GROUPS = 1_000;
const NOT_FOUND = {
  user: "people are found by open_id (ou_…), union_id (on_…) or e-mail: listing them takes scopes a bot should not have",
  group: "the bot is in no group of this name",
} as const;
