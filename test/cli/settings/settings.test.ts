import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createModels } from "../../../src/cli/models/model-catalog.ts";
import { readSettings } from "../../../src/cli/settings/settings.ts";
import type { Settings } from "../../../src/cli/settings/settings.ts";
import { silentLogger } from "../../../src/log/index.ts";
import { recordIo } from "../../support/cli-io.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { removeFolder } from "../../support/remove-folder.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cardstream-settings-"));
});
afterAll(() => removeFolder(folder));

function read(
  file: string | undefined,
  env: Record<string, string> = {},
  language: "en" | "zh" = "en",
): { settings: Settings | undefined; said: string } {
  if (file !== undefined) writeFileSync(join(folder, "given.json5"), file);
  const io = recordIo({ env, cwd: folder });
  const settings = readSettings({ config: file === undefined ? undefined : "given.json5", language }, io);
  return { settings, said: io.stderr() };
}

/** A mistake in every part of the file. */
const WRONG = `{
  langauge: "zh",
  agents: { defaults: { timeoutSeconds: 1, modle: "deepseek/deepseek-chat" } },
  models: { providers: { mine: { baseUrl: "nowhere", models: ["m"] } } },
  mcp: { servers: { files: { comand: "npx" } } },
  channels: {
    telegram: { token: "x" },
    feishu: { appId: "cli_0123456789abcdef", domian: "lark", card: { maxChar: 2000 } },
  },
}`;

describe("the settings", () => {
  it("[E11] name every mistake of a file in one list, with what was meant", () => {
    const { settings, said } = read(WRONG);
    expect(settings).toBeUndefined();
    const issues = Object.fromEntries(
      [...said.matchAll(/^(?<path>[\w.]+): (?<problem>.*)\n {4}→ (?<fix>.*)$/gmu)].map(({ groups }) => [
        groups?.["path"],
        groups?.["fix"],
      ]),
    );
    expect(issues).toMatchObject({
      langauge: "did you mean language?",
      "agents.defaults.timeoutSeconds": expect.stringContaining("at least 5"),
      "agents.defaults.modle": "did you mean model?",
      "mcp.servers.files.comand": "did you mean command?",
      "channels.telegram": "remove it; known: feishu",
      "channels.feishu.domian": "did you mean domain?",
      "channels.feishu.card.maxChar": "did you mean maxChars?",
      "channels.feishu.appSecret": expect.stringContaining("Credentials"),
    });
    expect(said.match(/cannot be used/gu)).toHaveLength(1);
    expect(read(WRONG, {}, "zh").said).toContain("channels.telegram: 这里没有 telegram 这个渠道");
  });

  it("[E11] say what is missing, of which file, and which provider was meant", () => {
    const { said } = read('{ agents: { defaults: { model: "opena/x" } }, mcp: { servers: { files: { args: [] } } } }');
    expect(said).toContain("given.json5 cannot be used:\n");
    expect(said).toContain("did you mean openai?");
    expect(said).toContain("mcp.servers.files.command: is missing\n");
    const zh = read("{ mcp: { servers: { files: {} } } }", {}, "zh").said;
    expect(zh).toContain("given.json5 中的设置无法使用：\n");
    expect(zh).toContain("mcp.servers.files.command: 缺少该项\n");
  });

  it("[E11] name a mistake in the models of a file whose other parts are right, once", () => {
    const { said } = read('{ models: { providers: { mine: { baseUrl: "nowhere", models: ["m"], apiKey: "k" } } } }');
    expect(said.match(/models\.providers\.mine\.baseUrl/gu)).toHaveLength(1);
  });

  it("[E11] leave another host's settings alone, and name them", () => {
    const { settings, said } = read(
      '{ agents: { defaults: { models: {}, workspace: "~/x" } }, hooks: {}, gateway: {} }',
    );
    expect(settings).toBeDefined();
    expect(said).toContain("agents.defaults.models");
    expect(said).toContain("gateway");
    expect(said).not.toContain("did you mean");
  });

  it("[E11] name misspelt settings of a channel beside its wrong values", () => {
    const { said } = read('{ channels: { feishu: { appID: "cli_1", domian: "lark", dmPolicy: "opn" } } }');
    expect(said).toContain("did you mean appId?");
    expect(said).toContain("did you mean domain?");
    expect(said).toContain('"opn" is not one of');
  });

  it("[E11] name a wrong domain beside a channel's wrong values, of each account", () => {
    const { said } = read(`{ channels: { feishu: {
      appId: 5, domain: "feishuu", accounts: { other: { domain: "larkk" }, good: { domain: "lark" } },
    } } }`);
    expect(said).toContain("channels.feishu.appId: must be a string");
    expect(said).toContain("channels.feishu.domain: is no domain");
    expect(said).toContain("channels.feishu.accounts.other.domain: is no domain");
    expect(said).not.toContain("accounts.good");
  });

  it("[E11][D16] say in Chinese what is wrong with the address of a Redis", () => {
    const { said } = read('{ shared: { redis: "http://redis.example" } }', {}, "zh");
    expect(read('{ shared: { redis: "redis+sentinel://one,two" } }', {}, "zh").said).toContain(
      "Sentinel 监控的主节点名称",
    );
    expect(said).toContain("shared.redis: 地址必须以 redis:// 或 rediss:// 开头\n");
  });

  it("[E11] say of an empty file that it is empty", () => {
    expect(read(" \n").said).toContain("(file): is empty\n    → write { } into it, or remove it\n");
    expect(read("", {}, "zh").said).toContain("(file): 文件是空的\n");
  });

  it("[E11] say in Chinese where a file is no JSON5", () => {
    expect(read("{\n  channels: ", {}, "zh").said).toContain(
      "不是合法的 JSON5：第 2 行第 13 列，文件到此为止，还缺内容",
    );
    expect(read("{ channels: } }", {}, "zh").said).toContain("第 1 行第 13 列，有不该出现的内容");
  });

  it("[E11] say what is wrong with a file that cannot be read", () => {
    mkdirSync(join(folder, "a-folder"), { recursive: true });
    for (const [config, says] of [
      ["a-folder", "is a folder. Name the file in it"],
      ["missing.json5", "There is no config file"],
    ] as const) {
      const io = recordIo({ cwd: folder });
      expect(readSettings({ config, language: "en" }, io)).toBeUndefined();
      expect(io.stderr()).toContain(says);
    }
  });

  it("[E11] with a key and no model have the demo answer, and say which model is missing", () => {
    const { settings } = read(undefined, { OPENAI_API_KEY: "k" });
    const clock = new FakeClock();
    const models = createModels({
      settings: settings!,
      env: {},
      language: "en",
      clock,
      logger: silentLogger,
      random: () => 0,
    });
    expect(models.isDemo).toBe(true);
    expect(models.begun.map(({ path }) => path)).toEqual(["OPENAI_MODEL"]);
  });
});
