import type { Language } from "../../../../src/plugin-sdk/index.ts";
import { DEFAULT_ACCOUNT_ID, listAccountIds, resolveAccount } from "../../config/index.ts";
import type { ResolvedAccount, SecretInput } from "../../config/index.ts";
import { grantConversationAccess } from "../account/consent.ts";
import type { HostConfig, HostValue } from "../host/index.ts";
import { ownSettings, patchAccount } from "../account/account-config.ts";
import { summarize } from "./check.ts";
import type { CheckAccount } from "./check.ts";
import { askAllowFrom, askGroupPolicy, createDmPolicy } from "./policies.ts";
import type { GroupChoice } from "./policies.ts";
import type { RegisteredApp } from "../../registration/index.ts";
import { scanApp } from "./scan.ts";
import type { ScanApp } from "./scan.ts";
import type { Prompter, SetupWizard, WizardStep } from "../host/setup-shape.ts";
import { nextSteps, setupTexts } from "./texts.ts";
import { consolePage, isAppId, isBaseUrl, readableSecret, SECRET_VARIABLE, secretFromEnvironment } from "./values.ts";

/** The choice that is no domain. */
const SCAN = "scan";
/** Of a terminal that does not tell. */
const DEFAULT_COLUMNS = 80;

const credentialsOf = ({ appId, appSecret, domain }: RegisteredApp): Record<string, string> => ({
  appId,
  appSecret,
  domain,
});

