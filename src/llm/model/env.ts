import { providerPresets } from "./presets.ts";
import type { ProviderPreset } from "./presets.ts";
import { ModelSettingsError, resolveModelSettings } from "./settings.ts";
import type { ModelIssue, ResolvedModelSettings } from "./settings.ts";

/** Environment variables by name, as in `process.env`. */
export type Env = Readonly<Record<string, string | undefined>>;

/** Second names of variables that vendors use themselves. */
const ALSO: Readonly<Record<string, string>> = { GEMINI_API_KEY: "GOOGLE_API_KEY" };

/**
 * Reads the model from the environment: `OPENAI_API_KEY`, `OPENAI_BASE_URL`, `OPENAI_MODEL`; the same for `ANTHROPIC_…`,
 * `GEMINI_…` and every known provider (`DEEPSEEK_API_KEY`, `DEEPSEEK_MODEL`, …). The first complete set counts, in the order of
 * `providerPresets`; when there is none, the first key of a provider with a default model. Undefined when nothing is set.
 * @throws ModelSettingsError when sets are begun and none is complete: names every missing variable and where to get it.
 */
export function readModelEnv(env: Env): ResolvedModelSettings | undefined {
  const issues: ModelIssue[] = [];
  for (const preset of providerPresets) {
    const found = readPreset(env, preset);
    if (found instanceof ModelSettingsError) issues.push(...found.issues);
    else if (found !== undefined) return found;
  }
  if (issues.length === 0) return undefined;
  for (const preset of providerPresets) {
    const { keyEnv, modelEnv, defaultModel } = preset;
    const hasKey = [keyEnv, ALSO[keyEnv] ?? ""].some((name) => (env[name]?.trim() ?? "") !== "");
    if (defaultModel === undefined || !hasKey) continue;
    const found = readPreset({ ...env, [modelEnv]: defaultModel }, preset);
    if (found !== undefined && !(found instanceof ModelSettingsError)) return found;
  }
  throw new ModelSettingsError(issues);
}

function readPreset(env: Env, preset: ProviderPreset): ResolvedModelSettings | ModelSettingsError | undefined {
  const prefix = preset.keyEnv.replace(/API_KEY$/u, "");
  const names = {
    provider: `${prefix}BASE_URL`,
    model: preset.modelEnv,
    apiKey: preset.keyEnv,
    baseUrl: `${prefix}BASE_URL`,
    proxy: `${prefix}PROXY`,
  };
  const get = (name: string): string | undefined => {
    const value = env[name]?.trim();
    return value === "" ? undefined : value;
  };
  const apiKey = get(names.apiKey) ?? get(ALSO[names.apiKey] ?? "");
  const model = get(names.model);
  const baseUrl = get(names.baseUrl);
  if (apiKey === undefined && model === undefined && baseUrl === undefined) return undefined;
  try {
    return resolveModelSettings({ provider: preset.name, apiKey, model, baseUrl, proxy: get(names.proxy) }, names);
  } catch (error) {
    if (error instanceof ModelSettingsError) return error;
    throw error;
  }
}
