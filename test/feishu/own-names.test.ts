import { describe, expect, it } from "vitest";
import { FeishuReceiver } from "../../extensions/feishu/inbound/index.ts";
import { toEmojiType } from "../../extensions/feishu/emoji.ts";
import { toPresentationCard } from "../../extensions/feishu/openclaw/outbound/presentation-card.ts";
import { createModelCatalog } from "../../src/host/index.ts";
import { silentLogger } from "../../src/log/index.ts";
import { FakeClock } from "../support/fake-clock.ts";

const NAMES = ["toString", "__proto__", "constructor", "hasOwnProperty", "valueOf"];

describe("[E10] names that every object has", () => {
  it.each(NAMES)("are no type of a message: %s", async (type) => {
    const texts: string[] = [];
    const receiver = new FeishuReceiver({
      accountId: "a",
      appId: "cli_a",
      clock: new FakeClock(),
      logger: silentLogger,
      listener: { onMessage: ({ text }) => void texts.push(text) },
    });
    const message = { message_id: "om_1", chat_id: "oc_1", chat_type: "p2p", message_type: type, content: "{}" };
    const sender = { sender_id: { open_id: "ou_1" }, sender_type: "user" };
    const header = { event_id: "e", event_type: "im.message.receive_v1", app_id: "cli_a" };
    expect(await receiver.receive({ schema: "2.0", header, event: { sender, message } })).toEqual({});
    await receiver.idle();
    expect(texts).toEqual([`[${type}]`]);
  });

  it.each(NAMES)("are no emoji, tone, style or model: %s", (name) => {
    expect(typeof toEmojiType(name)).toBe("string");
    const card = toPresentationCard({
      title: "T",
      tone: name,
      blocks: [{ type: "buttons", buttons: [{ label: "a", value: "b", style: name }] }],
    } as never);
    expect(JSON.stringify(card)).toContain('"template":"grey"');
    expect(JSON.stringify(card)).toContain('"type":"default"');
    const catalog = createModelCatalog({ demo: () => ({}) as never });
    expect(() => catalog.open(name)).toThrow(/no model/u);
  });
});
