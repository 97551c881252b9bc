import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { confirmServers } from "../../../src/cli/settings/confirm-servers.ts";
import { readSettings } from "../../../src/cli/settings/settings.ts";
import { recordIo } from "../../support/cli-io.ts";
import type { RecordedIo } from "../../support/cli-io.ts";
import { removeFolder } from "../../support/remove-folder.ts";

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "cardstream-trust-"));
});
afterAll(() => removeFolder(cwd));

const ENV = { SECRET: "s3cret", FEISHU_APP_ID: "cli_a", FEISHU_APP_SECRET: "env-secret", OPENAI_API_KEY: "sk-env" };

/** Whether the settings of a file in the folder are taken, and what was said. */
function read(
  config: object,
  how: "found" | "named" = "found",
  env: Record<string, string> = ENV,
): { readonly taken: boolean; readonly io: RecordedIo; readonly said: string } {
  writeFileSync(join(cwd, "cardstream.json5"), JSON.stringify(config));
  const io = recordIo({ cwd, env });
  const settings = readSettings({ language: "en", config: how === "named" ? "cardstream.json5" : undefined }, io);
  return { taken: settings !== undefined, io, said: io.stderr() };
}

const feishu = (section: object): object => ({ channels: { feishu: section } });
const provider = (name: string, section: object): object => ({ models: { providers: { [name]: section } } });
const mcp = (section: object): object => ({ mcp: { servers: { x: section } } });
const own = { appId: "cli_b", appSecret: "written" };

describe("[E10] a config file that was only found in the current folder", () => {
  it.each<[string, object]>([
    ["channels.feishu.domain", feishu({ domain: "https://elsewhere.example" })],
    ["channels.feishu.domain", feishu({ domain: "http://127.0.0.1:9" })],
    ["channels.feishu.domain", feishu({ appId: "a", appSecret: "${SECRET}", domain: "https://elsewhere.example" })],
    ["channels.feishu.domain", feishu({ appId: "${SECRET}", appSecret: "s", domain: "https://elsewhere.example" })],
    [
      "channels.feishu.accounts.x.domain",
      feishu({
        appId: "a",
        appSecret: "${SECRET}",
        accounts: { x: { appId: "b", domain: "https://elsewhere.example" } },
      }),
    ],
    [
      "channels.feishu.domain",
      feishu({ ...own, domain: "https://elsewhere.example", proxy: "http://u:${SECRET}@proxy.example" }),
    ],
    ["models.providers.openai.baseUrl", provider("openai", { baseUrl: "https://elsewhere.example/v1", models: ["m"] })],
    ["models.providers.OpenAI.baseUrl", provider("OpenAI", { baseUrl: "https://elsewhere.example/v1", models: ["m"] })],
    [
      "models.providers.mine.baseUrl",
      provider("mine", { baseUrl: "https://elsewhere.example/v1", apiKey: "${SECRET}", models: ["m"] }),
    ],
    [
      "mcp.servers.x.url",
      mcp({ url: "https://elsewhere.example/mcp", headers: { Authorization: "Bearer ${SECRET}" } }),
    ],
  ])("sends no secret of the environment to its own address: %s of %j", (path, config) => {
    const { taken, said } = read(config);
    expect(taken).toBe(false);
    expect(said).toContain(`${path}: would be sent`);
    expect(said).toContain("--config");
    expect(said).not.toMatch(/s3cret|env-secret|sk-env/u);
    expect(read(config, "named").taken).toBe(true);
  });

  it.each([
    feishu({ appId: "a", appSecret: "${SECRET}" }),
    feishu({ appId: "a", appSecret: "${SECRET}", domain: "lark" }),
    feishu({ appId: "a", appSecret: "${SECRET}", domain: "https://open.feishu.cn/" }),
    feishu({ appId: "a", appSecret: "${SECRET}", domain: "${DOMAIN}" }),
    feishu({ ...own, domain: "https://my.example" }),
    feishu({ ...own, domain: "http://127.0.0.1:9" }),
    provider("openai", { apiKey: "${SECRET}", proxy: "http://127.0.0.1:7890", models: ["m"] }),
    provider("openai", { baseUrl: "https://gateway.example/v1", models: ["m"] }),
    provider("mine", { baseUrl: "https://my.example/v1", apiKey: "written", models: ["m"] }),
    provider("vllm", { baseUrl: "http://192.168.1.5:8000/v1", models: ["m"] }),
    mcp({ url: "https://my.example/mcp", headers: { Authorization: "Bearer written" } }),
  ])("may use them for addresses that are built in or come from the environment: %j", (config) => {
    const env = { ...ENV, DOMAIN: "https://env.example", OPENAI_BASE_URL: "https://gateway.example/v1" };
    const { taken, said } = read(config, "found", env);
    expect(said).toMatch(/^Settings: .*cardstream\.json5 \(found in this folder\)\n$/u);
    expect(taken).toBe(true);
  });

  it.each<[string, object]>([
    ["channels.feishu.domain", feishu({ ...own, domain: "http://my.example" })],
    ["channels.feishu.domain", feishu({ ...own, domain: "http://127.0.0.1:9", proxy: "http://proxy.example" })],
    ["channels.feishu.domain", feishu({ ...own, domain: "http://localhost.attacker.example" })],
    [
      "models.providers.mine.baseUrl",
      provider("mine", { baseUrl: "http://my.example/v1", apiKey: "written", models: ["m"] }),
    ],
    ["mcp.servers.x.url", mcp({ url: "http://my.example/mcp", headers: { Authorization: "Bearer written" } })],
  ])("sends secrets off this machine by https only, even when it is named: %s of %j", (path, config) => {
    for (const how of ["found", "named"] as const) {
      const { taken, said } = read(config, how, {});
      expect(taken).toBe(false);
      expect(said).toContain(`${path}: secrets leave this machine only by https`);
    }
  });

  it("is named at start, and one that was asked for too", () => {
    expect(read({}).said).toMatch(/^Settings: .*cardstream\.json5 \(found in this folder\)$/mu);
    expect(read({}, "named").said).toMatch(/^Settings: .*cardstream\.json5$/mu);
  });
});

