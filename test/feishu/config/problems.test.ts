import { describe, expect, it } from "vitest";
import {
  CARDSTREAM,
  defaultAccountId,
  findIgnoredKeys,
  findProblems,
  OPENCLAW,
  resolveAccount,
} from "../../../extensions/feishu/config/index.ts";
import type { FeishuChannelConfig, HostTraits } from "../../../extensions/feishu/config/index.ts";
import { officialConfig } from "../../openclaw/support/official-config.ts";

const paths = (section: FeishuChannelConfig, host: HostTraits = CARDSTREAM): string[] =>
  findProblems(section, host).map(({ path }) => path.replace("channels.feishu.", ""));

describe("[E8] settings that do not do what they seem to are named", () => {
  it.each<[FeishuChannelConfig, string[]]>([
    [{ allowFrom: ["ou_a", "feishu:ou_a", "user:ou_a", "OU_A", "on_a", "a1b2", "*", 7] }, []],
    [{ groupAllowFrom: ["oc_1", "chat:oc_1", "ou_a"], groups: { oc_1: {}, "*": {} }, dms: { ou_a: {}, "*": {} } }, []],
    [
      { allowFrom: ["", "a@example.com", "oc_1", "chat:x"] },
      ["allowFrom.0", "allowFrom.1", "allowFrom.2", "allowFrom.3"],
    ],
    [{ groupAllowFrom: ["Our group"] }, ["groupAllowFrom.0"]],
    [{ groupSenderAllowFrom: ["oc_1"] }, ["groupSenderAllowFrom.0"]],
    [
      { groups: { "Our group": {}, ou_a: {}, oc_1: { allowFrom: ["oc_2"] } } },
      ["groups.Our group", "groups.ou_a", "groups.oc_1.allowFrom.0"],
    ],
    [{ dms: { oc_1: {} } }, ["dms.oc_1"]],
    [{ dmPolicy: "open", allowFrom: ["ou_a"] }, ["dmPolicy"]],
    [{ dmPolicy: "open", allowFrom: ["*"] }, []],
    [{ groupPolicy: "open", groupAllowFrom: ["oc_1"] }, ["groupAllowFrom"]],
    [{ accounts: { x: { appId: "a", allowFrom: [""] } } }, ["accounts.x.allowFrom.0"]],
  ])("%j: %j", (section, expected) => {
    expect(paths(section)).toEqual(expected);
    expect(paths(section, OPENCLAW)).toEqual(expected);
  });

  it("pairing, where nobody pairs", () => {
    expect(paths({ dmPolicy: "pairing" })).toEqual(["dmPolicy"]);
    expect(paths({ dmPolicy: "pairing" }, OPENCLAW)).toEqual([]);
  });

  it("a default account that is not there", () => {
    const accounts = { main: { appId: "a" }, "Router D": { appId: "b" } };
    expect(paths({ accounts, defaultAccount: "gone" })).toEqual(["defaultAccount"]);
    expect(paths({ accounts, defaultAccount: "Main" })).toEqual([]);
    expect(paths({ accounts, defaultAccount: "router-d" })).toEqual([]);
    expect(paths({ appId: "t", defaultAccount: "default" })).toEqual([]);
  });

  it("an account that the host calls otherwise, and one of two with one name", () => {
    const accounts = { "Router D": { appId: "b" }, Main: { appId: "c" } };
    expect(paths({ accounts }, OPENCLAW)).toEqual(["accounts.Router D", "accounts.Main"]);
    expect(paths({ accounts })).toEqual([]);
    expect(paths({ accounts: { main: { appId: "a" }, Main: { appId: "b" } } })).toEqual([
      "accounts.main",
      "accounts.Main",
    ]);
  });

  it("says what is wrong and how to mend it in both languages, and repeats no address", () => {
    const [found] = findProblems({ allowFrom: ["a@example.com"] }, CARDSTREAM);
    expect(found?.fix.en).toContain("ou_");
    expect(found?.problem.zh).toMatch(/人员/u);
    expect(JSON.stringify(found)).not.toContain("example.com");
  });
});

