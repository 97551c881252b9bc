import { hostConfigSchema } from "../../host/index.ts";
import type { Env, HostConfig, HostConfigReading, ProviderConfig } from "../../host/index.ts";
import { findPreset, ModelSettingsError, readModelEnv, resolveModelSettings } from "../../llm/index.ts";
import type { ModelSettings } from "../../llm/index.ts";
import type { ConfigIssue } from "../../plugin-sdk/index.ts";

/** Models by `provider/model`, the default one first. */
export interface NamedModels {
  readonly named: ReadonlyMap<string, ModelSettings>;
  /** What is wrong with the models of the config file. */
  readonly issues: readonly ConfigIssue[];
  /** What is missing of a model that the environment begins to name (a key without a model); then there is none. */
  readonly begun: readonly ConfigIssue[];
}

/** The part of the config file that names models. */
type ModelSections = {
  readonly models: HostConfig["models"];
  readonly model: HostConfig["agents"]["defaults"]["model"];
};

/** The models of the config file, else the one that the environment names. */
export function readModels(reading: HostConfigReading, env: Env): NamedModels {
  const sections = modelSections(reading);
  const { named, issues } =
    sections === undefined ? { named: new Map<string, ModelSettings>(), issues: [] } : fromFile(sections, env);
  if (named.size > 0 || issues.length > 0 || sections === undefined) return { named, issues, begun: [] };
  try {
    const settings = readModelEnv(env);
    if (settings !== undefined) named.set(`${settings.provider}/${settings.model}`, settings);
    return { named, issues, begun: [] };
  } catch (error) {
    if (!(error instanceof ModelSettingsError)) throw error;
    return { named, issues, begun: error.issues };
  }
}

/** Also when another part of the file is wrong; undefined when this one is, which has been said then. */
function modelSections({ value, sections }: HostConfigReading): ModelSections | undefined {
  if (value !== undefined) return { models: value.models, model: value.agents.defaults.model };
  const parsed = hostConfigSchema.safeParse({ models: sections["models"], agents: sections["agents"] });
  return parsed.success ? { models: parsed.data.models, model: parsed.data.agents.defaults.model } : undefined;
}

/** Settings by `provider/model`, the default one first, and everything that is wrong with them. */
function fromFile(
  { models, model: choice }: ModelSections,
  env: Env,
): { named: Map<string, ModelSettings>; issues: ConfigIssue[] } {
  const named = new Map<string, ModelSettings>();
  const issues: ConfigIssue[] = [];
  const add = (
    provider: string,
    model: string | undefined,
    section: ProviderConfig | undefined,
    path: string,
  ): void => {
    const preset = findPreset(provider);
    const settings: ModelSettings = {
      provider,
      model,
      apiKey: section?.apiKey ?? (preset && env[preset.keyEnv]),
      api: section?.api,
      baseUrl: section?.baseUrl,
      proxy: section?.proxy,
      maxOutputTokens: section?.maxOutputTokens,
      thinkTags: section?.thinkTags,
    };
    const at = (key: string): string => `models.providers.${provider}.${key}`;
    try {
      resolveModelSettings(settings, {
        provider: path,
        model: path,
        apiKey: at("apiKey"),
        baseUrl: at("baseUrl"),
        proxy: at("proxy"),
      });
      named.set(`${provider}/${model ?? ""}`, settings);
    } catch (error) {
      if (!(error instanceof ModelSettingsError)) throw error;
      for (const issue of error.issues) if (!issues.some(({ path: known }) => known === issue.path)) issues.push(issue);
    }
  };

  const { providers } = models;
  const chosen = typeof choice === "string" ? choice : choice?.primary;
  if (chosen !== undefined) {
    // Only the first slash counts: models of a router have slashes in their names.
    const slash = chosen.indexOf("/");
    const provider = slash < 0 ? (Object.keys(providers)[0] ?? chosen) : chosen.slice(0, slash);
    const model = slash < 0 && providers[provider] === undefined ? undefined : chosen.slice(slash + 1);
    add(provider, model, providers[provider], "agents.defaults.model");
  }
  for (const [provider, section] of Object.entries(providers)) {
    for (const model of section.models ?? [])
      add(provider, typeof model === "string" ? model : model.id, section, `models.providers.${provider}.models`);
    const named = chosen?.startsWith(`${provider}/`) === true || (section.models ?? []).length > 0;
    if (!named && chosen === undefined) add(provider, undefined, section, `models.providers.${provider}.models`);
  }
  return { named, issues };
}
