import { feishuChannelSchema } from "../../../extensions/feishu/index.ts";
import { hostConfigSchema } from "../../host/index.ts";
import { keysAt } from "../../plugin-sdk/index.ts";
import type { ConfigIssue } from "../../plugin-sdk/index.ts";
import { nearest } from "../../text/index.ts";

/** Settings of OpenClaw, whose files may be used here, that look like one of ours and are not. */
const OPENCLAW_KEYS: ReadonlySet<string> = new Set(["agents.defaults.models", "hooks", "talk"]);
const SECTION = "channels.feishu.";

/** What is to be said about settings that have no effect. */
export interface UnknownSettings {
  /** Probably misspelt: the file does not mean what its writer thinks. */
  readonly issues: readonly ConfigIssue[];
  /** Paths of the others: settings of another host, mostly. */
  readonly others: readonly string[];
}

/** Tells settings that were meant for us and misspelt from those that another host may know. */
export function sortUnknownKeys(paths: readonly string[]): UnknownSettings {
  const issues: ConfigIssue[] = [];
  const others: string[] = [];
  for (const path of paths) {
    const meant = OPENCLAW_KEYS.has(path) ? undefined : meantBy(path);
    if (meant === undefined) others.push(path);
    else issues.push(misspelt(path, meant));
  }
  return { issues, others };
}

function meantBy(path: string): string | undefined {
  const isChannel = path.startsWith(SECTION);
  const parts = (isChannel ? path.slice(SECTION.length) : path).split(".");
  const key = parts.at(-1) ?? "";
  const known = keysAt(isChannel ? feishuChannelSchema : hostConfigSchema, parts.slice(0, -1));
  // A setting that exists and has no effect here is spelt right.
  return known.includes(key) ? undefined : nearest(key, known);
}

const misspelt = (path: string, meant: string): ConfigIssue => ({
  path,
  problem: { en: "there is no such setting", zh: "没有这项设置" },
  fix: { en: `did you mean ${meant}?`, zh: `你是想写 ${meant} 吗？` },
});

/** Channels that do not exist here. */
export function findUnknownChannels(channels: unknown, known: readonly string[]): ConfigIssue[] {
  if (typeof channels !== "object" || channels === null) return [];
  return Object.keys(channels)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const meant = nearest(name, known);
      return {
        path: `channels.${name}`,
        problem: { en: `there is no channel ${name} here`, zh: `这里没有 ${name} 这个渠道` },
        fix:
          meant === undefined
            ? { en: `remove it; known: ${known.join(", ")}`, zh: `请删除；可用的渠道：${known.join("、")}` }
            : { en: `did you mean ${meant}?`, zh: `你是想写 ${meant} 吗？` },
      };
    });
}
