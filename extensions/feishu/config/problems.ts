import type { ConfigIssue } from "../../../src/plugin-sdk/index.ts";
import { isDefaultMissing, isSameAccount, listAccountIds, resolveAccount, toHostId } from "./accounts.ts";
import { readEntry } from "./entry.ts";
import type { Entry } from "./entry.ts";
import type { HostTraits } from "./host-traits.ts";
import type { FeishuAccountConfig, FeishuChannelConfig } from "./schema.ts";

/** Settings that are valid but do not do what they seem to: an entry that names nobody, a policy that a list narrows. */
export function findProblems(section: FeishuChannelConfig, host: HostTraits): readonly ConfigIssue[] {
  const { accounts = {}, ...top } = section;
  return [
    ...accountNames(section, host),
    ...problemsOf(top, "channels.feishu", host),
    ...Object.entries(accounts).flatMap(([id, own]) => problemsOf(own, `channels.feishu.accounts.${id}`, host)),
  ];
}

type Kind = "chat" | "person";

function problemsOf(config: FeishuAccountConfig, at: string, host: HostTraits): ConfigIssue[] {
  const { groups = {}, dms = {} } = config;
  return [
    ...policies(config, at, host),
    ...entries(config.allowFrom, `${at}.allowFrom`, ["person"]),
    ...entries(config.groupAllowFrom, `${at}.groupAllowFrom`, ["chat", "person"]),
    ...entries(config.groupSenderAllowFrom, `${at}.groupSenderAllowFrom`, ["person"]),
    ...Object.entries(groups).flatMap(([id, group]) => [
      ...keyOf(id, `${at}.groups`, "chat"),
      ...entries(group.allowFrom, `${at}.groups.${id}.allowFrom`, ["person"]),
    ]),
    ...Object.keys(dms).flatMap((id) => keyOf(id, `${at}.dms`, "person")),
  ];
}

function policies(
  { dmPolicy, allowFrom, groupPolicy, groupAllowFrom }: FeishuAccountConfig,
  at: string,
  host: HostTraits,
): ConfigIssue[] {
  const found: ConfigIssue[] = [];
  if (dmPolicy === "open" && allowFrom !== undefined && !allowFrom.some((raw) => readEntry(raw).kind === "everybody")) {
    found.push({
      path: `${at}.dmPolicy`,
      problem: {
        en: `"open" with a list admits only those in allowFrom`,
        zh: "open 与 allowFrom 名单并用时，仅放行名单内的人",
      },
      fix: {
        en: `add "*" to allowFrom for everybody, or write "allowlist"`,
        zh: `要对所有人开放请在 allowFrom 中加 "*"，否则请写 allowlist`,
      },
    });
  }
  if (dmPolicy === "pairing" && !host.pairs) {
    found.push({
      path: `${at}.dmPolicy`,
      problem: {
        en: `there is no pairing here: "pairing" admits only those in allowFrom`,
        zh: "这里没有配对流程：pairing 仅放行 allowFrom 内的人",
      },
      fix: { en: `write "allowlist" or "open"`, zh: "请改为 allowlist 或 open" },
    });
  }
  if (
    (groupPolicy === "open" || groupPolicy === "allowall") &&
    (groupAllowFrom ?? []).some((raw) => readEntry(raw).kind === "chat")
  ) {
    found.push({
      path: `${at}.groupAllowFrom`,
      problem: {
        en: `groups listed here have no effect while groupPolicy is "${groupPolicy}"`,
        zh: `groupPolicy 为 ${groupPolicy} 时，这里列出的群不起作用`,
      },
      fix: {
        en: `write groupPolicy: "allowlist" to admit only these`,
        zh: `只放行这些群请写 groupPolicy: "allowlist"`,
      },
    });
  }
  return found;
}

function entries(list: readonly (string | number)[] | undefined, path: string, kinds: readonly Kind[]): ConfigIssue[] {
  return (list ?? []).flatMap((raw, i) => (means(readEntry(raw), kinds) ? [] : [names(`${path}.${i}`, kinds)]));
}

