import { describe, expect, it } from "vitest";
import { createEmulator } from "../../../src/emulator/index.ts";
import type { Emulator } from "../../../src/emulator/index.ts";
import { silentLogger } from "../../../src/log/index.ts";
import type { Language } from "../../../src/plugin-sdk/index.ts";
import { AccountClients } from "../../../extensions/feishu/openclaw/account/clients.ts";
import { resolveAccount } from "../../../extensions/feishu/config/index.ts";
import { listGroups } from "../../../extensions/feishu/openclaw/outbound/directory.ts";
import { registerApp, wantedAddons } from "../../../extensions/feishu/registration/index.ts";
import type { HostConfig } from "../../../extensions/feishu/openclaw/host/index.ts";
import { createAccountCheck } from "../../../extensions/feishu/openclaw/setup/check.ts";
import type { Prompter, SetupWizard } from "../../../extensions/feishu/openclaw/host/setup-shape.ts";
import type { SetupWizardOptions } from "../../../extensions/feishu/openclaw/setup/wizard.ts";
import { createSetupWizard } from "../../../extensions/feishu/openclaw/setup/wizard.ts";
import { FakeClock } from "../../support/fake-clock.ts";

/** Answers questions in order; the transcript has what was said and asked. */
class ScriptedPrompter implements Prompter {
  readonly said: string[] = [];
  readonly #answers: unknown[];
  constructor(...answers: unknown[]) {
    this.#answers = answers;
  }
  #answer(message: string): unknown {
    this.said.push(`? ${message}`);
    if (this.#answers.length === 0) throw new Error(`no answer to: ${message}`);
    return this.#answers.shift();
  }
  note(message: string, title = ""): Promise<void> {
    this.said.push(`[${title}] ${message}`);
    return Promise.resolve();
  }
  text({ message, validate }: Parameters<Prompter["text"]>[0]): Promise<string> {
    const answer = String(this.#answer(message));
    const problem = validate?.(answer);
    if (problem === undefined) return Promise.resolve(answer);
    this.said.push(`! ${problem}`);
    return this.text({ message, ...(validate && { validate }) });
  }
  select<T>({ message, options }: Parameters<Prompter["select"]>[0]): Promise<T> {
    const answer = this.#answer(message);
    if (!options.some(({ value }) => value === answer)) throw new Error(`${String(answer)} cannot be chosen`);
    return Promise.resolve(answer as T);
  }
  multiselect<T>({ message, options }: Parameters<Prompter["multiselect"]>[0]): Promise<T[]> {
    const labels = this.#answer(message) as string[];
    return Promise.resolve(options.filter(({ label }) => labels.includes(label)).map(({ value }) => value as T));
  }
  confirm({ message }: { message: string }): Promise<boolean> {
    return Promise.resolve(this.#answer(message) as boolean);
  }
  progress(): { stop(): void } {
    return { stop: () => {} };
  }
  get left(): number {
    return this.#answers.length;
  }
}

function rig(
  language: Language = "en",
  decision: "confirm" | "deny" = "confirm",
  larkCli?: SetupWizardOptions["larkCli"],
): { emulator: Emulator; clock: FakeClock; wizard: SetupWizard } {
  const clock = new FakeClock();
  const emulator = createEmulator({ clock });
  const clients = new AccountClients({ clock, random: () => 0.5, logger: silentLogger, fetch: emulator.fetch });
  const wizard = createSetupWizard({
    language,
    check: createAccountCheck({ clients, clock, env: {}, fetch: emulator.fetch }),
    listGroups: (account) => clients.use(account, ({ client }) => listGroups(client, "", 100)).catch(() => []),
    larkCli: larkCli ?? { version: async () => undefined, setUp: async () => "not asked" },
    scan: ({ onLink }) =>
      registerApp({
        fetch: emulator.fetch,
        clock,
        signal: new AbortController().signal,
        domain: emulator.apiUrl,
        addons: wantedAddons,
        name: "OpenClaw",
        onLink: (link) => {
          onLink(link);
          void emulator.fetch(
            `${emulator.apiUrl}/emulator/registrations/${new URL(link.url).searchParams.get("user_code")}/${decision}${new URL(link.url).search}`,
            { method: "POST", headers: { authorization: `Bearer ${emulator.adminToken}` } },
          );
        },
      }),
    env: { FEISHU_APP_SECRET: "from the environment" },
  });
  return { emulator, clock, wizard };
}

/** What the host does with a wizard, without its own questions: `prepare`, the app id, the secret, `finalize`. */
async function run(
  wizard: SetupWizard,
  prompter: ScriptedPrompter,
  secret: unknown,
  start: HostConfig = {},
): Promise<HostConfig> {
  const accountId = "default";
  const credentialValues: Record<string, string> = {};
  let cfg: HostConfig = (await wizard.prepare({ cfg: start, accountId, credentialValues, prompter }))?.cfg ?? start;
  for (const input of wizard.textInputs) {
    const { message } = input;
    const value = await prompter.text({ message, validate: (value) => input.validate({ value }) });
    cfg = input.applySet({ cfg, accountId, value });
  }
  for (const credential of wizard.credentials) {
    cfg = credential.applySet({ cfg, accountId, value: secret });
    if (typeof secret === "string") credentialValues[credential.inputKey] = secret;
  }
  const step = { cfg, accountId, credentialValues, prompter, forceAllowFrom: false };
  return (await wizard.finalize(step))?.cfg ?? cfg;
}

describe("[A8] guided setup", () => {
  it("[E11] makes the app by a code, with everything it needs", async () => {
    const { emulator, clock, wizard } = rig();
    const prompter = new ScriptedPrompter("scan", "cli_0000000000000000", "disabled");
    const step = { cfg: {}, accountId: "default", credentialValues: {}, prompter };
    const cfg = (await clock.runUntil(Promise.resolve(wizard.prepare(step))))!.cfg;
    const account = resolveAccount(cfg);
    const app = emulator.store.apps.get(account.appId!)!;
    expect(account).toMatchObject({ appSecret: app.appSecret, domain: emulator.apiUrl });
    expect(app.scopes.has("cardkit:card:write")).toBe(true);
    const said = prompter.said.join("\n");
    expect(said).toMatch(/\[Scan with Feishu or Lark[^\]]*\] .*\/register\?user_code=/su);
    expect(said).toContain(`[The app exists] ${app.appId}`);
    expect(said).not.toContain(app.appSecret);
    expect(wizard.textInputs[0]!.currentValue({ cfg, accountId: "default" })).toBe(app.appId);
    expect(wizard.credentials[0]!.inspect({ cfg, accountId: "default" }).accountConfigured).toBe(true);
  });

  it("[E11] goes on with its questions when nobody confirms the code", async () => {
    const { clock, wizard } = rig("zh", "deny");
    const prompter = new ScriptedPrompter("scan");
    const step = { cfg: {}, accountId: "default", credentialValues: {}, prompter };
    const cfg = (await clock.runUntil(Promise.resolve(wizard.prepare(step))))!.cfg;
    expect(resolveAccount(cfg).appId).toBeUndefined();
    expect(prompter.said.join("\n")).toContain("[没有创建应用] 页面上选择了拒绝。");
  });

  it("[E11] offers the official command line tool the same app, where it is installed", async () => {
    const given: unknown[] = [];
    const larkCli = {
      version: async () => "1.0.96",
      setUp: async (app: unknown) => {
        given.push(app);
        return given.length > 1 ? "it did not work" : undefined;
      },
    };
    const { emulator, clock, wizard } = rig("en", "confirm", larkCli);
    const { appId, appSecret } = emulator.app;
    const answers = ["other", emulator.apiUrl, appId, "disabled", false];
    const asked = async (agrees: boolean): Promise<string> => {
      const prompter = new ScriptedPrompter(...answers, agrees);
      await clock.runUntil(run(wizard, prompter, appSecret));
      return prompter.said.join("\n");
    };
    expect(await asked(false)).toContain("? lark-cli 1.0.96: set it up with this app?");
    expect(given).toEqual([]);
    const said = await asked(true);
    expect(said).toContain("[lark-cli] lark-cli uses this app");
    expect(given).toEqual([{ appId, appSecret, domain: emulator.apiUrl }]);
    expect(said).not.toContain(appSecret);
    expect(await asked(true)).toContain("[lark-cli] it did not work");
  });

  it("asks again until Feishu takes the credentials, and lets the groups be chosen", async () => {
    const { emulator, clock, wizard } = rig();
    const { appId, appSecret } = emulator.app;
    const group = emulator.store.chats.all().find((chat) => chat.type === "group");
    const prompter = new ScriptedPrompter(
      "other",
      "not a url",
      emulator.apiUrl,
      "cli_wrong",
      appId,
      true,
      appId,
      appSecret,
      "allowlist",
      [group?.name],
      false,
    );
    const cfg = await clock.runUntil(run(wizard, prompter, "wrong"));
    expect(prompter.left).toBe(0);
    const said = prompter.said.join("\n");
    expect(said).toMatch(/! an http:\/\/ or https:\/\/ address/u);
    expect(said).toMatch(/! an App ID is cli_ and 16 hex digits/u);
    expect(said).toMatch(/\[Feishu refuses these credentials\] ❌ credentials: wrong app secret/u);
    expect(said).toContain("[The app is ready] Credentials, permissions and cards work.");
    expect(said).toMatch(/\[In the developer console\] .*im\.message\.receive_v1.*card\.action\.trigger/u);
    expect(said).not.toContain(appSecret);
    const account = resolveAccount(cfg);
    expect(account).toMatchObject({ appId, appSecret, domain: emulator.apiUrl, enabled: true });
    expect(account.config).toMatchObject({ groupPolicy: "allowlist", groupAllowFrom: [group?.chatId] });
    expect(wizard.status.resolveConfigured({ cfg })).toBe(true);
  });

  it("says which permissions are missing and where they are granted, in Chinese too", async () => {
    const { emulator, clock, wizard } = rig("zh");
    emulator.app.scopes.clear();
    emulator.app.scopes.add("im:message:send_as_bot");
    const prompter = new ScriptedPrompter("other", emulator.apiUrl, emulator.app.appId, "open", false);
    const cfg = await clock.runUntil(run(wizard, prompter, emulator.app.appSecret));
    const missing = prompter.said.find((line) => line.startsWith("[还缺少]")) ?? "";
    expect(missing).toMatch(
      /❌ 权限 cardkit:card:write：缺少；用于流式卡片。开通权限 \S+，然后发布应用新版本：http\S+cardkit/u,
    );
    expect(missing.indexOf("❌")).toBeLessThan(missing.indexOf("⚠️"));
    expect(resolveAccount(cfg).config).toMatchObject({ groupPolicy: "open", requireMention: true });
  });

  it("keeps a reference to the secret as it is, and says that it could not be checked", async () => {
    const { clock, wizard } = rig();
    const ref = { source: "env", provider: "default", id: "SOMETHING" };
    const prompter = new ScriptedPrompter(
      "lark",
      "cli_a1a2a3a4a5a6a7a8",
      "allowlist",
      "oc_a, wrong",
      "oc_a，chat:oc_b",
      false,
    );
    const cfg = await clock.runUntil(run(wizard, prompter, ref));
    expect(prompter.said.join("\n")).toMatch(/nothing was checked.*channels status --probe/u);
    expect(prompter.said).toContain("! wrong: not the id of a group (oc_…)");
    const { config } = resolveAccount(cfg);
    expect(config).toMatchObject({ domain: "lark", appSecret: ref, groupAllowFrom: ["oc_a", "oc_b"] });
    expect(wizard.status.resolveConfigured({ cfg })).toBe(true);
  });

  it("checks a secret that the environment has", async () => {
    const { emulator, clock, wizard } = rig();
    const ref = { source: "env", provider: "default", id: "FEISHU_APP_SECRET" };
    const prompter = new ScriptedPrompter("other", emulator.apiUrl, emulator.app.appId, false, "disabled", false);
    const cfg = await clock.runUntil(run(wizard, prompter, ref));
    expect(prompter.said.join("\n")).toContain("Feishu refuses these credentials");
    expect(resolveAccount(cfg).config.appSecret).toEqual(ref);
  });

  it("[E9] asks once whether text may be shown as the model writes it, and writes both keys only on a yes", async () => {
    const { clock, wizard } = rig();
    const ref = { source: "env", provider: "default", id: "SOMETHING" };
    const before = { plugins: { allow: ["feishu"], entries: { feishu: { enabled: true }, other: { hooks: {} } } } };
    const setUp = async (cfg: HostConfig, ...answers: unknown[]): Promise<[HostConfig, ScriptedPrompter]> => {
      const prompter = new ScriptedPrompter("lark", "cli_a1a2a3a4a5a6a7a8", "disabled", ...answers);
      return [await clock.runUntil(run(wizard, prompter, ref, cfg)), prompter];
    };
    const [declined] = await setUp(before, false);
    expect(declined.plugins).toEqual(before.plugins);
    expect(resolveAccount(declined).config.liveSource).toBeUndefined();
    const [agreed, prompter] = await setUp(before, true);
    expect(agreed.plugins).toEqual({
      allow: ["feishu"],
      entries: { feishu: { enabled: true, hooks: { allowConversationAccess: true } }, other: { hooks: {} } },
    });
    expect(resolveAccount(agreed).config.liveSource).toBe(true);
    const note = prompter.said.find((line) => line.startsWith("[Code while it is written]")) ?? "";
    expect(note.split("\n")).toHaveLength(2);
    expect(note).toMatch(/OpenAI-compatible[\s\S]*model streams/u);
    const [again, second] = await setUp(agreed);
    expect(second.left).toBe(0);
    expect(again.plugins).toEqual(agreed.plugins);
  });

  it("offers the secret of the environment, and never gives a kept one away", () => {
    const { wizard } = rig();
    const [secret] = wizard.credentials;
    const cfg = { channels: { feishu: { appId: "cli_a1a2a3a4a5a6a7a8", appSecret: "kept" } } };
    expect(secret?.inspect({ cfg: {}, accountId: "default" })).toMatchObject({
      accountConfigured: false,
      envValue: "from the environment",
    });
    expect(secret?.keepPrompt).not.toContain("kept");
    expect(resolveAccount(secret?.applyUseEnv({ cfg, accountId: "default" }) ?? {}).config.appSecret).toEqual({
      source: "env",
      provider: "default",
      id: "FEISHU_APP_SECRET",
    });
  });

  it("writes who may talk to the bot so that the host understands it", async () => {
    const { dmPolicy } = rig().wizard;
    const open = dmPolicy.setPolicy({}, "open");
    expect(resolveAccount(open).config).toMatchObject({ dmPolicy: "open", allowFrom: ["*"] });
    expect(resolveAccount(dmPolicy.setPolicy(open, "pairing")).config).toMatchObject({
      dmPolicy: "pairing",
      allowFrom: [],
    });
    const prompter = new ScriptedPrompter("小明", "ou_a user:ou_b");
    const listed = await dmPolicy.promptAllowFrom({ cfg: open, prompter });
    expect(prompter.said).toContain("! 小明: not an open_id (ou_…)");
    expect(resolveAccount(listed).config).toMatchObject({ dmPolicy: "allowlist", allowFrom: ["ou_a", "ou_b"] });
    const two = { channels: { feishu: { accounts: { Two: { dmPolicy: "open" } } } } };
    expect(dmPolicy.getCurrent(two, "two")).toBe("open");
    expect(dmPolicy.resolveConfigKeys(two, "two").policyKey).toBe("channels.feishu.accounts.Two.dmPolicy");
  });
});