describe("[E8] an account is found by each of its spellings", () => {
  const cfg = {
    channels: { feishu: { appId: "top", accounts: { "Router D": { appId: "d" }, Main: { appId: "m" } } } },
  };

  it.each([
    ["Router D", "d"],
    ["router-d", "d"],
    ["main", "m"],
    ["Main", "m"],
    ["default", "top"],
  ])("%s", (id, appId) => {
    expect(resolveAccount(cfg, id).appId).toBe(appId);
  });

  it("and by defaultAccount", () => {
    const withDefault = (defaultAccount: string): object => ({
      channels: { feishu: { ...cfg.channels.feishu, defaultAccount } },
    });
    expect(defaultAccountId(withDefault("main"))).toBe("Main");
    expect(defaultAccountId(withDefault("router-d"))).toBe("Router D");
  });
});

describe("[E8] settings without effect are named, per host", () => {
  it("of OpenClaw's official plugin", () => {
    expect(findIgnoredKeys({ ...officialConfig, typo: 1 }, OPENCLAW)).toEqual([
      "channels.feishu.groups.oc_1.skills",
      "channels.feishu.heartbeatVisibility",
      "channels.feishu.tools",
      "channels.feishu.actions.sticker",
      "channels.feishu.vcAutoJoin",
      "channels.feishu.stickerSets",
      "channels.feishu.dynamicAgentCreation",
      "channels.feishu.accounts.main.groups.oc_1.skills",
      "channels.feishu.accounts.main.heartbeatVisibility",
      "channels.feishu.accounts.main.tools",
      "channels.feishu.accounts.main.actions.sticker",
      "channels.feishu.accounts.main.vcAutoJoin",
      "channels.feishu.typo",
    ]);
  });

  it("where the embedded host reads the same section", () => {
    const { accounts: _, ...section } = officialConfig;
    const ignored = findIgnoredKeys(section, CARDSTREAM).map((path) => path.replace("channels.feishu.", ""));
    expect(ignored).toEqual(
      expect.arrayContaining([
        "encryptKey",
        "webhookPath",
        "capabilities",
        "replyToMode",
        "historyLimit",
        "groups.oc_1.systemPrompt",
        "groups.oc_1.groupSessionScope",
        "dms.ou_1.systemPrompt",
        "textChunkLimit",
        "streaming.chunkMode",
        "actions",
        "typingIndicator",
        "tools",
      ]),
    );
    for (const key of ["groupSenderAllowFrom", "dms", "groups", "httpTimeoutMs", "streaming", "dmPolicy"])
      expect(ignored).not.toContain(key);
  });

  it.each([
    [{ appId: "a", appSecret: "s", streaming: true, actions: { reactions: true } }, []],
    [{ connectionMode: "websocket", webhookPort: 3000 }, ["webhookPort"]],
    [{ connectionMode: "webhook", webhookPort: 3000, encryptKey: "k" }, []],
    [
      { webhookPort: 3000, accounts: { x: { connectionMode: "webhook" }, y: { encryptKey: "k" } } },
      ["accounts.y.encryptKey"],
    ],
    [
      { streaming: { mode: "partial", preview: {} }, card: { titel: "x" }, quota: { monthlyCalls: 1, x: 1 } },
      ["streaming.preview", "card.titel", "quota.x"],
    ],
    [
      { accounts: { x: { defaultAccount: "y", accounts: {}, toString: 1 } } },
      ["accounts.x.defaultAccount", "accounts.x.accounts", "accounts.x.toString"],
    ],
  ])("%j: %j", (section, expected) => {
    expect(findIgnoredKeys(section, OPENCLAW).map((path) => path.replace("channels.feishu.", ""))).toEqual(expected);
  });
});
