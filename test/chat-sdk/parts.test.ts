import {
  Actions,
  Button,
  Card,
  CardText,
  Field,
  Fields,
  getEmoji,
  Image,
  LinkButton,
  Modal,
  NumberInput,
  Select,
  SelectOption,
  TextInput,
} from "chat";
import { DateInput } from "chat";
import { describe, expect, it } from "vitest";
import { toCardJson } from "../../extensions/chat-sdk/card-json.ts";
import { checkConfig } from "../../extensions/chat-sdk/config.ts";
import { toChatEmoji, toFeishuEmoji } from "../../extensions/chat-sdk/emoji.ts";
import { readForm } from "../../extensions/chat-sdk/form-values.ts";
import { planCard } from "../../extensions/chat-sdk/outgoing.ts";
import { decodeThreadId, encodeThreadId } from "../../extensions/chat-sdk/thread-id.ts";
import { EMOJI } from "../../src/emulator/emoji.ts";

describe("[E10] a card's parts", () => {
  it("hold words, never orders: no mention, no turned direction, no address that runs", () => {
    const json = JSON.stringify(
      toCardJson(
        Card({
          title: "a\u202Eb",
          children: [
            CardText("<at id=all></at> hello"),
            Actions([
              LinkButton({ label: "open", url: "javascript:alert(1)" }),
              Button({ id: "x", label: "c\u202Ed" }),
            ]),
          ],
        }),
        { imageKey: () => undefined },
      ),
    );
    expect(json).not.toContain("<at");
    expect(json).not.toContain("\u202E");
    expect(json).not.toContain("javascript:");
    expect(json).toContain('"disabled":true');
  });
});

describe("thread ids", () => {
  it.each([
    ["lark:oc_a", { chatId: "oc_a", rootId: undefined, direct: false }],
    ["lark:oc_a:om_b", { chatId: "oc_a", rootId: "om_b", direct: false }],
    ["lark:oc_a:om_b:dm", { chatId: "oc_a", rootId: "om_b", direct: true }],
    ["lark:oc_a:om_b:dm-topic", { chatId: "oc_a", rootId: "om_b", direct: true, topic: true }],
    ["lark:ou_c::dm", { chatId: "ou_c", rootId: undefined, direct: true }],
  ])("%s says it all", (id, thread) => {
    expect(encodeThreadId("lark", thread)).toBe(id);
    expect(decodeThreadId("lark", id)).toEqual({ topic: undefined, ...thread });
  });

  it("those that the vendor's adapter has written down are read", () => {
    expect(decodeThreadId("lark", "lark:ou_c:")).toMatchObject({ chatId: "ou_c", direct: true });
    expect(decodeThreadId("lark", "lark:oc_a:om_b")).toMatchObject({ rootId: "om_b" });
  });

  it.each(["slack:C1:1.2", "lark:oc_a:om_b:else", "lark", "", "lark:oc_a:evil\n"])("%j is refused", (id) => {
    expect(() => decodeThreadId("lark", id)).toThrow(/no thread of lark/u);
  });
});

describe("the config", () => {
  it("comes from the environment where it says nothing", () => {
    const env = { LARK_APP_ID: "cli_a", FEISHU_APP_SECRET: "s", LARK_DOMAIN: "lark", LARK_BOT_USERNAME: "helper" };
    expect(checkConfig({}, env)).toMatchObject({ appId: "cli_a", appSecret: "s", domain: "lark", userName: "helper" });
    expect(checkConfig({ appId: "cli_b", userName: "me" }, env)).toMatchObject({ appId: "cli_b", userName: "me" });
  });

  it("says what is missing and where to give it", () => {
    expect(() => checkConfig({}, {})).toThrow(/appId: .*LARK_APP_ID/u);
    expect(() => checkConfig({ appId: "a" }, {})).toThrow(/appSecret: .*LARK_APP_SECRET/u);
    expect(() => checkConfig({ appId: "a", appSecret: "b", name: "a:b" }, {})).toThrow(/name: "a:b"/u);
  });
});

