import { describe, expect, it } from "vitest";
import { defaultAccountId, listAccountIds, resolveAccount } from "../../../extensions/feishu/config/index.ts";

const config = (feishu: object): { channels: object } => ({ channels: { feishu } });

describe("[C13] accounts", () => {
  it("are one, when only the top level is configured", () => {
    const cfg = config({ appId: "cli_a", appSecret: " s ", domain: "lark" });
    expect(listAccountIds(cfg)).toEqual(["default"]);
    expect(resolveAccount(cfg)).toMatchObject({
      accountId: "default",
      configured: true,
      appId: "cli_a",
      appSecret: "s",
      domain: "lark",
    });
  });

  it("inherit from the top level and override it key by key", () => {
    const cfg = config({
      dmPolicy: "open",
      requireMention: true,
      accounts: {
        cn: { appId: "cli_a", appSecret: "s" },
        intl: { appId: "cli_b", appSecret: "t", domain: "lark", dmPolicy: "pairing" },
      },
    });
    expect(listAccountIds(cfg)).toEqual(["cn", "intl"]);
    expect(resolveAccount(cfg, "cn")).toMatchObject({
      domain: "feishu",
      config: { dmPolicy: "open", requireMention: true },
    });
    expect(resolveAccount(cfg, "intl")).toMatchObject({
      domain: "lark",
      config: { dmPolicy: "pairing", requireMention: true },
    });
  });

  it("include the top level when it is an app of its own, and only once", () => {
    expect(listAccountIds(config({ appId: "cli_a", accounts: { b: { appId: "cli_b" } } }))).toEqual(["default", "b"]);
    expect(listAccountIds(config({ appId: "cli_a", accounts: { main: { appId: "cli_a" } } }))).toEqual(["main"]);
    expect(listAccountIds(config({ appId: "cli_a", accounts: { default: { appSecret: "x" } } }))).toEqual(["default"]);
  });

  it("are chosen by defaultAccount, then default, then the first", () => {
    const accounts = { a: {}, b: {} };
    expect(defaultAccountId(config({ accounts, defaultAccount: "b" }))).toBe("b");
  });

  it("[E8] are never another one than a defaultAccount that is not there", () => {
    const accounts = { a: { appId: "1", appSecret: "s" } };
    for (const section of [
      { accounts },
      { accounts, appId: "cli_t", appSecret: "s" },
      { appId: "t", appSecret: "s" },
    ]) {
      const cfg = config({ ...section, defaultAccount: "gone" });
      expect(defaultAccountId(cfg)).toBe("gone");
      for (const account of [resolveAccount(cfg), resolveAccount(cfg, "gone")])
        expect(account).toMatchObject({ accountId: "gone", configured: false, appId: undefined, appSecret: undefined });
    }
    const two = config({ accounts, appId: "cli_t", appSecret: "s", defaultAccount: "gone" });
    expect(resolveAccount(two, "a").appId).toBe("1");
    expect(resolveAccount(two, "default").appId).toBe("cli_t");
    expect(defaultAccountId(config({ appId: "cli_t", accounts }))).toBe("default");
  });

  it("are off when either level says so, and not configured without a usable secret", () => {
    const ref = { source: "env", provider: "default", id: "X" };
    expect(resolveAccount(config({ enabled: false, accounts: { a: {} } }), "a").enabled).toBe(false);
    expect(resolveAccount(config({ accounts: { a: { enabled: false } } }), "a").enabled).toBe(false);
    expect(resolveAccount(config({ appId: "cli_a", appSecret: ref })).configured).toBe(false);
    expect(resolveAccount({}).configured).toBe(false);
  });
});
