import { findIgnoredKeys, findProblems, OPENCLAW, readSection } from "../../config/index.ts";
import { hasConversationAccess } from "../account/consent.ts";
import type { HostConfig } from "../host/index.ts";

interface Providers {
  models?: { providers?: Readonly<Record<string, { api?: unknown } | undefined>> };
}

/** What `openclaw doctor` says about the channel. */
export function collectWarnings(cfg: HostConfig): string[] {
  const section = readSection(cfg);
  const warnings: string[] = [];
  const ignored = findIgnoredKeys(section, OPENCLAW);
  if (ignored.length > 0) warnings.push(`- channels.feishu: without effect in this plugin: ${ignored.join(", ")}.`);
  for (const { path, problem, fix } of findProblems(section, OPENCLAW))
    warnings.push(`- ${path}: ${problem.en}; ${fix.en}.`);
  const providers = Object.entries((cfg as Providers).models?.providers ?? {});
  const silent = providers.filter(([, provider]) => provider?.api === "openai-completions").map(([id]) => id);
  if (silent.length > 0) {
    warnings.push(
      `- channels.feishu: with api "openai-completions" (${silent.join(", ")}) the gateway holds back text that contains code or comes from a reasoning model, so cards fall silent until it is complete. Where the provider offers it, api "anthropic-messages" streams all of it.`,
    );
  }
  if (section.liveSource === true && !hasConversationAccess(cfg)) {
    warnings.push(
      "- channels.feishu.liveSource is on but has no effect: it also needs plugins.entries.feishu.hooks.allowConversationAccess: true.",
    );
  }
  return warnings;
}