describe("emoji", () => {
  it.each([
    ["thumbs_up", "THUMBSUP"],
    ["heart", "HEART"],
    ["👀", "GLANCE"],
    ["thumbsup", "THUMBSUP"],
    ["OnIt", "OnIt"],
    ["LGTM", "LGTM"],
  ])("%s is %s", (name, type) => {
    expect(toFeishuEmoji(name)).toBe(type);
    expect(toFeishuEmoji(getEmoji(name))).toBe(type);
    expect(EMOJI.has(type)).toBe(true);
  });

  it("Feishu's come back as the Chat SDK's own values, those that only Feishu has under their name", () => {
    expect(toChatEmoji("THUMBSUP")).toBe(getEmoji("thumbs_up"));
    expect(toChatEmoji("HEART")).toBe(getEmoji("heart"));
    expect(toChatEmoji("JIAYI").name).toBe("JIAYI");
  });
});

describe("cards", () => {
  const texts = (json: object): string => JSON.stringify(json);

  it("mention people whom the bot names, and nobody whom a text does in Feishu's own words", () => {
    const card = Card({ children: [CardText("hi <@ou_abc> <at id=all></at>")] });
    const json = texts(toCardJson(card, { imageKey: () => undefined }));
    expect(json).toContain("<at id=ou_abc></at>");
    expect(json).not.toContain("<at id=all>");
  });

  it("keep a field's name and value apart, and what a task is about, whether or not Feishu shows a single newline", () => {
    const fields = Card({ children: [Fields([Field({ label: "Owner", value: "Ann" })])] });
    expect(texts(toCardJson(fields, { imageKey: () => undefined }))).toContain(String.raw`"**Owner**\n\nAnn"`);
    const plan = planCard({
      title: "Plan",
      tasks: [
        { id: "1", title: "Look", status: "complete", details: "in the logs" },
        { id: "2", title: "Leap", status: "pending" },
      ],
    });
    expect(texts(plan)).toContain(String.raw`"✅ Look\n\nin the logs\n\n⬜ Leap"`);
  });

  it("show uploaded pictures, and links where there are none", () => {
    const card = Card({
      imageUrl: "https://example.com/a.png",
      children: [Image({ url: "https://example.com/b.png" })],
    });
    const json = texts(toCardJson(card, { imageKey: (url) => (url.endsWith("a.png") ? "img_a" : undefined) }));
    expect(json).toContain('"img_key":"img_a"');
    expect(json).toContain("(https://example.com/b.png)");
  });
});

describe("what is filled into a form", () => {
  const modal = Modal({
    callbackId: "c",
    title: "t",
    children: [
      TextInput({ id: "name", label: "Name" }),
      NumberInput({ id: "count", label: "Count", optional: true, min: 1, max: 9 }),
      DateInput({ id: "day", label: "Day", optional: true }),
      Select({ id: "size", label: "Size", optional: true, options: [SelectOption({ label: "Big", value: "b" })] }),
    ],
  });

  it("is read field by field; a date without its zone, nothing that was not asked", () => {
    const sent = { name: " A ", count: "3", day: "2026-11-29 +0800", size: "b", other: "x", constructor: "y" };
    expect(readForm(modal, sent, "en")).toEqual({
      values: { name: "A", count: "3", day: "2026-11-29", size: "b" },
      errors: {},
    });
  });

  it.each([
    [{}, { name: "is needed" }],
    [{ name: 7 }, { name: "is needed" }],
    [{ name: "a", count: "x" }, { count: "must be a number" }],
    [{ name: "a", count: "1.5" }, { count: "must be a number" }],
    [{ name: "a", count: "0" }, { count: "must be at least 1, at most 9" }],
    [{ name: "a", size: "not there" }, { size: "is none of the choices" }],
  ])("%j: %j", (sent, errors) => {
    expect(readForm(modal, sent, "en").errors).toEqual(errors);
  });
});
