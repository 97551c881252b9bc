import { describe, expect, it } from "vitest";
import { encryptBody, signBody } from "../../src/emulator/inbound/cipher.ts";
import { decodeFrame, encodeFrame } from "../../src/emulator/inbound/frame.ts";
import { Caller, cardOf, markdown, streamingCard } from "./caller.ts";

const button = (id: string, extra: object = {}): unknown => ({
  tag: "button",
  element_id: id,
  text: { tag: "plain_text", content: id },
  behaviors: [{ type: "callback", value: { action: id } }],
  ...extra,
});

async function withCard(
  json: unknown,
): Promise<{ caller: Caller; messageId: string; events: Record<string, unknown>[] }> {
  const caller = new Caller();
  const cardId = await caller.card(json);
  const messageId = String((await caller.sendCard(cardId)).data["message_id"]);
  return { caller, messageId, events: [] };
}

describe("events", () => {
  it("come again after 15 s, 5 min, 1 h and 6 h while nobody takes them, then no more", async () => {
    const caller = new Caller();
    const times: number[] = [];
    caller.emulator.onEvent(caller.emulator.app.appId, () => {
      times.push(caller.clock.now());
      throw new Error("not now");
    });
    caller.emulator.sendAsUser({ text: "hi" });
    await caller.pass(48 * 3_600_000);
    expect(times).toEqual([0, 15_000, 315_000, 3_915_000, 25_515_000]);
  });

  it("come again when they were not answered within 3 s", async () => {
    const caller = new Caller();
    let calls = 0;
    caller.emulator.onEvent(caller.emulator.app.appId, () => {
      calls += 1;
      return calls === 1 ? new Promise(() => {}) : undefined;
    });
    caller.emulator.sendAsUser({ text: "hi" });
    await caller.pass(18_000);
    expect(calls).toBe(2);
    await caller.pass(48 * 3_600_000);
    expect(calls).toBe(2);
  });

  it("come again when their acknowledgement is lost, and can come twice with another event_id", async () => {
    const caller = new Caller({ settings: { duplicateEvents: true } });
    const seen: string[] = [];
    caller.emulator.faults.add({ operation: "event.im.message.receive_v1", effect: { type: "lost" }, count: 1 });
    caller.emulator.onEvent(caller.emulator.app.appId, (body) => {
      seen.push(String((body["header"] as Record<string, unknown>)["event_id"]));
    });
    caller.emulator.sendAsUser({ text: "hi" });
    await caller.pass(15_000);
    expect(seen).toHaveLength(3);
    expect(new Set(seen).size).toBe(2);
  });

  it("stop being retried when the emulator is closed", async () => {
    const caller = new Caller();
    let calls = 0;
    caller.emulator.onEvent(caller.emulator.app.appId, () => {
      calls += 1;
      throw new Error("no");
    });
    caller.emulator.sendAsUser({ text: "hi" });
    await caller.pass(1);
    expect(caller.clock.pending).toBe(1);
    await caller.emulator.close();
    expect(caller.clock.pending).toBe(0);
    await caller.pass(100_000);
    expect(calls).toBe(1);
  });
});

