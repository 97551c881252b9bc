import { FeishuApiError } from "../client/index.ts";
import { createCardEntityFeishu, getBotInfoFeishu } from "../send.ts";
import type { AccountClients } from "./account-clients.ts";
import type { ResolvedAccount } from "./account.ts";
import type { AccountSnapshot } from "./plugin-shape.ts";

/** What asking Feishu told about an account. */
export interface AccountProbe {
  readonly ok: boolean;
  readonly bot?: { readonly name: string; readonly openId: string } | undefined;
  /** What is wrong, in words for the operator. */
  readonly error?: string | undefined;
  /** What to do about it. */
  readonly fix?: string | undefined;
}

/** A card that is created and never sent: the only way to learn that cards may be created. */
const TRIAL_CARD = { schema: "2.0", body: { elements: [{ tag: "markdown", element_id: "trial", content: "…" }] } };

/** Proves the credentials and the permission for cards. Never rejects. */
export async function probeAccount(
  clients: AccountClients,
  account: ResolvedAccount,
  timeoutMs: number,
): Promise<AccountProbe> {
  try {
    return await clients.use(account, async ({ client }) => {
      const { name, openId } = await getBotInfoFeishu(client, {}, { timeoutMs });
      const bot = { name, openId };
      try {
        await createCardEntityFeishu(client, { card: TRIAL_CARD }, { timeoutMs });
        return { ok: true, bot };
      } catch (error) {
        return { ok: false, bot, ...explain(error) };
      }
    });
  } catch (error) {
    return { ok: false, ...explain(error) };
  }
}

/** What went wrong and what helps; for a missing scope, which one and the page that grants it. */
function explain(error: unknown): { error: string; fix: string | undefined } {
  if (!(error instanceof FeishuApiError))
    return { error: error instanceof Error ? error.message : String(error), fix: undefined };
  const missing = error.permissionViolations ?? [];
  if (missing.length === 0) return { error: error.message, fix: error.row?.remedy.en };
  const scopes = missing.map(({ scope }) => scope).join(", ");
  const pages = [...new Set(missing.map(({ url }) => url))].join(" ");
  return {
    error: `the app lacks the scope ${scopes}`,
    fix: `grant it on ${pages} and publish a new version of the app`,
  };
}

/** How `channels status` learns about accounts. */
export function createStatus(clients: AccountClients): object {
  return {
    probeAccount: ({ account, timeoutMs }: { account: ResolvedAccount; timeoutMs: number }) =>
      probeAccount(clients, account, timeoutMs),
    buildAccountSnapshot: ({ account, runtime, probe }: SnapshotParams): AccountSnapshot => ({
      ...runtime,
      accountId: account.accountId,
      ...(account.name !== undefined && { name: account.name }),
      enabled: account.enabled,
      configured: account.configured,
      mode: account.config.connectionMode ?? "websocket",
      dmPolicy: account.config.dmPolicy ?? "pairing",
      ...(probe !== undefined && { probe }),
      ...(probe?.error !== undefined && { lastError: [probe.error, probe.fix].filter(Boolean).join(": ") }),
    }),
    collectStatusIssues: (accounts: AccountSnapshot[]) =>
      accounts.flatMap((snapshot) => {
        const probe = snapshot.probe as AccountProbe | undefined;
        if (probe?.error === undefined) return [];
        const kind = probe.fix?.startsWith("grant") === true ? "permissions" : "auth";
        const fix = probe.fix === undefined ? {} : { fix: probe.fix };
        return [{ channel: "feishu", accountId: snapshot.accountId, kind, message: probe.error, ...fix }];
      }),
  };
}

interface SnapshotParams {
  account: ResolvedAccount;
  runtime?: AccountSnapshot;
  probe?: AccountProbe;
}