/** What guided setup works with. */
export interface SetupWizardOptions {
  readonly language: Language;
  readonly check: CheckAccount;
  /** Groups the bot is in; empty when they cannot be listed. Never rejects. */
  readonly listGroups: (account: ResolvedAccount) => Promise<readonly GroupChoice[]>;
  /** Makes an app by a code that a person scans. */
  readonly scan: ScanApp;
  /** The official command-line tool for documents, calendars and tasks, where it is installed. */
  readonly larkCli: {
    version(): Promise<string | undefined>;
    /** Resolves with why it did not take the app; undefined when it did. */
    setUp(app: Pick<RegisteredApp, "appId" | "appSecret" | "domain">): Promise<string | undefined>;
  };
  /** Of the process; the app secret may be there. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * `openclaw channels add --channel feishu` without credentials, and the channel's part of `openclaw onboard` and `openclaw configure`:
 * asks for the app, proves it against Feishu before anything is written, and says what is missing and where to get it.
 */
export function createSetupWizard({
  language,
  check,
  listGroups,
  scan,
  larkCli,
  env,
}: SetupWizardOptions): SetupWizard {
  const texts = setupTexts(language);
  const secretOf = (cfg: HostConfig, accountId: string): SecretInput | undefined =>
    resolveAccount(cfg, accountId).config.appSecret;

  /** Checks the credentials until Feishu takes them or the person gives up. */
  async function proveCredentials({ cfg, accountId, credentialValues, prompter }: WizardStep): Promise<HostConfig> {
    let next = cfg;
    let appSecret = credentialValues["appSecret"] ?? readableSecret(resolveAccount(cfg, accountId), env);
    for (;;) {
      const account = { ...resolveAccount(next, accountId), appSecret };
      if (account.appId === undefined || appSecret === undefined) {
        await prompter.note(texts.secretUnknown);
        return next;
      }
      const progress = prompter.progress(texts.checking);
      const { refused, missing } = summarize(await check(account, "everything"), language);
      progress.stop(texts.checked);
      if (refused === undefined) {
        await prompter.note(
          missing.length === 0 ? texts.allGranted : missing.join("\n"),
          missing.length === 0 ? texts.works : texts.missing,
        );
        return next;
      }
      await prompter.note(refused, texts.refusedTitle);
      if (!(await prompter.confirm({ message: texts.tryAgain, initialValue: true }))) return next;
      const appId = await askAppId(prompter, account.appId);
      appSecret = (await prompter.text({ message: texts.appSecret, sensitive: true, validate: required })).trim();
      next = patchAccount(next, accountId, { appId, appSecret });
    }
  }

  const required = (value: string): string | undefined => (value.trim() === "" ? texts.appSecret : undefined);
  const checkAppId = (value: string): string | undefined => (isAppId(value.trim()) ? undefined : texts.badAppId);
  const askAppId = async (prompter: Prompter, initialValue: string): Promise<string> =>
    (await prompter.text({ message: texts.appId, initialValue, validate: checkAppId })).trim();

  async function askDomain(prompter: Prompter, current: string): Promise<string> {
    const isUrl = current !== "feishu" && current !== "lark";
    const chosen = await prompter.select({
      message: texts.domain,
      options: [
        { value: "feishu", label: texts.feishu },
        { value: "lark", label: texts.lark },
        { value: "other", label: texts.otherDomain },
        { value: SCAN, label: texts.scan },
      ],
      initialValue: isUrl ? "other" : current,
    });
    if (chosen !== "other") return chosen;
    const url = await prompter.text({
      message: texts.domainUrl,
      initialValue: isUrl ? current : "https://",
      validate: (value) => (isBaseUrl(value.trim()) ? undefined : texts.badUrl),
    });
    return url.trim();
  }

  async function offerLarkCli(
    prompter: Prompter,
    app: Pick<RegisteredApp, "appId" | "appSecret" | "domain">,
  ): Promise<void> {
    const version = await larkCli.version();
    if (version === undefined) return;
    const message = `lark-cli ${version}: ${texts.larkCliAsk}`;
    if (!(await prompter.confirm({ message, initialValue: false }))) return;
    const why = await larkCli.setUp(app);
    await prompter.note(why ?? texts.larkCliDone, "lark-cli");
  }

  return {
    channel: "feishu",
    status: {
      configuredLabel: texts.configured,
      unconfiguredLabel: texts.unconfigured,
      resolveConfigured: ({ cfg, accountId }) =>
        (accountId === undefined ? listAccountIds(cfg) : [accountId]).some(
          (id) => resolveAccount(cfg, id).appId !== undefined && secretOf(cfg, id) !== undefined,
        ),
    },
    introNote: { title: texts.introTitle, lines: texts.intro.split("\n") },
    stepOrder: "text-first",
    prepare: async ({ cfg, accountId, prompter }) => {
      const domain = await askDomain(prompter, resolveAccount(cfg, accountId).domain);
      if (domain === SCAN) {
        const app = await scanApp(scan, prompter, texts, process.stdout.columns ?? DEFAULT_COLUMNS);
        // The host asks for app id and secret next, and whether to keep these.
        return { cfg: patchAccount(cfg, accountId, { enabled: true, ...(app && credentialsOf(app)) }) as HostValue };
      }
      const changes = domain === resolveAccount(cfg, accountId).domain ? {} : { domain };
      return { cfg: patchAccount(cfg, accountId, { enabled: true, ...changes }) as HostValue };
    },
    textInputs: [
      {
        inputKey: "appId",
        message: texts.appId,
        placeholder: "cli_…",
        keepPrompt: (value) => `${texts.keepAppId} ${value}?`,
        currentValue: ({ cfg, accountId }) => ownSettings(cfg, accountId).appId,
        validate: ({ value }) => checkAppId(value),
        applySet: ({ cfg, accountId, value }) => patchAccount(cfg, accountId, { appId: value }) as HostValue,
      },
    ],
    credentials: [
      {
        inputKey: "appSecret",
        providerHint: "feishu",
        credentialLabel: texts.appSecret,
        preferredEnvVar: SECRET_VARIABLE,
        envPrompt: texts.envSecret,
        keepPrompt: texts.keepSecret,
        inputPrompt: texts.appSecret,
        allowEnv: () => true,
        inspect: ({ cfg, accountId }) => {
          const own = ownSettings(cfg, accountId).appSecret;
          const plain = typeof own === "string" ? own : undefined;
          const fromEnv = env[SECRET_VARIABLE];
          return {
            accountConfigured: own !== undefined,
            hasConfiguredValue: own !== undefined,
            ...(plain !== undefined && { resolvedValue: plain }),
            ...(fromEnv !== undefined && { envValue: fromEnv }),
          };
        },
        applyUseEnv: ({ cfg, accountId }) =>
          patchAccount(cfg, accountId, { appSecret: secretFromEnvironment }) as HostValue,
        // Plain text or the host's reference to where it is kept.
        applySet: ({ cfg, accountId, value }) =>
          patchAccount(cfg, accountId, { appSecret: value as SecretInput }) as HostValue,
      },
    ],
    finalize: async (step) => {
      const { accountId, prompter, credentialValues } = step;
      let cfg = await proveCredentials(step);
      const account = resolveAccount(cfg, accountId);
      const appSecret = readableSecret(account, env) ?? credentialValues["appSecret"];
      const groups = appSecret === undefined ? [] : await listGroups({ ...account, appSecret });
      cfg = await askGroupPolicy(cfg, prompter, texts, accountId, groups);
      if (resolveAccount(cfg, accountId).config.liveSource === undefined) {
        await prompter.note(texts.liveSource, texts.liveSourceTitle);
        const agrees = await prompter.confirm({ message: texts.liveSourceAsk, initialValue: false });
        if (agrees) cfg = grantConversationAccess(cfg, accountId);
      }
      if (account.appId !== undefined && appSecret !== undefined) {
        const { appId, domain } = account;
        await offerLarkCli(prompter, { appId, appSecret, domain });
      }
      if (step.forceAllowFrom) cfg = await askAllowFrom(cfg, prompter, texts, accountId);
      await prompter.note(nextSteps(language, consolePage(resolveAccount(cfg, accountId))), texts.nextTitle);
      return { cfg: cfg as HostValue };
    },
    dmPolicy: createDmPolicy(texts),
    disable: (cfg) => patchAccount(cfg, DEFAULT_ACCOUNT_ID, { enabled: false }) as HostValue,
  };
}
