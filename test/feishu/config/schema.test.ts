import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { feishuChannelSchema, knownKeys } from "../../../extensions/feishu/config/index.ts";
import { buildManifest } from "../../../extensions/feishu/openclaw/manifest.ts";
import { officialConfig } from "../../openclaw/support/official-config.ts";

const packageFile = (name: string): URL => new URL(`../../../extensions/feishu/${name}`, import.meta.url);

describe("[A11] the schema of channels.feishu", () => {
  it("accepts every key of the official plugin", () => {
    expect(feishuChannelSchema.safeParse(officialConfig).error).toBeUndefined();
    expect(Object.keys(officialConfig).filter((key) => !knownKeys.has(key))).toEqual([]);
  });

  it.each([true, false, "partial", "off", { mode: "partial", block: { enabled: true } }])(
    "[A9] accepts streaming: %j",
    (streaming) => {
      expect(feishuChannelSchema.safeParse({ streaming }).success).toBe(true);
    },
  );

  it.each([
    ["streaming", "sometimes"],
    ["dmPolicy", "everyone"],
    ["webhookPort", "3000"],
    ["card", { maxChars: 1 }],
  ])("refuses %s: %j", (key, value) => {
    expect(feishuChannelSchema.safeParse({ [key]: value }).success).toBe(false);
  });

  it("lets keys of later versions through, since one refused key keeps the whole gateway from starting", () => {
    expect(feishuChannelSchema.safeParse({ somethingNew: 1, groups: { oc_1: { alsoNew: true } } }).success).toBe(true);
  });

  it("is what the manifest on disk says", () => {
    const { version } = JSON.parse(readFileSync(packageFile("package.json"), "utf8")) as { version: string };
    const onDisk: unknown = JSON.parse(readFileSync(packageFile("openclaw.plugin.json"), "utf8"));
    expect(onDisk, "run: npm run manifest -w extensions/feishu").toEqual(buildManifest(version));
  });
});
