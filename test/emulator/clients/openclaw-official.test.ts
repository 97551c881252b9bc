import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEmulator } from "../../../src/emulator/index.ts";
import type { Emulator, VisibleMessage } from "../../../src/emulator/index.ts";
import { answersAfter, settled, until } from "../../openclaw/support/conversation.ts";
import { startFakeModel } from "../../openclaw/support/fake-model.ts";
import type { FakeModel } from "../../openclaw/support/fake-model.ts";
import { createHostHome, freePort, startGateway } from "../../openclaw/support/gateway.ts";
import type { Gateway, HostHome } from "../../openclaw/support/gateway.ts";
import { fetchOfficial, installOfficial, OFFICIAL } from "./openclaw-official.ts";

const APP = { appId: "cli_0a1b2c3d4e5f6071", appSecret: "official-secret", name: "official" };

const missing = fetchOfficial();
if (missing !== undefined)
  process.stderr.write(
    `\n${OFFICIAL} could not be fetched: ITS TESTS AGAINST THE EMULATOR ARE SKIPPED\n${missing}\n\n`,
  );

let home: HostHome;
let model: FakeModel;
let emulator: Emulator;
let gateway: Gateway;

function makeConfig(port: number): Record<string, unknown> {
  const installed = home.readConfig();
  const cost = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  const models = [
    { id: "m", name: "m", reasoning: false, input: ["text"], contextWindow: 128_000, maxTokens: 8192, cost },
  ];
  return {
    ...installed,
    gateway: {
      mode: "local",
      port,
      bind: "loopback",
      auth: { mode: "token", token: "t" },
      controlUi: { enabled: false },
    },
    plugins: { ...(installed["plugins"] as object), allow: ["feishu"] },
    models: { providers: { fake: { baseUrl: model.url, apiKey: "k", api: "anthropic-messages", models } } },
    agents: { defaults: { model: { primary: "fake/m" }, workspace: home.workspace, skipBootstrap: true } },
    channels: {
      feishu: {
        appId: APP.appId,
        appSecret: APP.appSecret,
        domain: emulator.apiUrl,
        streaming: { mode: "partial" },
        dmPolicy: "open",
        allowFrom: ["*"],
        groupPolicy: "open",
      },
    },
  };
}

/** The values that the buttons of a card send. */
function buttonValues(messageId: string): unknown[] {
  const cardId = emulator.store.messages.get(messageId)?.cardId;
  const values: unknown[] = [];
  JSON.stringify(emulator.store.cards.get(cardId ?? "")?.tree.json, (key, value: unknown) => {
    if (key === "value") values.push(value);
    return value;
  });
  return values;
}

/** The text of the answer's element, without the note below it. */
const contents = (messages: readonly VisibleMessage[]): string[] =>
  messages.flatMap(({ parts }) => parts.filter(({ elementId }) => elementId === "content").map(({ text }) => text));

// Its own code speaks to Feishu here, and nothing of this repository does but the emulator.
describe.skipIf(missing !== undefined)(`${OFFICIAL}, the vendor's plugin, in the real OpenClaw gateway`, () => {
  beforeAll(async () => {
    home = createHostHome();
    // It takes no domain but https, and does not know the emulator's certificate.
    home.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
    model = await startFakeModel();
    emulator = await startEmulator({ port: 0, tls: true, apps: [APP] });
    const port = await freePort();
    home.writeConfig({ gateway: { mode: "local", port, bind: "loopback" } });
    await installOfficial(home);
    home.writeConfig(makeConfig(port));
    gateway = await startGateway(home, port);
    await until(
      () => emulator.connections().length === 1,
      300_000,
      `its long connection\n${gateway.log().slice(-3000)}`,
    );
  });

  afterAll(async () => {
    await gateway?.stop("SIGKILL");
    await model?.close();
    await emulator?.close();
    home?.remove();
  });

  it("[D10] answers a person in a card that streams while the model speaks", async () => {
    model.script("tell me", { steps: [{ text: "First half, " }, { waitMs: 1500 }, { text: "second half." }] });
    const sent = emulator.sendAsUser({ appId: APP.appId, text: "tell me" });
    await until(
      () => answersAfter(emulator, sent).some(({ streaming, text }) => streaming && text.startsWith("First half")),
      80_000,
      "the first half in a card that streams",
    );
    expect(contents(answersAfter(emulator, sent)).join("")).not.toContain("second");

    const answers = await settled({ emulator }, sent, "the whole answer");
    expect(answers).toMatchObject([{ kind: "card", streaming: false }]);
    expect(contents(answers)).toEqual(["First half, second half."]);
    const writes = emulator.timeline.entries().filter(({ cardId }) => cardId === answers[0]?.cardId);
    expect(writes.map(({ code }) => code)).not.toContain(300317);
    expect(writes.map(({ operation }) => operation)).toEqual(
      expect.arrayContaining(["element.content", "card.settings"]),
    );
  });

  it("[D10] answers in a group that names it", async () => {
    const group = emulator.store.chats.all().find(({ type }) => type === "group");
    model.script("who is there", { steps: [{ text: "I am." }] });
    const sent = emulator.sendAsUser({
      chatId: group?.chatId,
      appId: APP.appId,
      text: "who is there",
      mentionBot: APP.appId,
    });
    expect(contents(await settled({ emulator }, sent, "an answer in the group"))).toEqual(["I am."]);
  });

  it("[D10] takes a click on a button of its card", async () => {
    const blocks = [
      { type: "text", text: "Who are you?" },
      { type: "buttons", buttons: [{ label: "Tell me", action: { type: "command", command: "/whoami" } }] },
    ];
    const args = { action: "send", presentation: { blocks } };
    model.script("show it", {
      steps: [{ tool: "tool_call", input: { id: "message", args } }],
      afterTool: [{ text: "Shown." }],
    });
    const asked = emulator.sendAsUser({ appId: APP.appId, text: "show it" });
    const answers = await settled({ emulator }, asked, "a card with a button");
    const card = answers.find(({ labels }) => labels.includes("Tell me"));
    const [value] = buttonValues(card?.messageId ?? "");

    const click = await emulator.clickAs({ messageId: card?.messageId ?? "", value });
    expect(click).toMatchObject({ status: "ok" });
    const user = emulator.store.users.all()[0];
    const openId = user === undefined ? "" : emulator.store.users.openId(user, APP.appId);
    await until(
      () => contents(answersAfter(emulator, asked)).some((text) => text.includes(openId)),
      20_000,
      "the answer to the click",
    );
  });
});
