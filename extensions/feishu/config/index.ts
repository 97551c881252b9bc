export { readAccess, repliesInThread, toSenders } from "./access.ts";
export type { Access } from "./access.ts";
export {
  DEFAULT_ACCOUNT_ID,
  defaultAccountId,
  findAccountKey,
  listAccountIds,
  readSection,
  resolveAccount,
} from "./accounts.ts";
export type { ResolvedAccount } from "./accounts.ts";
export { admitMessage } from "./admission.ts";
export { cardSettings } from "./card-settings.ts";
export { readFeishuAccounts } from "./channel-accounts.ts";
export type { FeishuChannelAccount } from "./channel-accounts.ts";
export { conversationOf, conversationPeer, originalId } from "./conversation-peer.ts";
export { readEntry } from "./entry.ts";
export { CARDSTREAM, OPENCLAW } from "./host-traits.ts";
export type { HostTraits } from "./host-traits.ts";
export { findIgnoredKeys } from "./ignored-keys.ts";
export { findProblems } from "./problems.ts";
export { feishuChannelSchema, knownKeys } from "./schema.ts";
export type { FeishuAccountConfig, FeishuChannelConfig, SecretInput } from "./schema.ts";
export { resolveStreamingConfig } from "./streaming.ts";
export type { StreamingConfig } from "./streaming.ts";
