import { afterEach, describe, expect, it } from "vitest";
import { ChannelToolError } from "../../../src/plugin-sdk/index.ts";
import { createToolBench } from "../../support/tool-bench.ts";
import type { ToolBench } from "../../support/tool-bench.ts";

const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

let bench: ToolBench;
afterEach(() => bench.close());

const failure = (use: Promise<unknown>): Promise<ChannelToolError> =>
  use.then(
    () => {
      throw new Error("it did not fail");
    },
    (error: unknown) => {
      expect(error).toBeInstanceOf(ChannelToolError);
      return error as ChannelToolError;
    },
  );

const addGroup = async (name: string): Promise<string> => {
  const members = bench.emulator.store.users
    .all()
    .map((user) => bench.emulator.store.users.openId(user, bench.emulator.app.appId));
  const answer = await bench.emulator.fetch(`${bench.emulator.apiUrl}/emulator/chats`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${bench.emulator.adminToken}` },
    body: JSON.stringify({ name, members }),
  });
  return ((await answer.json()) as { chatId: string }).chatId;
};

describe("the tools that send", () => {
  it("[C11] come in order of maturity and say what they do to the world", () => {
    bench = createToolBench();
    expect(bench.toolset.tools.map(({ name }) => name)).toEqual([
      "list_chats",
      "send_text",
      "send_image",
      "send_card",
      "update_card",
      "stream_card_open",
      "stream_card_append",
      "stream_card_close",
    ]);
    for (const { name, hints, description } of bench.toolset.tools) {
      expect(hints.readOnly).toBe(name === "list_chats");
      expect(description.length).toBeGreaterThan(40);
    }
  });

  it("[C11] send text, Markdown, a picture and a card, and change the card", async () => {
    bench = createToolBench();
    const chat = { chat_id: bench.chatId };
    expect(await bench.use("send_text", { ...chat, text: "hello" })).toMatchObject({
      data: { chat_id: bench.chatId, dry_run: false, message_id: expect.stringMatching(/^om_/u) },
    });
    await bench.use("send_text", { ...chat, text: "**bold**", format: "markdown" });
    await bench.use("send_image", { ...chat, data_base64: PIXEL });
    const sent = await bench.use("send_card", { ...chat, title: "Report", markdown: "first" });
    await bench.use("update_card", { message_id: sent.data["message_id"], title: "Report", markdown: "second" });
    const visible = bench.emulator.visibleTexts(bench.chatId);
    expect(visible.map(({ kind }) => kind)).toEqual(["text", "post", "image", "card"]);
    expect(visible.at(-1)).toMatchObject({ title: "Report", text: "second" });
  });

  it("[C11] take a whole card, an answer to a message, and a person", async () => {
    bench = createToolBench();
    const { messageId } = bench.emulator.sendAsUser({ text: "question" });
    const card = { schema: "2.0", body: { elements: [{ tag: "markdown", content: "**mine**" }] } };
    await bench.use("send_card", { reply_to: messageId, card });
    const [person] = bench.emulator.store.users.all();
    const openId = bench.emulator.store.users.openId(person!, bench.emulator.app.appId);
    await bench.use("send_text", { open_id: openId, text: "hello you" });
    const visible = bench.emulator.visibleTexts(bench.chatId);
    expect(visible.at(-2)).toMatchObject({ text: "**mine**", parentId: messageId });
    expect(visible.at(-1)).toMatchObject({ text: "hello you" });
  });

  it("[C11] list the chats by page and by name", async () => {
    bench = createToolBench();
    const id = await addGroup("Release team");
    for (let i = 0; i < 100; i++) await addGroup(`Other ${i}`);
    const first = await bench.use("list_chats", {});
    const token = first.data["next_page_token"];
    expect(token).toEqual(expect.any(String));
    const second = await bench.use("list_chats", { page_token: token });
    expect(second.data["next_page_token"]).toBeUndefined();
    const all = [first, second].flatMap(({ data }) => data["chats"] as { chat_id: string; name: string }[]);
    expect(all.find(({ name }) => name === "Release team")?.chat_id).toBe(id);
    const found = [
      await bench.use("list_chats", { name_contains: "RELEASE" }),
      await bench.use("list_chats", { name_contains: "RELEASE", page_token: token }),
    ].flatMap(({ data }) => data["chats"]);
    expect(found).toEqual([expect.objectContaining({ chat_id: id })]);
  });

  it("[C11] write only to allowed chats, also by answers and updates", async () => {
    bench = createToolBench({ allow: ["oc_allowed"] });
    const { messageId } = bench.emulator.sendAsUser({ text: "question" });
    const before = bench.emulator.timeline.entries().length;
    for (const [name, input] of [
      ["send_text", { chat_id: bench.chatId, text: "x" }],
      ["send_text", { open_id: "ou_somebody", text: "x" }],
      ["send_card", { reply_to: messageId, markdown: "x" }],
      ["update_card", { message_id: messageId, markdown: "x" }],
      ["stream_card_open", { chat_id: bench.chatId }],
    ] as const) {
      const error = await failure(bench.use(name, input));
      expect(error.code).toBe("not-allowed");
      expect(error.next).toContain("list_chats");
    }
    const made = bench.emulator.timeline.entries().slice(before);
    expect(new Set(made.map(({ operation }) => operation))).toEqual(new Set(["auth.tenant_token", "message.get"]));
    expect((await bench.use("list_chats", {})).data["chats"]).toEqual([]);
  });

  it("[C11] check everything and send nothing in a dry run", async () => {
    bench = createToolBench({ dryRun: true });
    const chat = { chat_id: bench.chatId };
    expect(await bench.use("send_text", { ...chat, text: "x" })).toMatchObject({ data: { dry_run: true } });
    await bench.use("send_image", { ...chat, data_base64: PIXEL });
    await bench.use("send_card", { ...chat, markdown: "x" });
    await bench.use("update_card", { message_id: "om_1", markdown: "x" });
    const { data } = await bench.use("stream_card_open", chat);
    const stream_id = data["stream_id"];
    const appended = await bench.use("stream_card_append", { stream_id, text: "four", offset: 0 });
    expect(appended.data).toMatchObject({ next_offset: 4, visible: 0 });
    expect((await bench.use("stream_card_close", { stream_id })).data).toMatchObject({ total: 4, dry_run: true });
    await failure(bench.use("send_text", { chat_id: "team", text: "x" }));
    expect(bench.emulator.timeline.entries()).toEqual([]);
  });

  it.each([
    ["send_text", { text: "x" }, "invalid-target"],
    ["send_text", { chat_id: "oc_1", open_id: "ou_1", text: "x" }, "invalid-target"],
    ["send_text", { chat_id: "Team", text: "x" }, "invalid-target"],
    ["send_text", { open_id: "Ming", text: "x" }, "invalid-target"],
    ["send_card", { chat_id: "oc_1" }, "invalid-card"],
    ["send_card", { chat_id: "oc_1", markdown: "x", card: {} }, "invalid-card"],
    ["send_image", { chat_id: "oc_1" }, "invalid-image"],
    ["send_image", { chat_id: "oc_1", path: "/etc/passwd" }, "invalid-image"],
    ["send_image", { chat_id: "oc_1", data_base64: "not base64!" }, "invalid-image"],
    ["update_card", { message_id: "om_placeholder", markdown: "x" }, "invalid-input"],
    ["stream_card_open", {}, "invalid-target"],
  ])("[C11] %s %j fails as %s with what to do next, and calls nobody", async (name, input, code) => {
    bench = createToolBench();
    const error = await failure(bench.use(name, input));
    expect(error.code).toBe(code);
    expect(error.next).toMatch(/\w.*\.$/u);
    expect(bench.emulator.timeline.entries()).toEqual([]);
  });

  it("[A8][C11] name the missing scope and the page that grants it", async () => {
    bench = createToolBench({}, { emulator: { apps: [{ name: "narrow", scopes: ["cardkit:card:write"] }] } });
    const error = await failure(bench.use("send_text", { chat_id: bench.chatId, text: "x" }));
    expect(error.code).toBe("missing-scope");
    expect(error.next).toContain("im:message:send_as_bot");
    expect(error.next).toMatch(/https?:\/\/\S+\/auth\?q=/u);
  });

  it("[C11] send once, whatever is lost on the way", async () => {
    bench = createToolBench();
    bench.emulator.faults.add({ operation: "message.create", effect: { type: "lost" }, count: 1 });
    bench.emulator.faults.add({
      operation: "message.create",
      effect: { type: "http", status: 503 },
      skip: 1,
      count: 1,
    });
    await bench.use("send_text", { chat_id: bench.chatId, text: "once" });
    expect(bench.emulator.visibleTexts(bench.chatId).map(({ text }) => text)).toEqual(["once"]);
  });

  it("[C11] tell what is not known, and what is certainly not done", async () => {
    bench = createToolBench();
    const fault = bench.emulator.faults.add({ operation: "message.create", effect: { type: "lost" } });
    expect((await failure(bench.use("send_text", { chat_id: bench.chatId, text: "x" }))).code).toBe("unknown-fate");
    bench.emulator.faults.remove(fault);
    bench.emulator.faults.add({ operation: "message.create", effect: { type: "code", code: 99991400 } });
    const limited = await failure(bench.use("send_text", { chat_id: bench.chatId, text: "x" }));
    expect(limited).toMatchObject({ code: "rate-limited", next: expect.stringContaining("Wait") });
    const gone = await failure(bench.use("send_text", { chat_id: "oc_nosuchchat", text: "x" }));
    expect(`${gone.message} ${gone.next}`).not.toContain("undefined");
  });
});
