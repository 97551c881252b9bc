import type { FeishuClient } from "../client/index.ts";
import { getBotInfoFeishu, listChatsFeishu } from "../send.ts";
import type { FeishuChat } from "../send.ts";
import type { AccountClients } from "./account-clients.ts";
import { resolveAccount } from "./account.ts";
import type { HostConfig } from "./host.ts";
import type { DirectoryEntry } from "./plugin-shape.ts";

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
      const ids = [...(config.allowFrom ?? []), ...Object.keys(config.dms ?? {})]
        .map(String)
        .filter((id) => id !== "*");
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
