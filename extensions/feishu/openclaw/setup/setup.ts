import { defineChannelSetupContract } from "openclaw/plugin-sdk/channel-setup";
import type { Language } from "../../../../src/plugin-sdk/index.ts";
import { resolveAccount } from "../../config/index.ts";
import type { ResolvedAccount } from "../../config/index.ts";
import { patchAccount } from "../account/account-config.ts";
import { summarize } from "./check.ts";
import type { CheckAccount } from "./check.ts";
import { setupFields } from "./fields.ts";
import { applyAccountConfig, validateSetupInput } from "./input.ts";
import type { SetupRuntime } from "../host/setup-shape.ts";
import { nextSteps, setupTexts } from "./texts.ts";
import { consolePage, readableSecret } from "./values.ts";

/** What setup by options works with. */
export interface SetupOptions {
  readonly language: Language;
  readonly check: CheckAccount;
  /** Of the process; the app secret may be there. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** `openclaw channels add --channel feishu --app-id … --app-secret … [--domain lark]`. */
export function createSetupContract(options: SetupOptions): ReturnType<typeof defineChannelSetupContract> {
  const { language, check, env } = options;
  return defineChannelSetupContract({
    fields: setupFields,
    adapter: {
      applyAccountConfig,
      applyAccountName: ({ cfg, accountId, name }) =>
        name === undefined || name.trim() === "" ? cfg : patchAccount(cfg, accountId, { name: name.trim() }),
      // The top level holds what all accounts share, and may be an account itself: nothing moves when another one comes.
      configPromotion: "preserve-root",
      validateInput: validateSetupInput,
      /** Credentials that Feishu refuses are not written. */
      prepareAccountConfigInput: async ({ cfg, accountId, input }) => {
        // What is wrong with the options themselves is told by `validateInput`, which comes after this.
        if (validateSetupInput({ cfg, accountId, input }) !== null) return input;
        const account = resolveAccount(applyAccountConfig({ cfg, accountId, input }), accountId);
        const appSecret = readableSecret(account, env);
        if (appSecret === undefined) return input;
        const { refused } = summarize(await check({ ...account, appSecret }, "credentials"), language);
        if (refused !== undefined) throw new Error(`${setupTexts(language).refusedTitle}: ${refused}`);
        return input;
      },
      afterAccountConfigWritten: async ({ cfg, accountId, runtime }) => {
        await reportAccount(resolveAccount(cfg, accountId), runtime, options);
      },
    },
  });
}

/** Says what is missing, and what comes next. */
async function reportAccount(
  account: ResolvedAccount,
  runtime: SetupRuntime,
  { language, check, env }: SetupOptions,
): Promise<void> {
  const texts = setupTexts(language);
  const appSecret = readableSecret(account, env);
  if (appSecret === undefined) runtime.log(texts.secretUnknown);
  else {
    const { refused, missing } = summarize(await check({ ...account, appSecret }, "everything"), language);
    if (refused !== undefined) runtime.log(`${texts.refusedTitle}: ${refused}`);
    else runtime.log(missing.length === 0 ? texts.allGranted : [`${texts.missing}:`, ...missing].join("\n"));
  }
  runtime.log(nextSteps(language, consolePage(account)));
}
