import { errorText } from "../../../../src/log/index.ts";
import { withDeadline } from "../../../../src/time/index.ts";
import { FeishuApiError } from "../../client/index.ts";
import { checkScopes } from "../../doctor/index.ts";
import type { Finding } from "../../doctor/index.ts";
import { markdownElement } from "../../card/index.ts";
import { createCardEntityFeishu, getBotInfoFeishu } from "../../send.ts";
import type { AccountClients } from "./clients.ts";
import { OPENCLAW, resolveAccount } from "../../config/index.ts";
import type { ResolvedAccount } from "../../config/index.ts";
import type { HostConfig } from "../host/index.ts";
import type { AccountSnapshot } from "../host/plugin-shape.ts";

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
const TRIAL_CARD = { schema: "2.0", body: { elements: [markdownElement("…", { element_id: "trial" })] } };

/** Proves the credentials, the permission for cards and the others that the bot cannot do without. Never rejects. */
export async function probeAccount(
  clients: AccountClients,
  account: ResolvedAccount,
  timeoutMs: number,
): Promise<AccountProbe> {
  try {
    return await clients.use(account, async ({ client, delivery }) => {
      const { name, openId } = await getBotInfoFeishu(client, {}, { timeoutMs });
      const bot = { name, openId };
      try {
        await createCardEntityFeishu(client, { card: TRIAL_CARD }, { timeoutMs });
        const scopes = await withDeadline(delivery.clock, timeoutMs, "reading the scopes", (signal) =>
          checkScopes(client, signal),
        );
        const missing = scopes.filter(({ status }) => status === "fail");
        return missing.length === 0 ? { ok: true, bot } : { ok: false, bot, ...explainMissing(missing) };
      } catch (error) {
        return { ok: false, bot, ...explain(error) };
      }
    });
  } catch (error) {
    return { ok: false, ...explain(error) };
  }
}

function explainMissing(findings: readonly Finding[]): { error: string; fix: string } {
  const scopes = findings.map(({ id }) => id.slice("scope:".length));
  return lacks(
    scopes,
    findings.flatMap(({ url }) => (url === undefined ? [] : [url])),
  );
}

function lacks(scopes: readonly string[], pages: readonly string[]): { error: string; fix: string } {
  return {
    error: `the app lacks the scope ${scopes.join(", ")}`,
    fix: `grant it on ${[...new Set(pages)].join(" ")} and publish a new version of the app; by scanning a code: cardstream init --app ${appOf(pages)}`,
  };
}

/** The app that a console page is about. */
const appOf = (pages: readonly string[]): string => /\/app\/(cli_\w+)/u.exec(pages.join(" "))?.[1] ?? "cli_…";

/** What went wrong and what helps; for a missing scope, which one and the page that grants it. */
function explain(error: unknown): { error: string; fix: string | undefined } {
  if (error instanceof FeishuApiError) return explainRefusal(error);
  return { error: errorText(error), fix: undefined };
}

/** Why Feishu refused and what helps; for a missing scope, which one and the page that grants it. */
export function explainRefusal(error: FeishuApiError): { error: string; fix: string | undefined } {
  const missing = error.permissionViolations ?? [];
  if (missing.length === 0) return { error: error.message, fix: error.row?.remedy.en };
  return lacks(
    missing.map(({ scope }) => scope),
    missing.map(({ url }) => url),
  );
}

/** An account as it is shown where secrets are not looked up: `configured` also when the secret is a reference. */
export interface InspectedAccount extends ResolvedAccount {
  /** About the app secret; the name is the host's. */
  readonly tokenStatus: "available" | "configured_unavailable" | "missing";
  /** Where the app secret is kept: `config`, or the kind of reference. */
  readonly tokenSource: string;
}

/** What is configured, without needing the secret. */
export function inspectAccount(cfg: HostConfig, accountId?: string | null): InspectedAccount {
  const account = resolveAccount(cfg, accountId);
  const { appSecret } = account.config;
  const isRef = typeof appSecret === "object";
  const tokenStatus = account.appSecret !== undefined ? "available" : isRef ? "configured_unavailable" : "missing";
  const tokenSource = isRef ? appSecret.source : tokenStatus === "missing" ? "none" : "config";
  return { ...account, configured: account.appId !== undefined && tokenStatus !== "missing", tokenStatus, tokenSource };
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
      dmPolicy: account.config.dmPolicy ?? OPENCLAW.defaults.dmPolicy,
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
