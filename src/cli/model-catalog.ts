import { createModelCatalog } from "../host/index.ts";
import type { Env, HostConfig, ModelCatalog, ProviderConfig } from "../host/index.ts";
import {
  createCalculatorTool,
  createClockTool,
  createModel,
  createScriptedModel,
  findPreset,
  ModelSettingsError,
  readModelEnv,
  resolveModelSettings,
} from "../llm/index.ts";
import type { ChatModel, ModelDependencies, ModelSettings, Tool } from "../llm/index.ts";
import type { Logger } from "../log/index.ts";
import { formatConfigIssues } from "../plugin-sdk/index.ts";
import type { ConfigIssue, Language } from "../plugin-sdk/index.ts";
import type { Clock } from "../time/index.ts";
import type { CliIo } from "./io.ts";
import { cliStrings } from "./strings/index.ts";

/** The models and tools that the settings name. */
export interface Models {
  readonly catalog: ModelCatalog;
  readonly tools: readonly Tool[];
  /** Whether nothing is configured and the demo answers. */
  readonly isDemo: boolean;
  /** The default model, for people. */
  readonly label: string;
}

/** What {@link createModels} works with. */
export interface ModelsOptions {
  readonly config: HostConfig;
  readonly language: Language;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
}

/**
 * The models of the config file, else the one the environment names, else the scripted demo. Prints everything that is missing or
 * wrong and gives undefined then. Nothing is sent yet.
 */
export function createModels(options: ModelsOptions, io: CliIo): Models | undefined {
  const { config, language, clock } = options;
  const strings = cliStrings[language];
  const { named, issues } = namedModels(config, io.env);
  if (issues.length > 0) {
    io.err(`${strings.errors.config}\n${formatConfigIssues(issues, language)}\n`);
    return undefined;
  }
  const dependencies: ModelDependencies = { clock, random: options.random, logger: options.logger };
  const makers: Record<string, () => ChatModel> = Object.fromEntries(
    [...named].map(([name, settings]) => [name, () => createModel(settings, dependencies)]),
  );
  const isDemo = named.size === 0;
  if (isDemo) makers["demo"] = () => createScriptedModel({ clock });
  const catalog = createModelCatalog(makers);
  const tools = [
    ...(config.tools.clock ? [createClockTool(clock)] : []),
    ...(config.tools.calculator ? [createCalculatorTool()] : []),
  ];
  return { catalog, tools, isDemo, label: isDemo ? strings.banner.demoModel : catalog.defaultName };
}

/** Settings by `provider/model`, the default one first, and everything that is wrong with them. */
function namedModels(config: HostConfig, env: Env): { named: Map<string, ModelSettings>; issues: ConfigIssue[] } {
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

  const { providers } = config.models;
  const { model: choice } = config.agents.defaults;
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
  if (named.size === 0 && issues.length === 0) addFromEnv(env, named, issues);
  return { named, issues };
}

function addFromEnv(env: Env, named: Map<string, ModelSettings>, issues: ConfigIssue[]): void {
  try {
    const settings = readModelEnv(env);
    if (settings !== undefined) named.set(`${settings.provider}/${settings.model}`, settings);
  } catch (error) {
    if (!(error instanceof ModelSettingsError)) throw error;
    issues.push(...error.issues);
  }
}
