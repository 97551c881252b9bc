import { defineChannelSetupContract } from "openclaw/plugin-sdk/channel-setup";
import type { Language } from "../../../src/plugin-sdk/index.ts";
import { resolveAccount } from "./account.ts";
import type { ResolvedAccount } from "./account.ts";
import type { HostConfig } from "./host.ts";
import { CREDENTIAL_KEYS, patchAccount } from "./setup-config.ts";
import { summarize } from "./setup-check.ts";
import type { CheckAccount } from "./setup-check.ts";
import { setupFields } from "./setup-fields.ts";
import { applyAccountConfig, validateSetupInput } from "./setup-input.ts";
import type { SetupInput } from "./setup-input.ts";
import type { SetupRuntime } from "./setup-shape.ts";
import { nextSteps, setupTexts } from "./setup-texts.ts";
import { consolePage } from "./setup-values.ts";

/** What setup by options works with. */
export interface SetupOptions {
  readonly language: Language;
  readonly check: CheckAccount;
}

/** `openclaw channels add --channel feishu --app-id … --app-secret … [--domain lark]`. */
export function createSetupContract({ language, check }: SetupOptions): ReturnType<typeof defineChannelSetupContract> {
  const withInput = (cfg: HostConfig, accountId: string, input: SetupInput): ResolvedAccount =>
    resolveAccount(applyAccountConfig({ cfg, accountId, input }), accountId);
  return defineChannelSetupContract({
    fields: setupFields,
    adapter: {
      applyAccountConfig,
      applyAccountName: ({ cfg, accountId, name }) =>
        name === undefined || name.trim() === "" ? cfg : patchAccount(cfg, accountId, { name: name.trim() }),
      singleAccountKeysToMove: CREDENTIAL_KEYS,
      validateInput: validateSetupInput,
      /** Credentials that Feishu refuses are not written. */
      prepareAccountConfigInput: async ({ cfg, accountId, input }) => {
        // What is wrong with the options themselves is told by `validateInput`, which comes after this.
        if (validateSetupInput({ cfg, accountId, input }) !== null) return input;
        const account = withInput(cfg, accountId, input);
        if (account.appSecret === undefined) return input;
        const { refused } = summarize(await check(account, "credentials"), language);
        if (refused !== undefined) throw new Error(`${setupTexts(language).refusedTitle}: ${refused}`);
        return input;
      },
      afterAccountConfigWritten: async ({ cfg, accountId, runtime }) => {
        await reportAccount(resolveAccount(cfg, accountId), runtime, { language, check });
      },
    },
  });
}

/** Says what is missing, and what comes next. */
async function reportAccount(
  account: ResolvedAccount,
  runtime: SetupRuntime,
  { language, check }: SetupOptions,
): Promise<void> {
  const texts = setupTexts(language);
  if (account.appSecret === undefined) runtime.log(texts.secretUnknown);
  else {
    const { refused, missing } = summarize(await check(account, "everything"), language);
    if (refused !== undefined) runtime.log(`${texts.refusedTitle}: ${refused}`);
    else runtime.log(missing.length === 0 ? texts.allGranted : [`${texts.missing}:`, ...missing].join("\n"));
  }
  runtime.log(nextSteps(language, consolePage(account)));
}
