import { createModelCatalog } from "../../host/index.ts";
import type { ModelCatalog } from "../../host/index.ts";
import {
  createCalculatorTool,
  createClockTool,
  createLarkCliTool,
  createModel,
  createScriptedModel,
  resolveModelSettings,
} from "../../llm/index.ts";
import type { ChatModel, LlmStreamError, ModelDependencies, ModelSettings, Tool, OnResponse } from "../../llm/index.ts";
import type { Logger } from "../../log/index.ts";
import type { ConfigIssue, Language } from "../../plugin-sdk/index.ts";
import type { Clock } from "../../time/index.ts";
import type { Settings } from "../settings/settings.ts";
import { cliStrings } from "../strings/index.ts";
import { watchModel } from "./watched-model.ts";

/** The models and tools that the settings name. */
export interface Models {
  readonly catalog: ModelCatalog;
  readonly tools: readonly Tool[];
  /** Whether nothing is configured and the demo answers. */
  readonly isDemo: boolean;
  /** What is missing of a model that the environment begins to name; the demo stands in for it. */
  readonly begun: readonly ConfigIssue[];
  /** The newest failure of any model. */
  lastFailure(): LlmStreamError | undefined;
  /** Where the requests of a model go. */
  urlOf(name: string): string;
  /** The default model, for people. */
  readonly label: string;
}

/** What {@link createModels} works with. */
export interface ModelsOptions {
  readonly settings: Settings;
  /** Of the process, for programs that tools start. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly language: Language;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  /** See `WatchOptions`. */
  readonly failWhenSilent?: boolean | undefined;
  /** Sees every answer as it comes over the wire. @defaultValue none */
  readonly onResponse?: OnResponse | undefined;
}

/** The models that the settings name, else the scripted demo. Nothing is sent yet. */
export function createModels(options: ModelsOptions): Models {
  const { language, clock } = options;
  const { config } = options.settings;
  const { named, begun } = options.settings.models;
  const strings = cliStrings[language];
  const { logger } = options;
  const dependencies: ModelDependencies = { clock, random: options.random, logger, onResponse: options.onResponse };
  let last: LlmStreamError | undefined;
  const onFailure = (failure: LlmStreamError): void => {
    last = failure;
  };
  const makers: Record<string, () => ChatModel> = Object.fromEntries(
    [...named].map(([name, settings]) => [
      name,
      () =>
        watchModel(createModel(settings, dependencies), {
          clock,
          logger,
          url: urlOf(settings),
          onFailure,
          failWhenSilent: options.failWhenSilent,
        }),
    ]),
  );
  const isDemo = named.size === 0;
  if (isDemo) makers["demo"] = () => createScriptedModel({ clock });
  const catalog = createModelCatalog(makers);
  const tools = [
    ...(config.tools.clock ? [createClockTool(clock)] : []),
    ...(config.tools.calculator ? [createCalculatorTool()] : []),
    ...(config.tools.larkCli === undefined
      ? []
      : [createLarkCliTool({ allow: config.tools.larkCli.allow, env: options.env })]),
  ];
  return {
    catalog,
    tools,
    isDemo,
    begun,
    lastFailure: () => last,
    urlOf: (name) => urlOf(named.get(name)),
    label: isDemo ? strings.banner.demoModel : catalog.defaultName,
  };
}

/** The base URL without what may be secret in it. */
function urlOf(settings: ModelSettings | undefined): string {
  if (settings === undefined) return "";
  const { origin, pathname } = new URL(resolveModelSettings(settings).baseUrl);
  return `${origin}${pathname}`;
}
