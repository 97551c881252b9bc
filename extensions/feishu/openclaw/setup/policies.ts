import type { SetupTexts } from "./texts.ts";
import { DEFAULT_ACCOUNT_ID, findAccountKey, OPENCLAW, readSection, resolveAccount } from "../../config/index.ts";
import type { HostConfig, HostValue } from "../host/index.ts";
import { patchAccount } from "../account/account-config.ts";
import type { DmPolicySetup, Prompter } from "../host/setup-shape.ts";

/** A group to choose from. */
export interface GroupChoice {
  readonly chatId: string;
  readonly name: string;
}

const OPEN_ID = /^ou_\w+$/u;
const CHAT_ID = /^oc_\w+$/u;

const entries = (raw: string): string[] =>
  raw
    .split(/[\s,;，；、]+/u)
    .map((entry) => entry.replace(/^(?:(?:feishu|lark|user|chat|group):)+/iu, ""))
    .filter((entry) => entry !== "");

const checkEntries =
  (pattern: RegExp, problem: string) =>
  (raw: string): string | undefined => {
    const wrong = entries(raw).find((entry) => !pattern.test(entry));
    return wrong === undefined ? undefined : `${wrong}: ${problem}`;
  };

/** Who may write to the bot: asked by the host, which explains the choices. */
export function createDmPolicy(texts: SetupTexts): DmPolicySetup {
  const id = (accountId: string | undefined): string => accountId ?? DEFAULT_ACCOUNT_ID;
  return {
    label: "Feishu/Lark",
    channel: "feishu",
    policyKey: "channels.feishu.dmPolicy",
    allowFromKey: "channels.feishu.allowFrom",
    resolveConfigKeys: (cfg, accountId) => {
      const key = findAccountKey(readSection(cfg), id(accountId));
      const base = key === undefined ? "channels.feishu" : `channels.feishu.accounts.${key}`;
      return { policyKey: `${base}.dmPolicy`, allowFromKey: `${base}.allowFrom` };
    },
    getCurrent: (cfg, accountId) => resolveAccount(cfg, accountId).config.dmPolicy ?? OPENCLAW.defaults.dmPolicy,
    setPolicy: (cfg, dmPolicy, accountId) => {
      const known = (resolveAccount(cfg, accountId).config.allowFrom ?? []).map(String);
      // The host takes "open" for open only when everybody is on the list as well.
      const allowFrom = dmPolicy === "open" ? [...new Set([...known, "*"])] : known.filter((entry) => entry !== "*");
      const changes = allowFrom.length === 0 && known.length === 0 ? { dmPolicy } : { dmPolicy, allowFrom };
      return patchAccount(cfg, id(accountId), changes) as HostValue;
    },
    promptAllowFrom: async ({ cfg, prompter, accountId }) =>
      (await askAllowFrom(cfg, prompter, texts, id(accountId))) as HostValue,
  };
}

/** Asks for the people who may write to the bot. */
export async function askAllowFrom(
  cfg: HostConfig,
  prompter: Prompter,
  texts: SetupTexts,
  accountId: string,
): Promise<HostConfig> {
  const known = (resolveAccount(cfg, accountId).config.allowFrom ?? []).map(String).filter((entry) => entry !== "*");
  const raw = await prompter.text({
    message: texts.allowFrom,
    placeholder: "ou_…",
    initialValue: known.join(", "),
    validate: checkEntries(OPEN_ID, texts.badOpenId),
  });
  return patchAccount(cfg, accountId, { dmPolicy: "allowlist", allowFrom: [...new Set(entries(raw))] });
}

/** Asks in which groups the bot answers; `groups` are those it is in, empty when that is not known. */
export async function askGroupPolicy(
  cfg: HostConfig,
  prompter: Prompter,
  texts: SetupTexts,
  accountId: string,
  groups: readonly GroupChoice[],
): Promise<HostConfig> {
  const { config } = resolveAccount(cfg, accountId);
  const current = config.groupPolicy === "allowall" ? "open" : (config.groupPolicy ?? "allowlist");
  const groupPolicy = await prompter.select<"allowlist" | "open" | "disabled">({
    message: texts.groupPolicy,
    options: [
      { value: "allowlist", label: texts.groupAllowlist },
      { value: "open", label: texts.groupOpen },
      { value: "disabled", label: texts.groupDisabled },
    ],
    initialValue: current,
  });
  // Without this the host's default for open groups is to answer everything.
  if (groupPolicy === "open")
    return patchAccount(cfg, accountId, { groupPolicy, requireMention: config.requireMention ?? true });
  if (groupPolicy === "disabled") return patchAccount(cfg, accountId, { groupPolicy });
  const known = (config.groupAllowFrom ?? []).map(String);
  const groupAllowFrom =
    groups.length === 0
      ? await askGroupIds(prompter, texts, known)
      : await chooseGroups(prompter, texts, known, groups);
  return patchAccount(cfg, accountId, { groupPolicy, groupAllowFrom });
}

async function chooseGroups(
  prompter: Prompter,
  texts: SetupTexts,
  known: readonly string[],
  groups: readonly GroupChoice[],
): Promise<string[]> {
  const chosen = await prompter.multiselect({
    message: texts.chooseGroups,
    options: groups.map(({ chatId, name }) => ({ value: chatId, label: name === "" ? chatId : name, hint: chatId })),
    initialValues: known.filter((id) => groups.some(({ chatId }) => chatId === id)),
  });
  // Entries that are no group it is in stay: they may be people, or groups that come later.
  return [...known.filter((id) => groups.every(({ chatId }) => chatId !== id)), ...chosen];
}

async function askGroupIds(prompter: Prompter, texts: SetupTexts, known: readonly string[]): Promise<string[]> {
  const raw = await prompter.text({
    message: texts.groupIds,
    placeholder: "oc_…",
    initialValue: known.join(", "),
    validate: checkEntries(CHAT_ID, texts.badGroupId),
  });
  return [...new Set(entries(raw))];
}