const keyOf = (id: string, path: string, kind: Kind): ConfigIssue[] =>
  means(readEntry(id), [kind]) ? [] : [names(`${path}.${id}`, [kind])];

const means = ({ kind }: Entry, kinds: readonly Kind[]): boolean =>
  kind === "everybody" || (kind !== "unreadable" && kinds.includes(kind));

/** An address or a name is shown by where it stands, not by what it says. */
function names(path: string, kinds: readonly Kind[]): ConfigIssue {
  const chat = kinds.includes("chat");
  const person = kinds.includes("person");
  return {
    path,
    problem: {
      en: `names no ${chat && person ? "group and no person" : chat ? "group" : "person"}: it has no effect`,
      zh: `不是${chat && person ? "群或人员" : chat ? "群" : "人员"}的 ID，不起作用`,
    },
    fix: {
      en: `write ${[...(chat ? ["a chat_id (oc_…)"] : []), ...(person ? ["an open_id (ou_…), union_id (on_…) or user_id"] : []), `"*" for all`].join(", ")}`,
      zh: `请填写 ${[...(chat ? ["chat_id（oc_…）"] : []), ...(person ? ["open_id（ou_…）、union_id（on_…）或 user_id"] : []), `"*" 表示全部`].join("、")}`,
    },
  };
}

/** What is wrong with a `defaultAccount` that names no account, or one that is off; undefined when nothing is. */
export function defaultProblem(section: FeishuChannelConfig): ConfigIssue | undefined {
  const { defaultAccount } = section;
  if (defaultAccount === undefined) return undefined;
  const cfg = { channels: { feishu: section } };
  const usable = listAccountIds(cfg).filter((id) => resolveAccount(cfg, id).enabled);
  if (usable.some((id) => isSameAccount(id, defaultAccount))) return undefined;
  const named = JSON.stringify(defaultAccount);
  const [en, zh] = [usable.join(", "), usable.join("、")];
  const isOff = !isDefaultMissing(section);
  return {
    path: "channels.feishu.defaultAccount",
    problem: isOff
      ? { en: `account ${named} is disabled`, zh: `账号 ${named} 已停用` }
      : { en: `there is no account ${named}`, zh: `没有名为 ${named} 的账号` },
    fix: isOff
      ? { en: `enable it, or write one of ${en}`, zh: `请启用该账号，或填写以下之一：${zh}` }
      : { en: `write one of ${en}`, zh: `请填写以下之一：${zh}` },
  };
}

/** Accounts whose names mean another account than one would think. */
function accountNames(section: FeishuChannelConfig, { name: host }: HostTraits): ConfigIssue[] {
  const ids = listAccountIds({ channels: { feishu: section } });
  const found: ConfigIssue[] = [];
  const problem = section.enabled === false ? undefined : defaultProblem(section);
  if (problem !== undefined) found.push(problem);
  for (const id of Object.keys(section.accounts ?? {})) {
    const path = `channels.feishu.accounts.${id}`;
    const twin = ids.find((other) => other !== id && isSameAccount(other, id));
    if (twin !== undefined) {
      found.push({
        path,
        problem: { en: `has the same name as account ${twin}`, zh: `与账号 ${twin} 重名` },
        fix: {
          en: "give it a name that differs in more than case and punctuation",
          zh: "请改用不只是大小写或标点不同的名称",
        },
      });
    } else if (host === "openclaw" && toHostId(id) !== id) {
      found.push({
        path,
        problem: {
          en: `is called ${JSON.stringify(toHostId(id))} by the host`,
          zh: `在宿主中的名称是 ${JSON.stringify(toHostId(id))}`,
        },
        fix: {
          en: "use that name, with lower-case letters, digits, - and _ alone",
          zh: "请直接使用该名称（仅小写字母、数字、- 和 _）",
        },
      });
    }
  }
  return found;
}
