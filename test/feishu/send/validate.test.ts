import { describe, expect, it } from "vitest";
import {
  addCardElementsFeishu,
  convertMessageIdToCardIdFeishu,
  createCardEntityFeishu,
  listMessagesFeishu,
  sendCardEntityFeishu,
  sendTextFeishu,
  streamUpdateCardElementFeishu,
  updateCardSettingsFeishu,
} from "../../../extensions/feishu/send.ts";
import type { FeishuClient } from "../../../extensions/feishu/client/index.ts";
import { recordedClient, rejection } from "../recording-fetch.ts";

async function refused(run: (client: FeishuClient) => Promise<unknown>): Promise<unknown> {
  const { client, feishu } = recordedClient();
  const error = await rejection(run(client));
  expect(feishu.all, "no call is made").toHaveLength(0);
  return error;
}

describe("message ids", () => {
  it.each([
    ["", "missing-id"],
    ["  ", "missing-id"],
    [undefined, "missing-id"],
    [null, "missing-id"],
    ["om_placeholder", "placeholder-id"],
    ["placeholder", "placeholder-id"],
    ["pending", "placeholder-id"],
    ["undefined", "placeholder-id"],
    ["om_xxxxxxxx", "placeholder-id"],
    ["om_", "placeholder-id"],
    ["oc_1234", "malformed-id"],
    ["om_12/../34", "malformed-id"],
    ["om_12?x=1", "malformed-id"],
  ])("[A2] %j is refused as %s, without a call", async (messageId, code) => {
    const error = await refused((client) => convertMessageIdToCardIdFeishu(client, { messageId: messageId as string }));
    expect(error).toMatchObject({
      name: "FeishuInputError",
      code,
      field: "messageId",
      kind: "invalid",
      operation: "cardkit.card.idConvert",
    });
  });

  it("[A2] a reply is refused the same way", async () => {
    expect(
      await refused((client) => sendTextFeishu(client, { to: { type: "reply", messageId: "placeholder" }, text: "x" })),
    ).toMatchObject({ code: "placeholder-id" });
  });
});

describe("card writes", () => {
  const good = { cardId: "7355", elementId: "answer", content: "x", sequence: 1 };
  it.each([
    [{ sequence: 0 }, "sequence", "out-of-range"],
    [{ sequence: 1.5 }, "sequence", "out-of-range"],
    [{ sequence: 2_147_483_648 }, "sequence", "out-of-range"],
    [{ elementId: "1st" }, "elementId", "malformed-id"],
    [{ elementId: "a-b" }, "elementId", "malformed-id"],
    [{ elementId: "a".repeat(21) }, "elementId", "too-long"],
    [{ cardId: "" }, "cardId", "missing-id"],
    [{ cardId: "7".repeat(21) }, "cardId", "too-long"],
    [{ content: "" }, "content", "empty"],
    [{ content: "x".repeat(100_001) }, "content", "too-long"],
    [{ uuid: "u".repeat(65) }, "uuid", "too-long"],
    [{ uuid: "" }, "uuid", "empty"],
  ])("[A3] refuses %o", async (change, field, code) => {
    expect(await refused((client) => streamUpdateCardElementFeishu(client, { ...good, ...change }))).toMatchObject({
      field,
      code,
    });
  });

  it("[A3] accepts the largest of everything", async () => {
    const { client, feishu } = recordedClient();
    await streamUpdateCardElementFeishu(client, {
      cardId: "7".repeat(20),
      elementId: `a${"_".repeat(19)}`,
      content: "x".repeat(100_000),
      sequence: 2_147_483_647,
      uuid: "u".repeat(64),
    });
    expect(feishu.requests).toHaveLength(1);
  });

  it("refuses cards and settings that are no objects or too long, and places without a target", async () => {
    expect(await refused((client) => createCardEntityFeishu(client, { card: "{}" as never }))).toMatchObject({
      code: "malformed",
    });
    expect(
      await refused((client) => createCardEntityFeishu(client, { card: { x: "y".repeat(3_000_000) } })),
    ).toMatchObject({ code: "too-long", kind: "too-large" });
    expect(
      await refused((client) =>
        updateCardSettingsFeishu(client, { ...good, settings: { config: { x: "y".repeat(100_000) } } }),
      ),
    ).toMatchObject({ code: "too-long" });
    expect(
      await refused((client) => addCardElementsFeishu(client, { ...good, type: "insert_after", elements: [] })),
    ).toMatchObject({ field: "targetElementId" });
  });
});

describe("messages", () => {
  const to = { type: "chat", chatId: "oc_1" } as const;
  it.each<[string, (client: FeishuClient) => Promise<unknown>]>([
    ["a uuid of 51 characters", (client) => sendTextFeishu(client, { to, text: "x", uuid: "u".repeat(51) })],
    ["empty text", (client) => sendTextFeishu(client, { to, text: "" })],
    ["a chat id with a slash", (client) => sendTextFeishu(client, { to: { type: "chat", chatId: "oc/1" }, text: "x" })],
    [
      "an e-mail address that is none",
      (client) => sendTextFeishu(client, { to: { type: "user", openId: "abc", idType: "email" }, text: "x" }),
    ],
    ["a missing card id", (client) => sendCardEntityFeishu(client, { to, cardId: "" })],
    ["a list of nothing", (client) => listMessagesFeishu(client, {})],
    ["a page of 51", (client) => listMessagesFeishu(client, { chatId: "oc_1", pageSize: 51 })],
  ])("refuses %s", async (_what, run) => {
    const error = await refused(run);
    expect(error).toMatchObject({ name: "FeishuInputError" });
    expect(String(error)).not.toMatch(/oc\/1|abc|u{51}/u);
  });
});
