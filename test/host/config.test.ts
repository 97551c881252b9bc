import { describe, expect, it } from "vitest";
import { readHostConfig, toHostSettings } from "../../src/host/index.ts";
import { formatConfigIssues } from "../../src/plugin-sdk/index.ts";

const read = (text: string, env: Record<string, string> = {}): ReturnType<typeof readHostConfig> =>
  readHostConfig(text, env);

describe("the host's config file", () => {
  it("is JSON5 and every setting has a default", () => {
    const { value, issues } = read("{ /* nothing yet */ }");
    expect(issues).toEqual([]);
    expect(value && toHostSettings(value, "zh")).toMatchObject({
      language: "auto",
      queueMode: "queue",
      blockStreaming: false,
      block: {
        minChars: 100,
        maxChars: 300,
        breakPreference: "paragraph",
        coalesce: { minChars: 100, maxChars: 300, idleMs: 1000 },
      },
      memory: { maxTurns: 20, maxChars: 40_000 },
      turnTimeoutMs: 1_200_000,
    });
  });

  it("[A9] takes the host's names for block streaming", () => {
    const { value } = read(`{ agents: { defaults: {
      blockStreamingDefault: "on",
      blockStreamingChunk: { minChars: 150, maxChars: 250, breakPreference: "sentence" },
      blockStreamingCoalesce: { idleMs: 300 },
      model: { primary: "deepseek/deepseek-chat" },
    } } }`);
    expect(value && toHostSettings(value, "zh")).toMatchObject({
      blockStreaming: true,
      block: {
        minChars: 150,
        maxChars: 250,
        breakPreference: "sentence",
        coalesce: { minChars: 150, maxChars: 250, idleMs: 300 },
      },
    });
  });

  it("lists every issue at once, each with its path and a fix", () => {
    const { value, issues } = read(`{
      language: "fr",
      agents: { defaults: { blockStreamingChunk: { minChars: "many" }, timeoutSeconds: 1, model: 7 } },
      session: { memory: { maxTurns: -1 } },
      models: { providers: { mine: { apiKey: "\${MY_KEY}" } } },
    }`);
    expect(value).toBeUndefined();
    expect(issues.map(({ path }) => path).sort()).toEqual([
      "agents.defaults.blockStreamingChunk.minChars",
      "agents.defaults.model",
      "agents.defaults.timeoutSeconds",
      "language",
      "models.providers.mine.apiKey",
      "session.memory.maxTurns",
    ]);
    for (const issue of issues) {
      expect(issue.fix.en, issue.path).not.toBe("see docs/en/reference/config.md");
      expect(issue.fix.zh).toMatch(/\p{Script=Han}/u);
    }
    expect(formatConfigIssues(issues, "en")).toContain(
      'language: "fr" is not one of "auto", "zh", "en"\n    → use one of "auto", "zh", "en"',
    );
  });

  it("names unknown keys once and goes on without them", () => {
    const { value, issues, unknownKeys } = read(`{
      gateway: { port: 1 },
      agents: { defaults: { blockStreamingDefault: "on", workspace: "x" } },
    }`);
    expect(issues).toEqual([]);
    expect([...unknownKeys].sort()).toEqual(["agents.defaults.workspace", "gateway"]);
    expect(value?.agents.defaults.blockStreamingDefault).toBe("on");
  });

  it("says where the syntax is broken", () => {
    expect(read("{ a: }").issues[0]?.problem.en).toBe("not valid JSON5: invalid character '}' at 1:6");
  });

  it("reads ${NAME} where a secret or a whole address stands, and nowhere else", () => {
    const env = { SECRET: "s3cret", DOMAIN: "https://open.example", PASS: "p@ss/word" };
    const text = JSON.stringify({
      agents: { defaults: { systemPrompt: "Say ${SECRET}", model: "mine/${SECRET}" } },
      models: {
        providers: { mine: { apiKey: "k-${SECRET}", baseUrl: "${DOMAIN}", proxy: "http://me:${PASS}@proxy.example" } },
      },
      mcp: { servers: { x: { url: "https://mcp.example", headers: { Authorization: "Bearer ${SECRET}" } } } },
      channels: { feishu: { appSecret: "${SECRET}", card: { title: "${SECRET}" } } },
    });
    const { value, warnings, variables } = read(text, env);
    expect(value?.models.providers["mine"]).toMatchObject({
      apiKey: "k-s3cret",
      baseUrl: "https://open.example",
      proxy: "http://me:p%40ss%2Fword@proxy.example",
    });
    expect(value?.agents.defaults).toMatchObject({ systemPrompt: "Say ${SECRET}", model: "mine/${SECRET}" });
    expect(value?.channels["feishu"]).toEqual({ appSecret: "s3cret", card: { title: "${SECRET}" } });
    expect(warnings?.map(({ path }) => path)).toEqual([
      "agents.defaults.systemPrompt",
      "agents.defaults.model",
      "channels.feishu.card.title",
    ]);
    expect(variables.get("mcp.servers.x.headers.Authorization")).toEqual(["SECRET"]);
  });

  it.each([
    ["channels.feishu.domain", { channels: { feishu: { domain: "http://elsewhere/${SECRET}" } } }],
    ["channels.feishu.domain", { channels: { feishu: { domain: "https://${SECRET}.elsewhere.example" } } }],
    [
      "channels.feishu.accounts.a.domain",
      { channels: { feishu: { accounts: { a: { domain: "https://x/?${SECRET}" } } } } },
    ],
    ["models.providers.m.baseUrl", { models: { providers: { m: { baseUrl: "https://x/${SECRET}/v1" } } } }],
    ["models.providers.m.proxy", { models: { providers: { m: { proxy: "http://${SECRET}.proxy.example" } } } }],
    ["models.providers.m.proxy", { models: { providers: { m: { proxy: "http://x/${SECRET}@y" } } } }],
    ["mcp.servers.s.url", { mcp: { servers: { s: { url: "https://x/${SECRET}" } } } }],
  ])("puts no address together from variables: %s", (path, config) => {
    const { issues } = read(JSON.stringify(config), { SECRET: "s3cret" });
    expect(issues.map((issue) => issue.path)).toEqual([path]);
    expect(JSON.stringify(issues)).not.toContain("s3cret");
  });

  it("reads ${NAME} from the environment, and never shows a long value in an issue", () => {
    const text = '{ models: { providers: { mine: { apiKey: "${MY_KEY}", api: "${MY_KEY}" } } } }';
    const { issues } = read(text, { MY_KEY: "sk-0123456789abcdefghijklmnopqrstuv" });
    expect(issues).toHaveLength(1);
    expect(JSON.stringify(issues)).not.toContain("sk-0123");
  });
});
