import { expect, it } from "vitest";
import { answersAfter, answerText, ask, settled, until } from "../support/conversation.ts";
import { postEvent, theGroup } from "../support/feishu.ts";
import { HOOK_APP, HOOK_ENCRYPT_KEY, MAIN_APP, PROXIED_APP } from "../support/host-config.ts";
import type { World } from "../support/world.ts";

/** The ways to and from Feishu: proxies, webhooks, long connections that break. */
export function transportScenarios(world: () => World): void {
  it("[B17] ignores a proxy of the environment, and [B22] takes an account's own for calls and long connection", async () => {
    const { emulator, home, proxy } = world();
    expect(home.env).toMatchObject({ HTTP_PROXY: expect.stringContaining("127.0.0.1") });
    // The account's host is a name that only its proxy knows.
    expect(proxy.uses).toBeGreaterThan(1);
    expect(answerText(await ask(world(), { appId: PROXIED_APP.appId, text: "hello" }))).toBe("OK");
    expect(emulator.connections().map(({ appId }) => appId)).toContain(PROXIED_APP.appId);
  }, 60_000);

  it("[A11] takes messages and presses by webhook, its secrets looked up by the host, and refuses forged requests", async () => {
    const { emulator, home } = world();
    const group = theGroup(emulator);
    const to = ["--channel", "feishu", "--account", "hook", "--target", `chat:${group}`];
    const command = home.cli("message", "send", ...to, "--message", "sent with a secret from the environment");
    const [card] = await ask(world(), { appId: HOOK_APP.appId, text: "hello" });
    expect(answerText(card === undefined ? [] : [card])).toBe("OK");
    const sent = { chatId: emulator.directChatId(undefined, HOOK_APP.appId), messageId: card?.messageId ?? "" };
    const pressed = await emulator.clickAs({ messageId: sent.messageId, elementId: "after0" });
    expect(pressed.toast?.type).toBe("success");
    expect(answerText(await settled(world(), sent, "the answer to Regenerate"))).toBe("OK");
    const url = emulator.store.apps.get(HOOK_APP.appId)?.webhook?.url ?? "";
    const header = { event_id: "e", event_type: "im.message.receive_v1", app_id: HOOK_APP.appId };
    const event = { schema: "2.0", header, event: {} };
    expect(await postEvent(url, HOOK_ENCRYPT_KEY, event)).toBe(200);
    expect(await postEvent(url, HOOK_ENCRYPT_KEY, event, "another key")).toBe(401);
    expect(await postEvent(url, "another key", event)).toBe(401);
    expect((await fetch(url, { method: "POST", body: JSON.stringify(event) })).status).toBe(401);
    expect((await fetch(url.replace("events", "other"), { method: "POST" })).status).toBe(404);
    const sentByCommand = await command;
    expect(sentByCommand.code, sentByCommand.stderr).toBe(0);
    expect(emulator.visibleTexts(group).map(({ text }) => text)).toContain("sent with a secret from the environment");
  }, 90_000);

  it("notices a connection that breaks, shows it, comes back, and answers what was said meanwhile", async () => {
    const { emulator, home } = world();
    const { appId } = MAIN_APP;
    const fault = emulator.faults.add({ operation: "ws.endpoint", effect: { type: "http", status: 503 } });
    emulator.dropConnections(appId);
    const sent = emulator.sendAsUser({ text: "are you there?" });
    try {
      const status = await home.cli("channels", "status");
      expect(status.stdout).toMatch(/Feishu main.*(?:disconnected|reconnecting)/u);
      expect(status.stdout).toMatch(/Feishu live.*running, connected/u);
    } finally {
      emulator.faults.remove(fault);
    }
    await until(() => emulator.connections().some((one) => one.appId === appId), 15_000, "the connection to be back");
    // Feishu tries again 15 s after the first time.
    await until(() => answersAfter(emulator, sent).length > 0, 30_000, "an answer");
    expect(answerText(await settled(world(), sent, "the answer"))).toBe("OK");
  }, 90_000);
}
