/**
 * Which settings are secrets. The host looks references up before the plugin is loaded, and for that it loads this module alone, as
 * `dist/secret-contract-api.js` (written by `scripts/build.ts`): without that file every reference stays unresolved.
 * @see `loadExternalChannelSecretContractFromRecord` of openclaw 2026.9.6
 */
import { createSimpleChannelSecretContract } from "openclaw/plugin-sdk/channel-secret-basic-runtime";

const SECRETS = ["appSecret", "encryptKey", "verificationToken"] as const;

/** The contract as the plugin object names it. */
export const secretContract: ReturnType<typeof createSimpleChannelSecretContract> = createSimpleChannelSecretContract({
  channelKey: "feishu",
  label: "Feishu",
  accountFields: SECRETS,
  channelFields: SECRETS,
  mode: "account-inheritance",
});

/** Where secrets may stand; the name is the host's. */
export const secretTargetRegistryEntries: readonly object[] = secretContract.secretTargetRegistryEntries;

/** Finds the references of a config; the name is the host's. */
export const collectRuntimeConfigAssignments: (params: never) => void = secretContract.collectRuntimeConfigAssignments;
