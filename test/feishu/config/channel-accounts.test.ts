import { describe, expect, it } from "vitest";
import { readFeishuAccounts } from "../../../extensions/feishu/config/index.ts";

const app = { appId: "cli_a", appSecret: "s" };

describe("the accounts of channels.feishu", () => {
  it("[C13] are several apps, on Feishu and Lark, each with its own settings over the common ones", () => {
    const { value } = readFeishuAccounts(
      {
        ...app,
        streaming: true,
        accounts: {
          intl: {
            appId: "cli_b",
            appSecret: "t",
            domain: "lark",
            streaming: { mode: "block", block: { coalesce: { idleMs: 200 } } },
          },
          quiet: { appId: "cli_c", appSecret: "u", streaming: false },
          off: { appId: "cli_d", appSecret: "v", enabled: false },
        },
      },
      {},
    );
    expect(value?.map(({ id, appId, domain, streaming }) => ({ id, appId, domain, streaming }))).toEqual([
      {
        id: "default",
        appId: "cli_a",
        domain: "feishu",
        streaming: { live: true, blocks: undefined, coalesce: undefined },
      },
      {
        id: "intl",
        appId: "cli_b",
        domain: "lark",
        streaming: { live: true, blocks: true, coalesce: { idleMs: 200 } },
      },
      {
        id: "quiet",
        appId: "cli_c",
        domain: "feishu",
        streaming: { live: false, blocks: undefined, coalesce: undefined },
      },
    ]);
  });

  it("[A9] stream with the boolean and with the nested shape, preview and chunk mode included", () => {
    const live = (streaming: unknown): boolean | undefined =>
      readFeishuAccounts({ ...app, streaming }, {}).value?.[0]?.streaming.live;
    expect(live(true)).toBe(true);
    expect(live(false)).toBe(false);
    expect(live({ mode: "partial", chunkMode: "newline", preview: { chunk: { minChars: 10 } } })).toBe(true);
    expect(live({ mode: "off" })).toBe(false);
  });

  it("come from the environment when the file has none, Feishu's and Lark's side by side", () => {
    const env = {
      FEISHU_APP_ID: "cli_a",
      FEISHU_APP_SECRET: "s",
      FEISHU_DOMAIN: "http://127.0.0.1:1",
      LARK_APP_ID: "cli_b",
      LARK_APP_SECRET: "t",
    };
    expect(readFeishuAccounts(undefined, env).value?.map(({ id, appId, domain }) => [id, appId, domain])).toEqual([
      ["default", "cli_a", "http://127.0.0.1:1"],
      ["lark", "cli_b", "lark"],
    ]);
    expect(
      readFeishuAccounts({ appId: "cli_f", appSecret: "f" }, { FEISHU_APP_ID: "cli_a" }).value?.map(
        ({ appId }) => appId,
      ),
    ).toEqual(["cli_f"]);
  });

  it("are none when nothing is set", () => {
    expect(readFeishuAccounts(undefined, {})).toEqual({ value: [], issues: [], unknownKeys: [], warnings: [] });
  });

  it("say which half is missing, under the name the person used, and where it is found", () => {
    const half = (section: unknown, env: Record<string, string> = {}): string[] =>
      readFeishuAccounts(section, env).issues.map(({ path }) => path);
    expect(half(undefined, { FEISHU_APP_ID: "cli_a" })).toEqual(["FEISHU_APP_SECRET"]);
    expect(half(undefined, { LARK_APP_SECRET: "s" })).toEqual(["LARK_APP_ID"]);
    expect(half({ appSecret: "s" })).toEqual(["channels.feishu.appId"]);
    expect(half({ ...app, accounts: { b: { appId: "cli_b", appSecret: "" }, c: {} } })).toEqual([
      "channels.feishu.accounts.b.appSecret",
      "channels.feishu.accounts.c.appId",
    ]);
    const [issue] = readFeishuAccounts(undefined, { LARK_APP_ID: "cli_a" }).issues;
    expect(issue?.fix.en).toContain("https://open.larksuite.com/app");
    expect(issue?.fix.zh).toContain("凭证与基础信息");
  });

  it("[E8] are not taken with a defaultAccount that is not among them, which is told once", () => {
    const accounts = { b: { appId: "cli_b", appSecret: "t" } };
    const { value, issues, warnings } = readFeishuAccounts({ ...app, accounts, defaultAccount: "gone" }, {});
    expect([value, warnings]).toEqual([undefined, []]);
    expect(issues.map(({ path, problem, fix }) => [path, problem.en, fix.en])).toEqual([
      ["channels.feishu.defaultAccount", 'there is no account "gone"', "write one of default, b"],
    ]);
    expect(readFeishuAccounts({ ...app, accounts, defaultAccount: "B" }, {}).value?.[0]?.id).toBe("b");
    const env = { LARK_APP_ID: "cli_l", LARK_APP_SECRET: "l" };
    expect(readFeishuAccounts({ ...app, defaultAccount: "lark" }, env).value?.[0]?.id).toBe("lark");
  });

  it("[E8] are not taken with a defaultAccount that is off: no other one answers in its place", () => {
    const accounts = { b: { appId: "cli_b", appSecret: "t", enabled: false }, c: { appId: "cli_c", appSecret: "t" } };
    const { value, issues, warnings } = readFeishuAccounts({ ...app, accounts, defaultAccount: "b" }, {});
    expect([value, warnings]).toEqual([undefined, []]);
    expect(issues.map(({ path, problem, fix }) => [path, problem.en, fix.en])).toEqual([
      ["channels.feishu.defaultAccount", 'account "b" is disabled', "enable it, or write one of default, c"],
    ]);
    expect(readFeishuAccounts({ ...app, accounts, defaultAccount: "b", enabled: false }, {}).issues).toEqual([]);
  });

  it("list wrong types and an unusable domain together, never the secret", () => {
    const { issues } = readFeishuAccounts(
      { appId: 7, appSecret: "top-secret-value", dmPolicy: "maybe", streaming: { mode: "loud" } },
      {},
    );
    expect(issues.map(({ path }) => path)).toEqual([
      "channels.feishu.appId",
      "channels.feishu.dmPolicy",
      "channels.feishu.streaming.mode",
    ]);
    expect(JSON.stringify(issues)).not.toContain("top-secret");
    expect(readFeishuAccounts({ ...app, domain: "feishu.cn" }, {}).issues.map(({ path }) => path)).toEqual([
      "channels.feishu.domain",
    ]);
  });

  it("refuse what this host cannot do, instead of staying silent for ever", () => {
    expect(readFeishuAccounts({ ...app, connectionMode: "webhook" }, {}).issues[0]).toMatchObject({
      path: "channels.feishu.connectionMode",
      fix: { en: expect.stringContaining("websocket") },
    });
  });

  it("know whether everybody may talk to the bot", () => {
    const isOpen = (section: object): boolean | undefined =>
      readFeishuAccounts({ ...app, ...section }, {}).value?.[0]?.isOpen;
    expect(isOpen({})).toBe(true);
    expect(isOpen({ allowFrom: ["*"] })).toBe(true);
    expect(isOpen({ dmPolicy: "open", allowFrom: ["ou_a"] })).toBe(false);
    expect(isOpen({ allowFrom: ["ou_a"] })).toBe(false);
    expect(isOpen({ dmPolicy: "pairing" })).toBe(false);
    expect(isOpen({ dmPolicy: "disabled" })).toBe(false);
  });

  it("name keys that have no effect", () => {
    expect(readFeishuAccounts({ ...app, stremaing: true }, {}).unknownKeys).toEqual(["channels.feishu.stremaing"]);
  });
});