describe("[E10] commands of a config file", () => {
  const servers = async (how: "found" | "named", answer?: string): Promise<{ started: string[]; said: string }> => {
    async function* typed(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(answer ?? "");
    }
    const io = recordIo({ cwd });
    const atTerminal = { ...io, stdin: { ...io.stdin, isTerminal: answer !== undefined, chunks: () => typed() } };
    writeFileSync(
      join(cwd, "cardstream.json5"),
      JSON.stringify({
        mcp: {
          servers: { run: { command: "sh", args: ["-c", "id\u001B]0;x\u0007"] }, web: { url: "https://a.example" } },
        },
      }),
    );
    const settings = readSettings({ language: "en", config: how === "named" ? "cardstream.json5" : undefined }, io);
    if (settings === undefined) throw new Error(io.stderr());
    const signal = new AbortController().signal;
    const started = await confirmServers(settings, { language: "en", signal }, atTerminal);
    return { started: Object.keys(started), said: io.stderr() };
  };

  it("start when the command line names the file", async () => {
    expect(await servers("named")).toMatchObject({ started: ["run", "web"], said: expect.not.stringContaining("sh") });
  });

  it("are shown and start when somebody agrees to those of a found file", async () => {
    const { started, said } = await servers("found", "y\n");
    expect(started).toEqual(["run", "web"]);
    expect(said).toContain("    sh -c id\n");
    expect(said).not.toContain("\u001B");
  });

  it.each(["n\n", "\n", "yesterday\n", "", undefined])("do not start on the answer %j", async (answer) => {
    const { started, said } = await servers("found", answer);
    expect(started).toEqual(["web"]);
    expect(said).toContain("sh -c id");
    expect(said).toContain("not started");
  });
});
