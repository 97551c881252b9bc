/** What the host hands to guided setup and takes from it, typed narrowly; see `host.ts` for why. */
import type { HostConfig, HostValue } from "./index.ts";

/** Asks the person at the terminal, or in the host's browser page. */
export interface Prompter {
  note(message: string, title?: string): Promise<void>;
  text(params: {
    message: string;
    initialValue?: string;
    placeholder?: string;
    sensitive?: boolean;
    validate?: (value: string) => string | undefined;
  }): Promise<string>;
  select<T>(params: { message: string; options: { value: T; label: string }[]; initialValue?: T }): Promise<T>;
  multiselect<T>(params: {
    message: string;
    options: { value: T; label: string; hint?: string }[];
    initialValues?: T[];
  }): Promise<T[]>;
  confirm(params: { message: string; initialValue?: boolean }): Promise<boolean>;
  progress(label: string): { stop(message?: string): void };
}

/** One account of a config that is being made. What is given back is the host's own config with changes: a {@link HostValue}. */
export interface AccountRef {
  cfg: HostConfig;
  accountId: string;
}

/** Where a step of guided setup is. */
export interface WizardStep extends AccountRef {
  /** What has been entered, secrets included. */
  credentialValues: Partial<Record<string, string>>;
  prompter: Prompter;
}

type Answered = Promise<{ cfg: HostValue } | void>;

/** Guided setup as the host runs it: `prepare`, text inputs, credentials, `finalize`. */
export interface SetupWizard {
  channel: string;
  status: {
    configuredLabel: string;
    unconfiguredLabel: string;
    resolveConfigured(params: { cfg: HostConfig; accountId?: string }): boolean;
  };
  introNote: { title: string; lines: string[] };
  stepOrder: "text-first";
  prepare(step: WizardStep): Answered;
  textInputs: {
    inputKey: string;
    message: string;
    placeholder: string;
    keepPrompt: (value: string) => string;
    currentValue(params: AccountRef): string | undefined;
    validate(params: { value: string }): string | undefined;
    applySet(params: AccountRef & { value: string }): HostValue;
  }[];
  credentials: {
    inputKey: string;
    providerHint: string;
    credentialLabel: string;
    preferredEnvVar: string;
    envPrompt: string;
    keepPrompt: string;
    inputPrompt: string;
    allowEnv(params: AccountRef): boolean;
    inspect(params: AccountRef): {
      accountConfigured: boolean;
      hasConfiguredValue: boolean;
      resolvedValue?: string;
      envValue?: string;
    };
    applyUseEnv(params: AccountRef): HostValue;
    applySet(params: AccountRef & { value: unknown }): HostValue;
  }[];
  finalize(step: WizardStep & { forceAllowFrom: boolean }): Answered;
  dmPolicy: DmPolicySetup;
  disable(cfg: HostConfig): HostValue;
}

/** How the host asks who may write to the bot. */
export interface DmPolicySetup {
  label: string;
  channel: string;
  policyKey: string;
  allowFromKey: string;
  resolveConfigKeys(cfg: HostConfig, accountId?: string): { policyKey: string; allowFromKey: string };
  getCurrent(cfg: HostConfig, accountId?: string): "pairing" | "allowlist" | "open" | "disabled";
  setPolicy(cfg: HostConfig, policy: "pairing" | "allowlist" | "open" | "disabled", accountId?: string): HostValue;
  promptAllowFrom(params: { cfg: HostConfig; prompter: Prompter; accountId?: string }): Promise<HostValue>;
}

/** What a command of the host writes to. */
export interface SetupRuntime {
  log(...args: unknown[]): void;
}
