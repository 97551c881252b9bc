import { describe, expect, it } from "vitest";
import {
  deleteAccount,
  patchAccount,
  setAccountEnabled,
} from "../../../extensions/feishu/openclaw/account/account-config.ts";
import { applyAccountConfig, validateSetupInput } from "../../../extensions/feishu/openclaw/setup/input.ts";
import { listAccountIds, resolveAccount } from "../../../extensions/feishu/config/index.ts";

const APP = { appId: "cli_a1a2a3a4a5a6a7a8", appSecret: "s" };
const OTHER = { appId: "cli_b1b2b3b4b5b6b7b8", appSecret: "t" };
const config = (feishu: object): { channels: { feishu?: object } } => ({ channels: { feishu } });

describe("[C13] writing accounts into the config", () => {
  it("puts the first at the top level and others under accounts, next to what was there", () => {
    const first = applyAccountConfig({
      cfg: { channels: { telegram: { token: "x" } } },
      accountId: "default",
      input: { ...APP, domain: "lark" },
    });
    expect(first).toEqual({
      channels: { telegram: { token: "x" }, feishu: { enabled: true, ...APP, domain: "lark" } },
    });
    const both = applyAccountConfig({ cfg: first, accountId: "two", input: { ...OTHER, name: "Two" } });
    expect(listAccountIds(both)).toEqual(["default", "two"]);
    expect(resolveAccount(both, "two")).toMatchObject({ ...OTHER, name: "Two", domain: "lark", enabled: true });
  });

  it("leaves the secret in the environment when told to", () => {
    const made = applyAccountConfig({ cfg: {}, accountId: "default", input: { appId: APP.appId, useEnv: true } });
    const secret = { source: "env", provider: "default", id: "FEISHU_APP_SECRET" };
    expect(made).toEqual(config({ enabled: true, appId: APP.appId, appSecret: secret }));
  });

  it("finds an account however its id is written", () => {
    const cfg = config({ accounts: { Main: APP } });
    expect(patchAccount(cfg, "main", { name: "M" })).toEqual(config({ accounts: { Main: { ...APP, name: "M" } } }));
    expect(resolveAccount(cfg, "main").appId).toBe(APP.appId);
  });

  it("switches one account off and on without touching the others", () => {
    const cfg = config({ ...APP, accounts: { two: OTHER } });
    for (const accountId of ["default", "two"]) {
      const off = setAccountEnabled({ cfg, accountId, enabled: false });
      const enabled = ["default", "two"].filter((id) => resolveAccount(off, id).enabled);
      expect(enabled).toEqual(["default", "two"].filter((id) => id !== accountId));
      expect(resolveAccount(setAccountEnabled({ cfg: off, accountId, enabled: true }), accountId).enabled).toBe(true);
    }
    const alone = setAccountEnabled({ cfg: config(APP), accountId: "default", enabled: false });
    expect(alone).toEqual(config({ ...APP, enabled: false }));
  });

  it.each([
    ["the only one", config({ ...APP, dmPolicy: "open" }), "default", { channels: {} }],
    ["the only named one", config({ enabled: true, accounts: { two: OTHER } }), "TWO", { channels: {} }],
    ["one of two", config({ ...APP, accounts: { two: OTHER }, defaultAccount: "two" }), "two", config(APP)],
    [
      "the top level's, with what others inherit staying",
      config({ ...APP, name: "One", domain: "lark", accounts: { two: OTHER } }),
      "default",
      config({ domain: "lark", accounts: { two: OTHER } }),
    ],
  ])("removes %s", (_what, cfg, accountId, rest) => {
    expect(deleteAccount({ cfg, accountId })).toEqual(rest);
  });
});

describe("[A8] options of channels add", () => {
  const validate = (input: object, cfg: object = {}): string | null =>
    validateSetupInput({ cfg, accountId: "default", input });

  it.each([
    [{}, /--app-id is needed/u],
    [{ appSecret: "s" }, /--app-id is needed/u],
    [{ appId: "cli_short", appSecret: "s" }, /"cli_short" is no app id: it is cli_ and 16 hex digits/u],
    [{ appId: APP.appId }, /--app-secret is needed .*--use-env/u],
    [{ ...APP, domain: "larksuite" }, /--domain "larksuite" must be feishu, lark or an http\(s\) URL/u],
  ])("says what is wrong with %j", (input, problem) => {
    expect(validate(input)).toMatch(problem);
  });

  it("takes what is complete, also together with what is configured", () => {
    expect(validate({ ...APP, domain: "https://open.example.com" })).toBeNull();
    expect(validate({ appId: APP.appId, useEnv: true })).toBeNull();
    expect(validate({ domain: "lark" }, config(APP))).toBeNull();
    expect(validate({ appSecret: "new" }, config(APP))).toBeNull();
  });
});
