import { describe, expect, it } from "vitest";
import {
  findPreset,
  ModelSettingsError,
  modelFromEnv,
  providerPresets,
  readModelEnv,
  resolveModelSettings,
} from "../../src/llm/index.ts";
import type { Env, ModelIssue } from "../../src/llm/index.ts";
import { FakeClock } from "../support/fake-clock.ts";

const issuesOf = (read: () => unknown): readonly ModelIssue[] => {
  try {
    read();
  } catch (error) {
    if (error instanceof ModelSettingsError) return error.issues;
    throw error;
  }
  return [];
};
const paths = (env: Env): string[] => issuesOf(() => readModelEnv(env)).map((issue) => issue.path);

describe("readModelEnv", () => {
  it("reads complete sets", () => {
    expect(readModelEnv({})).toBeUndefined();
    expect(readModelEnv({ OPENAI_API_KEY: "k", OPENAI_MODEL: "m" })).toMatchObject({
      provider: "openai",
      api: "openai-completions",
      baseUrl: "https://api.openai.com/v1",
    });
    expect(
      readModelEnv({ OPENAI_API_KEY: "k", OPENAI_MODEL: "m", OPENAI_BASE_URL: "https://llm.example/v2/" }),
    ).toMatchObject({
      baseUrl: "https://llm.example/v2",
    });
    expect(
      readModelEnv({
        ANTHROPIC_API_KEY: "k",
        ANTHROPIC_MODEL: "m",
        ANTHROPIC_BASE_URL: "https://open.bigmodel.cn/api/anthropic",
      }),
    ).toMatchObject({
      api: "anthropic-messages",
      baseUrl: "https://open.bigmodel.cn/api/anthropic/v1",
    });
    expect(readModelEnv({ GOOGLE_API_KEY: "k", GEMINI_MODEL: "m" })).toMatchObject({
      baseUrl: "https://generativelanguage.googleapis.com/v1beta",
    });
    expect(readModelEnv({ DEEPSEEK_API_KEY: " k\n", DEEPSEEK_MODEL: "m" })).toMatchObject({
      provider: "deepseek",
      apiKey: "k",
    });
  });

  it("needs no key for a server on this machine", () => {
    expect(readModelEnv({ OPENAI_BASE_URL: "http://localhost:8000/v1", OPENAI_MODEL: "m" })).toMatchObject({
      apiKey: undefined,
    });
    expect(readModelEnv({ OLLAMA_MODEL: "m" })).toMatchObject({
      provider: "ollama",
      baseUrl: "http://127.0.0.1:11434/v1",
    });
  });

  it("[E11] takes a provider's default model where only its key is given, and nothing else is complete", () => {
    expect(readModelEnv({ DEEPSEEK_API_KEY: "k" })).toMatchObject({ provider: "deepseek", model: "deepseek-flash" });
    expect(readModelEnv({ GOOGLE_API_KEY: "k" })).toMatchObject({ provider: "gemini", model: "gemini-3.6-flash" });
    expect(readModelEnv({ GEMINI_API_KEY: "k", DEEPSEEK_API_KEY: "k", DEEPSEEK_MODEL: "m" })).toMatchObject({
      model: "m",
    });
    expect(readModelEnv({ OPENAI_API_KEY: "k", DEEPSEEK_API_KEY: "k" })).toMatchObject({ provider: "deepseek" });
  });

  it("names everything that is missing, and where to get it, in both languages", () => {
    expect(paths({ OPENAI_API_KEY: "k" })).toEqual(["OPENAI_MODEL"]);
    expect(paths({ OPENAI_BASE_URL: "https://llm.example/v1" })).toEqual(["OPENAI_MODEL", "OPENAI_API_KEY"]);
    expect(paths({ OPENAI_MODEL: "m", ANTHROPIC_API_KEY: "k" })).toEqual(["OPENAI_API_KEY", "ANTHROPIC_MODEL"]);
    expect(paths({ OPENAI_API_KEY: "k", OPENAI_MODEL: "m", OPENAI_BASE_URL: "llm.example" })).toEqual([
      "OPENAI_BASE_URL",
    ]);
    const [issue] = issuesOf(() => readModelEnv({ MOONSHOT_MODEL: "m" }));
    expect(issue?.fix.en).toContain("https://platform.moonshot.cn/console/api-keys");
    expect(issue?.fix.zh).toContain("https://platform.moonshot.cn/console/api-keys");
  });

  it("lets the first complete set win over begun ones", () => {
    expect(
      readModelEnv({ ANTHROPIC_API_KEY: "k", QWEN_MODEL: "x", DASHSCOPE_API_KEY: "k", DASHSCOPE_MODEL: "m" }),
    ).toMatchObject({
      provider: "qwen",
    });
  });

  it("makes a model of it", () => {
    const dependencies = { clock: new FakeClock(), random: () => 0 };
    expect(modelFromEnv({}, dependencies)).toBeUndefined();
    expect(modelFromEnv({ OPENAI_API_KEY: "k", OPENAI_MODEL: "m" }, dependencies)).toMatchObject({
      provider: "openai",
      model: "m",
    });
    expect(() => modelFromEnv({ OPENAI_API_KEY: "secret-key" }, dependencies)).toThrow(/OPENAI_MODEL/u);
    expect(() => modelFromEnv({ OPENAI_API_KEY: "secret-key" }, dependencies)).not.toThrow(/secret-key/u);
  });
});

describe("resolveModelSettings", () => {
  it("asks for a base URL when the provider is not known", () => {
    const [issue] = issuesOf(() => resolveModelSettings({ provider: "acme", model: "m", apiKey: "k" }));
    expect(issue?.path).toBe("baseUrl");
    expect(issue?.fix.en).toContain("deepseek");
  });

  it("refuses a proxy that is no URL", () => {
    expect(
      issuesOf(() => resolveModelSettings({ provider: "openai", model: "m", apiKey: "k", proxy: "7890" })),
    ).toMatchObject([{ path: "proxy" }]);
  });
});

describe("presets", () => {
  it("are complete and found by name, alias and in any case", () => {
    expect(findPreset("DashScope")?.name).toBe("qwen");
    expect(findPreset("kimi")?.baseUrl).toBe("https://api.moonshot.cn/v1");
    expect(findPreset("constructor")).toBeUndefined();
    for (const preset of providerPresets) {
      expect(resolveModelSettings({ provider: preset.name, model: "m", apiKey: "k" }).baseUrl).toMatch(
        /^https?:\/\/.+\/v\d|deepseek\.com$/u,
      );
      expect(preset.keyUrl).toMatch(/^https:\/\//u);
    }
    const variables = providerPresets.flatMap(({ keyEnv, modelEnv }) => [keyEnv, modelEnv]);
    expect(new Set(variables).size).toBe(variables.length);
  });
});
