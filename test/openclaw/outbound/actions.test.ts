import { describe, expect, it } from "vitest";
import { EMOJI } from "../../../src/emulator/emoji.ts";
import { createEmulator } from "../../../src/emulator/index.ts";
import type { Emulator } from "../../../src/emulator/index.ts";
import { silentLogger } from "../../../src/log/index.ts";
import { AccountClients } from "../../../extensions/feishu/openclaw/account/clients.ts";
import { createActions } from "../../../extensions/feishu/openclaw/outbound/actions.ts";
import { toEmojiType } from "../../../extensions/feishu/emoji.ts";
import type { ActionsAdapter } from "../../../extensions/feishu/openclaw/host/plugin-shape.ts";
import { createReplyDispatcher } from "../../../extensions/feishu/reply-dispatcher.ts";
import { toDelta } from "../../../src/stream/index.ts";
import { sendCardFeishu, sendPostFeishu, sendTextFeishu } from "../../../extensions/feishu/send.ts";
import { resolveAccount } from "../../../extensions/feishu/config/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";

interface Rig {
  readonly emulator: Emulator;
  readonly actions: ActionsAdapter;
  readonly asked: string;
  act(action: string, params: object): Promise<unknown>;
  send(kind: "post" | "text" | "card"): Promise<string>;
  stream(said: string): Promise<string>;
  shown(messageId: string): string | undefined;
}

function rig(config: object = {}): Rig {
  const clock = new FakeClock();
  const emulator = createEmulator({ clock });
  const clients = new AccountClients({ clock, random: () => 0.5, logger: silentLogger, fetch: emulator.fetch });
  const { appId, appSecret } = emulator.app;
  const cfg = { channels: { feishu: { appId, appSecret, domain: emulator.apiUrl, ...config } } };
  const actions = createActions(clients);
  const chatId = emulator.directChatId();
  const to = { type: "chat", chatId } as const;
  const asked = emulator.sendAsUser({ text: "hello" }).messageId;
  return {
    emulator,
    actions,
    asked,
    act: async (action, params) => {
      const toolContext = { currentMessageId: asked };
      const ran = actions.handleAction({ action, cfg, params: params as Record<string, unknown>, toolContext });
      return (await clock.runUntil(ran)).details;
    },
    send: (kind) =>
      clock.runUntil(
        clients.use(resolveAccount(cfg), async ({ client }) => {
          if (kind === "post") return (await sendPostFeishu(client, { to, markdown: "said" })).messageId;
          if (kind === "text") return (await sendTextFeishu(client, { to, text: "said" })).messageId;
          const card = { schema: "2.0", config: { update_multi: true }, body: { elements: [] } };
          return (await sendCardFeishu(client, { to, card })).messageId;
        }),
      ),
    stream: (said) =>
      clock.runUntil(
        clients.use(resolveAccount(cfg), async ({ delivery }) => {
          const reply = createReplyDispatcher({ delivery, target: to, chatId });
          reply.append(toDelta(said));
          await reply.finalize();
          return reply.session.messageId ?? "";
        }),
      ),
    shown: (messageId) => emulator.visibleTexts(chatId).find((message) => message.messageId === messageId)?.text,
  };
}

