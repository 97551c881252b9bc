import type { InboundPolicy } from "./inbound/index.ts";
import type { FeishuAccountConfig, GroupConfig } from "./openclaw/config-schema.ts";

/**
 * Who may talk to the bot, from the account's settings. There is no pairing in the embedded host, so `pairing` admits only those in
 * `allowFrom`; a list without a policy means that the list counts.
 */
export function toInboundPolicy(config: FeishuAccountConfig): InboundPolicy {
  const { dmPolicy, groupPolicy } = config;
  const allowFrom = toIds(config.allowFrom);
  return {
    dmPolicy: dmPolicy === "pairing" || (dmPolicy === undefined && allowFrom !== undefined) ? "allowlist" : dmPolicy,
    allowFrom,
    groupPolicy: groupPolicy === "allowall" ? "open" : groupPolicy,
    groupAllowFrom: toIds([...(config.groupAllowFrom ?? []), ...(config.groupSenderAllowFrom ?? [])]),
    requireMention: config.requireMention,
    groups: config.groups && mapValues(config.groups, toGroup),
    allowBots: config.allowBots,
  };
}

const toGroup = ({
  enabled,
  requireMention,
  allowFrom,
}: GroupConfig): NonNullable<InboundPolicy["groups"]>[string] => ({
  enabled,
  requireMention,
  allowFrom: toIds(allowFrom),
});

/** YAML-like configs hold ids as numbers now and then. */
const toIds = (ids: readonly (string | number)[] | undefined): string[] | undefined => ids?.map(String);

const mapValues = <T, U>(record: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