describe("card actions", () => {
  it("[D8][D10] bring the button's value, who clicked and where, and show the answer's toast", async () => {
    const { caller, messageId, events } = await withCard(cardOf(button("go")));
    caller.emulator.onEvent(caller.emulator.app.appId, (body) => {
      events.push(body);
      return { toast: { type: "success", content: "好的" } };
    });
    const result = await caller.clock.runUntil(caller.emulator.clickAs({ from: "小明", messageId, elementId: "go" }));
    expect(result).toMatchObject({ status: "ok", toast: { type: "success", content: "好的" }, cardUpdated: false });
    expect(events[0]).toMatchObject({
      header: { event_type: "card.action.trigger", create_time: expect.stringMatching(/^\d{16}$/u) },
      event: {
        token: expect.stringMatching(/^c-/u),
        action: { value: { action: "go" }, tag: "button" },
        operator: { open_id: expect.stringMatching(/^ou_/u) },
        context: { open_message_id: messageId, open_chat_id: caller.emulator.directChatId() },
      },
    });
  });

  it("[D10] bring several options, and show the toast's Chinese words where it has some", async () => {
    const { caller, messageId, events } = await withCard(cardOf(button("go")));
    const toast = { type: "warning", content: "ok", i18n: { zh_cn: "好", en_us: "ok" } };
    caller.emulator.onEvent(caller.emulator.app.appId, (body) => (events.push(body), { toast }));
    const result = await caller.clock.runUntil(
      caller.emulator.clickAs({ messageId, elementId: "go", options: ["a", "b"] }),
    );
    expect(result.toast).toEqual({ ...toast, content: "好" });
    expect(events[0]).toMatchObject({ event: { action: { options: ["a", "b"] } } });
  });

  it.each([
    ["a button with a value", button("go"), {}, { tag: "button", value: { action: "go" } }],
    ["a select without behaviors", { tag: "select_static", element_id: "go" }, { option: "1" }, { option: "1" }],
    [
      "a select with behaviors",
      { tag: "select_static", element_id: "go", behaviors: [{ type: "callback", value: { k: 1 } }] },
      { option: "1" },
      { option: "1", value: { k: 1 } },
    ],
    ["an input", { tag: "input", element_id: "go", name: "n" }, { inputValue: "x" }, { input_value: "x", name: "n" }],
    ["a date", { tag: "date_picker", element_id: "go" }, { option: "2025-06-10 +0800" }, { tag: "date_picker" }],
    ["a button with an older value", { tag: "button", element_id: "go", value: { old: 1 } }, {}, { value: { old: 1 } }],
  ])("[D10] bring a value only where the card gives one: %s", async (_, element, extra, action) => {
    const { caller, messageId, events } = await withCard(cardOf(element));
    caller.emulator.onEvent(caller.emulator.app.appId, (body) => void events.push(body));
    await caller.clock.runUntil(caller.emulator.clickAs({ messageId, elementId: "go", ...extra }));
    const { action: sent } = (events[0]?.["event"] ?? {}) as { action: Record<string, unknown> };
    expect(sent).toMatchObject(action);
    expect("value" in sent).toBe("value" in action);
  });

  it.each(["form_action_type", "action_type"] as const)("[D10] submit a form by %s, without a value", async (key) => {
    const submit = {
      tag: "button",
      element_id: "go",
      name: "ok",
      [key]: key === "action_type" ? "form_submit" : "submit",
    };
    const select = { tag: "select_static", element_id: "pick", name: "pick" };
    const { caller, messageId, events } = await withCard(
      cardOf({ tag: "form", name: "f", elements: [select, submit] }),
    );
    caller.emulator.onEvent(caller.emulator.app.appId, (body) => void events.push(body));
    // Inside a form a choice waits for the button.
    await caller.clock.runUntil(caller.emulator.clickAs({ messageId, elementId: "pick", option: "1" }));
    expect(events).toEqual([]);
    await caller.clock.runUntil(caller.emulator.clickAs({ messageId, elementId: "go", formValue: { pick: "1" } }));
    const { action } = (events[0]?.["event"] ?? {}) as { action: Record<string, unknown> };
    expect(action).toMatchObject({ tag: "button", name: "ok", form_value: { pick: "1" } });
    expect("value" in action).toBe(false);
  });

  it("[D10] show the code of a fault", async () => {
    const { caller, messageId } = await withCard(cardOf(button("go")));
    caller.emulator.faults.add({ operation: "event.card.action.trigger", effect: { type: "code", code: 200080 } });
    caller.emulator.onEvent(caller.emulator.app.appId, () => ({}));
    expect(await caller.clock.runUntil(caller.emulator.clickAs({ messageId, elementId: "go" }))).toMatchObject({
      status: "failed",
      code: 200080,
    });
  });

  it("lock the card (200810) until the answer is there", async () => {
    const { caller, messageId } = await withCard(streamingCard());
    await caller.pass(1000);
    const cardId = caller.emulator.store.messages.get(messageId)?.cardId ?? "";
    let answer: (value: unknown) => void = () => {};
    caller.emulator.onEvent(caller.emulator.app.appId, () => new Promise((resolve) => (answer = resolve)));
    const click = caller.emulator.clickAs({ messageId, value: { any: 1 } });
    await caller.pass(10);
    expect((await caller.content(cardId, "x", 1)).code).toBe(200810);
    answer({});
    expect(await caller.clock.runUntil(click)).toMatchObject({ status: "ok" });
    expect((await caller.content(cardId, "x", 2)).code).toBe(0);
  });

  it.each([
    ["no answer within 3 s", () => new Promise(() => {}), 200341],
    ["a handler that throws", () => Promise.reject(new Error("no")), 200671],
    ["an answer that is no object", () => "done", 200672],
    ["a toast of no known kind", () => ({ toast: { type: "loud", content: "x" } }), 200672],
    ["a toast without words", () => ({ toast: { type: "info" } }), 200672],
    ["a card of no known kind", () => ({ card: { type: "card", data: cardOf() } }), 200673],
    ["a card given as a string", () => ({ card: { type: "raw", data: "{}" } }), 200673],
    ["a card that is wrong", () => ({ card: { type: "raw", data: cardOf({ tag: "note" }) } }), 200673],
    ["a card of version 1.0", () => ({ card: { type: "raw", data: { elements: [] } } }), 200830],
  ])("show the code of %s", async (_, handler, code) => {
    const { caller, messageId } = await withCard(cardOf(button("go")));
    caller.emulator.onEvent(caller.emulator.app.appId, handler);
    expect(await caller.clock.runUntil(caller.emulator.clickAs({ messageId, elementId: "go" }))).toMatchObject({
      status: "failed",
      code,
    });
  });

  it("show 300000 when the card was taken back meanwhile, and 200530 for a form button without a name", async () => {
    const submit = {
      tag: "button",
      element_id: "submit",
      text: { tag: "plain_text", content: "s" },
      form_action_type: "submit",
    };
    const { caller, messageId } = await withCard(
      cardOf(button("go"), { tag: "form", name: "form", elements: [submit] }),
    );
    caller.emulator.onEvent(caller.emulator.app.appId, () =>
      caller.call("DELETE", `/im/v1/messages/${messageId}`).then(() => ({})),
    );
    const click = (elementId: string): Promise<unknown> =>
      caller.clock.runUntil(caller.emulator.clickAs({ messageId, elementId }));
    expect(await click("submit")).toMatchObject({ status: "failed", code: 200530 });
    expect(await click("go")).toMatchObject({ status: "failed", code: 300000 });
  });

  it("show 200340 where nobody takes them", async () => {
    const { caller, messageId } = await withCard(cardOf(button("go")));
    expect(await caller.clock.runUntil(caller.emulator.clickAs({ messageId, elementId: "go" }))).toMatchObject({
      status: "failed",
      code: 200340,
    });
  });

  it("replace the card with the answer's, unless it is streaming", async () => {
    for (const streaming of [false, true]) {
      const json = { ...cardOf(button("go")), config: { streaming_mode: streaming } };
      const { caller, messageId } = await withCard(json);
      caller.emulator.onEvent(caller.emulator.app.appId, () => ({
        card: { type: "raw", data: cardOf(markdown("after")) },
      }));
      const result = await caller.clock.runUntil(caller.emulator.clickAs({ messageId, elementId: "go" }));
      expect([result.status, result.cardUpdated]).toEqual(["ok", !streaming]);
      expect(caller.emulator.visibleTexts(caller.emulator.directChatId())[0]?.text).toBe(streaming ? "" : "after");
    }
  });

  it("open an address without asking the bot, and cannot be made on what is disabled or not there", async () => {
    const link = {
      tag: "button",
      element_id: "link",
      text: { tag: "plain_text", content: "l" },
      behaviors: [{ type: "open_url", default_url: "https://example.com" }],
    };
    const { caller, messageId } = await withCard(cardOf(link, button("off", { disabled: true })));
    expect(await caller.emulator.clickAs({ messageId, elementId: "link" })).toMatchObject({
      status: "ok",
      openUrl: "https://example.com",
    });
    await expect(caller.emulator.clickAs({ messageId, elementId: "off" })).rejects.toThrow("disabled");
    await expect(caller.emulator.clickAs({ messageId, elementId: "gone" })).rejects.toThrow("nothing like that");
    await expect(caller.emulator.clickAs({ from: "小红", messageId, elementId: "link" })).rejects.toThrow(
      "not in this chat",
    );
  });

  it("give a token for two later updates within 30 minutes", async () => {
    const { caller, messageId, events } = await withCard(cardOf(button("go")));
    caller.emulator.onEvent(caller.emulator.app.appId, (body) => void events.push(body));
    await caller.clock.runUntil(caller.emulator.clickAs({ messageId, elementId: "go" }));
    const { token } = (events[0]?.["event"] ?? {}) as { token: string };
    const update = (value: unknown, card: unknown = cardOf(markdown("later"))): ReturnType<Caller["call"]> =>
      caller.call("POST", "/interactive/v1/card/update", { token: value, card });
    expect((await update("c-nothing")).code).toBe(300020);
    expect((await update(token)).code).toBe(0);
    expect(caller.emulator.visibleTexts(caller.emulator.directChatId())[0]?.text).toBe("later");
    expect((await update(token, cardOf({ tag: "note" }))).code).toBe(11311);
    expect((await update(token)).code).toBe(300040);
    await caller.pass(1_800_000);
    expect((await update(token)).code).toBe(300030);
    expect((await caller.call("POST", "/interactive/v1/card/update", "no json")).code).toBe(100030);
  });

  it("[D10] give a token whose card may be as large as others; over 100 KB has a code of its own", async () => {
    for (const [bytes, code] of [
      [30_000, 0],
      [31_000, 0],
      [103_000, 100000],
    ] as const) {
      const { caller, messageId, events } = await withCard(cardOf(button("go")));
      caller.emulator.onEvent(caller.emulator.app.appId, (body) => void events.push(body));
      await caller.clock.runUntil(caller.emulator.clickAs({ messageId, elementId: "go" }));
      const { token } = (events[0]?.["event"] ?? {}) as { token: string };
      const body = { token, card: cardOf(markdown("a".repeat(bytes))) };
      expect((await caller.call("POST", "/interactive/v1/card/update", body)).code).toBe(code);
    }
  });
});

describe("the webhook's cipher and signature", () => {
  it("signs like the reference's test vector", () => {
    const body = '{"encrypt":"P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk="}';
    expect(signBody("1700000000", "abc123", "test key", body)).toBe(
      "69c61fa99760d59824d588297c0036194769fb54331682c9cbcd93e85b9a8aad",
    );
  });

  it("encrypts like the reference's test vector", () => {
    const sample = Buffer.from("P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=", "base64");
    expect(encryptBody("hello world", "test key", sample.subarray(0, 16))).toBe(sample.toString("base64"));
  });
});

describe("long-connection frames", () => {
  it("are the bytes of the reference's ping", () => {
    const ping = { SeqID: 0, LogID: 0, service: 33_554_678, method: 0, headers: [{ key: "type", value: "ping" }] };
    expect(Buffer.from(encodeFrame(ping)).toString("hex")).toBe("0800100018f681801020002a0c0a0474797065120470696e67");
    expect(decodeFrame(encodeFrame(ping))).toMatchObject(ping);
  });

  it("are recognised as broken", () => {
    expect(decodeFrame(Uint8Array.from([1, 2, 3]))).toBeUndefined();
    expect(decodeFrame(new Uint8Array())).toBeUndefined();
  });
});