describe("[A11] emoji", () => {
  it("are put on the message that is being answered, and only the bot's own are taken away", async () => {
    const { emulator, act, asked } = rig();
    const emoji = (): string[] => emulator.store.messages.get(asked)?.reactions.map((reaction) => reaction.emoji) ?? [];
    emulator.reactAsUser({ messageId: asked, emoji: "THUMBSUP", from: "小红" });
    await act("react", { emoji: "👍" });
    await act("react", { emoji: ":tada:" });
    expect(emoji().toSorted()).toEqual(["PARTY", "THUMBSUP", "THUMBSUP"]);
    expect(await act("react", { emoji: "👍", remove: true })).toEqual({ ok: true, removed: 1 });
    expect(emoji().toSorted()).toEqual(["PARTY", "THUMBSUP"]);
    expect(await act("react", { emoji: "" })).toEqual({ ok: true, removed: 1 });
    expect(emoji()).toEqual(["THUMBSUP"]);
  });

  it.each([
    ["👍🏽", "THUMBSUP"],
    ["❤️", "HEART"],
    ["thumbsup", "THUMBSUP"],
    [":+1:", "THUMBSUP"],
    ["onit", "OnIt"],
    ["FIRE", "Fire"],
    ["thumbs_down", "ThumbsDown"],
    ["lgtm", "LGTM"],
    ["eyes", "GLANCE"],
  ])("%s is %s", (written, name) => {
    expect(toEmojiType(written)).toBe(name);
    expect(EMOJI.has(name)).toBe(true);
  });

  it("that Feishu does not have are refused with what it has", async () => {
    const { act, asked } = rig();
    for (const emoji of ["🦖", "DINOSAUR"])
      await expect(act("react", { emoji })).rejects.toThrow(/What helps: emoji is one of Feishu's names/u);
    await expect(act("react", {})).rejects.toThrow(/emoji is needed/u);
    await expect(act("react", { messageId: "om_x1", emoji: "OK" })).rejects.toThrow(/does not exist.*om_… id/u);
    await expect(act("react", { messageId: "../x", emoji: "OK", remove: true })).rejects.toThrow(/om_… id/u);
    await expect(rig({ actions: { reactions: false } }).act("react", { emoji: "OK" })).rejects.toThrow(/switched off/u);
    expect(asked).toMatch(/^om_/u);
  });
});

describe("[A11] messages of the bot", () => {
  it.each(["post", "text", "card"] as const)("a %s is edited and taken back", async (kind) => {
    const { act, send, shown } = rig();
    const messageId = await send(kind);
    await act("edit", { messageId, message: "now it says this" });
    expect(shown(messageId)).toBe("now it says this");
    await act(kind === "post" ? "delete" : "unsend", { messageId });
    expect(shown(messageId)).toBeUndefined();
  });

  it("a streamed answer is edited, whose message a patch would leave as it is", async () => {
    const { act, stream, shown } = rig();
    const messageId = await stream("what was streamed");
    expect(shown(messageId)).toContain("what was streamed");
    for (const message of ["once", "twice"]) {
      await act("edit", { messageId, message });
      expect(shown(messageId)).toBe(message);
    }
  });

  it("without the scope for a card's id a card is patched", async () => {
    const { emulator, act, send, shown } = rig();
    const messageId = await send("card");
    emulator.app.scopes.delete("cardkit:card:read");
    await act("edit", { messageId, message: "patched" });
    expect(shown(messageId)).toBe("patched");
  });

  it("an edited card mentions nobody and shows no foreign image", async () => {
    const { emulator, act, send, shown } = rig();
    const messageId = await send("card");
    await act("edit", { messageId, message: "<at id=all></at> ![x](https://example.com/x.png)" });
    expect(shown(messageId)).toContain("&lt;at id=all>");
    expect(emulator.timeline.find({ operation: "card.update" }).at(-1)?.code).toBe(0);
  });

  it.each([
    ["edit", { message: "x" }, /messageId is needed/u],
    ["delete", {}, /messageId is needed/u],
    ["edit", { messageId: "om_x1" }, /message is needed/u],
    [
      "edit",
      { messageId: "om_x100000000000000000000000000000", message: "x" },
      /What helps: messageId is the om_… id/u,
    ],
    ["delete", { messageId: "om_x100000000000000000000000000000" }, /What helps: messageId is the om_… id/u],
    ["edit", { messageId: "<the id>", message: "x" }, /messageId .*What helps: messageId is the om_… id/u],
    ["pin", { messageId: "om_x1" }, /pin is not supported/u],
  ])("%s with %j says what is wrong", async (action, params, problem) => {
    await expect(rig().act(action, params)).rejects.toThrow(problem);
  });

  it("somebody else's are left alone", async () => {
    const { act, asked, shown } = rig();
    await expect(act("edit", { messageId: asked, message: "x" })).rejects.toThrow(/only messages that it sent itself/u);
    await expect(act("delete", { messageId: asked })).rejects.toThrow(/What helps: /u);
    expect(shown(asked)).toBe("hello");
  });

  it("[A8] a missing permission is named with the page that grants it, and reading is not needed to edit", async () => {
    const { emulator, act, send, shown } = rig();
    const messageId = await send("post");
    emulator.app.scopes.clear();
    await expect(act("delete", { messageId })).rejects.toThrow(/grant it on http\S+ and publish/u);
    emulator.app.scopes.add("im:message:send_as_bot");
    await act("edit", { messageId, message: "still works" });
    expect(shown(messageId)).toBe("still works");
  });
});

it("[A11] the host offers an emoji only where they are allowed, and nothing before the app is known", () => {
  const { actions } = rig();
  const names = (feishu: object): string[] | undefined =>
    actions.describeMessageTool({ cfg: { channels: { feishu } } })?.actions;
  const app = { appId: "cli_a1a2a3a4a5a6a7a8", appSecret: "s" };
  expect(names({})).toBeUndefined();
  expect(names(app)).toEqual(["send", "react", "edit", "unsend", "delete"]);
  expect(names({ ...app, actions: { reactions: false } })).toEqual(["send", "edit", "unsend", "delete"]);
});
