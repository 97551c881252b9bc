import { errorText } from "../../../../src/log/index.ts";
import type { Language } from "../../../../src/plugin-sdk/index.ts";
import type { Clock } from "../../../../src/time/index.ts";
import { withDeadline } from "../../../../src/time/index.ts";
import type { Fetch } from "../../client/index.ts";
import { examineFeishu } from "../../doctor/index.ts";
import type { Finding } from "../../doctor/index.ts";
import type { AccountClients } from "../account/clients.ts";
import type { ResolvedAccount } from "../account/account.ts";

/** Asks Feishu about an account: only whether it takes the credentials, or everything down to permissions and cards. Never rejects. */
export type CheckAccount = (
  account: ResolvedAccount,
  what: "credentials" | "everything",
) => Promise<readonly Finding[]>;

/** Somebody waits at a terminal. */
const WITHIN_MS = 30_000;

/** Makes a {@link CheckAccount}; after half a minute it gives what it has found by then. */
export function createAccountCheck(options: {
  readonly clients: AccountClients;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** For the one request that is no API call. @defaultValue a connection of its own */
  readonly fetch?: Fetch | undefined;
}): CheckAccount {
  const { clients, clock, env, fetch } = options;
  return async (account, what) => {
    const findings: Finding[] = [];
    try {
      await clients.use(account, ({ delivery }) =>
        withDeadline(clock, WITHIN_MS, "asking Feishu", async (signal) => {
          for await (const finding of examineFeishu({ delivery, env, language: "en", fetch, signal })) {
            findings.push(finding);
            if (what === "credentials") break;
          }
        }),
      );
    } catch (error) {
      const reason = errorText(error);
      const title = { en: "check", zh: "核对" };
      findings.push({ id: "check", status: "fail", title, detail: { en: reason, zh: reason } });
    }
    return findings;
  };
}

/** What came of the check of an account. */
export interface CheckResult {
  /** Feishu does not take app id and secret, in words. */
  readonly refused: string | undefined;
  /** Everything else that is not in order, one line each, what keeps the bot from working first. */
  readonly missing: readonly string[];
}

/** Sums findings up for somebody who sets the account up. What cannot be read, like the subscribed events, is for the next steps. */
export function summarize(findings: readonly Finding[], language: Language): CheckResult {
  const token = findings.find(({ id, status }) => id === "token" && status === "fail");
  // Without a code there was no answer: the network is to blame and not the credentials.
  const refused = token?.code === undefined ? undefined : toLine(token, language);
  const missing = (["fail", "warn"] as const)
    .flatMap((status) => findings.filter((finding) => finding.status === status))
    .filter((finding) => finding !== token || refused === undefined)
    .map((finding) => toLine(finding, language));
  return { refused, missing };
}

const MARKS: Readonly<Record<Finding["status"], string>> = { ok: "✅", warn: "⚠️", fail: "❌", skip: "•" };

function toLine({ status, title, detail, fix, url }: Finding, language: Language): string {
  const colon = language === "zh" ? "：" : ": ";
  const dash = language === "zh" ? "。" : ". ";
  const what = detail === undefined ? title[language] : `${title[language]}${colon}${detail[language]}`;
  const how = [fix?.[language], url].filter((part) => part !== undefined).join(colon);
  return `${MARKS[status]} ${[what, how].filter((part) => part !== "").join(dash)}`;
}
