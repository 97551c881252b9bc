import { describe, expect, it } from "vitest";
import { toCardAction } from "../../../extensions/feishu/inbound/card-action.ts";
import { openEnvelope } from "../../../extensions/feishu/inbound/envelope.ts";
import { cardEvent } from "./events.ts";

function read(event: Record<string, unknown>) {
  const envelope = openEnvelope(cardEvent(event));
  return envelope && toCardAction(envelope, "main");
}

describe("a card action without a value", () => {
  it.each([
    [{ tag: "button", name: "go", form_value: { city: "Oslo" } }, { formValue: { city: "Oslo" } }],
    [{ tag: "select_static", option: "b" }, { option: "b" }],
    [{ tag: "multi_select_static", options: ["a", "b"] }, { options: ["a", "b"] }],
    [{ tag: "checker", checked: true }, { checked: true }],
    [{ tag: "input", input_value: "words" }, { inputValue: "words" }],
    [{ tag: "date_picker", option: "2026-11-29 +0800", timezone: "Asia/Shanghai" }, { option: "2026-11-29 +0800" }],
  ])("[E7] %j is read", (action, expected) => {
    expect(read({ action })).toMatchObject({ value: {}, tag: action.tag, ...expected });
  });
});

describe("who pressed, and where", () => {
  it("may have only a user_id, and the message may be named at the top", () => {
    const action = read({
      operator: { user_id: "u_1" },
      context: undefined,
      open_message_id: "om_1",
      open_chat_id: "oc_1",
    });
    expect(action).toMatchObject({ operator: { openId: "u_1" }, messageId: "om_1", chatId: "oc_1" });
  });

  it("has to be somebody", () => {
    expect(read({ operator: {} })).toBeUndefined();
  });
});
