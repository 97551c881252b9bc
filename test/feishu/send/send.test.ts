import { describe, expect, it } from "vitest";
import {
  addCardElementsFeishu,
  addReactionFeishu,
  batchUpdateCardFeishu,
  convertMessageIdToCardIdFeishu,
  createCardEntityFeishu,
  deleteCardElementFeishu,
  deleteReactionFeishu,
  downloadResourceFeishu,
  editMessageFeishu,
  getBotInfoFeishu,
  getMessageFeishu,
  listChatsFeishu,
  listMessagesFeishu,
  patchCardElementFeishu,
  patchCardMessageFeishu,
  recallMessageFeishu,
  replaceCardElementFeishu,
  sendAudioFeishu,
  sendCardEntityFeishu,
  sendCardFeishu,
  sendFileFeishu,
  sendImageFeishu,
  sendMediaFeishu,
  sendPostFeishu,
  sendStreamingCardFeishu,
  sendTextFeishu,
  setCardStreamingModeFeishu,
  streamUpdateCardElementFeishu,
  updateCardEntityFeishu,
  updateCardSettingsFeishu,
  uploadFileFeishu,
  uploadImageFeishu,
} from "../../../extensions/feishu/send.ts";
import type { FeishuClient } from "../../../extensions/feishu/client/index.ts";
import { recordedClient } from "../recording-fetch.ts";

const card = { schema: "2.0", body: { elements: [{ tag: "markdown", element_id: "answer", content: "hi" }] } };
const sent = { message_id: "om_abc123", chat_id: "oc_1", create_time: "1700000000000" };
const to = { type: "chat", chatId: "oc_1" } as const;
const write = { cardId: "7355372766134157313", sequence: 3, uuid: "u-3" };
const path = `/open-apis/cardkit/v1/cards/${write.cardId}`;

/** Runs one function and gives its only request and its result. */
async function ask<T>(run: (client: FeishuClient) => Promise<T>, data: unknown = {}) {
  const { client, feishu } = recordedClient();
  feishu.answer = () => ({ json: { code: 0, msg: "success", data } });
  const result = await run(client);
  expect(feishu.requests).toHaveLength(1);
  const [request] = feishu.requests;
  if (request === undefined) throw new Error("no request");
  expect(request.headers["Authorization"]).toBe("Bearer t-1");
  return { result, request, line: `${request.method} ${request.path}`, body: request.body };
}

describe("card entities", () => {
  it("[B1] creates a card entity from stringified card JSON", async () => {
    const { line, body, result } = await ask((client) => createCardEntityFeishu(client, { card }), { card_id: "7355" });
    expect(line).toBe("POST /open-apis/cardkit/v1/cards");
    expect(body).toEqual({ type: "card_json", data: JSON.stringify(card) });
    expect(result).toEqual({ cardId: "7355" });
  });

  it("[B2] sends it by card_id", async () => {
    const { line, request, result } = await ask(
      (client) => sendCardEntityFeishu(client, { to, cardId: "7355", uuid: "u1" }),
      sent,
    );
    expect(line).toBe("POST /open-apis/im/v1/messages");
    expect(request.query.get("receive_id_type")).toBe("chat_id");
    expect(request.body).toEqual({
      receive_id: "oc_1",
      msg_type: "interactive",
      content: '{"type":"card","data":{"card_id":"7355"}}',
      uuid: "u1",
    });
    expect(result).toEqual({ messageId: "om_abc123", chatId: "oc_1", createTime: 1_700_000_000_000 });
  });

  it("[A3][B3] streams the full text of an element with sequence and uuid", async () => {
    const { line, body } = await ask((client) =>
      streamUpdateCardElementFeishu(client, { ...write, elementId: "answer", content: "so far" }),
    );
    expect(line).toBe(`PUT ${path}/elements/answer/content`);
    expect(body).toEqual({ content: "so far", sequence: 3, uuid: "u-3" });
  });

  it.each([
    [true, undefined, '{"config":{"streaming_mode":true}}'],
    [false, "done", '{"config":{"streaming_mode":false,"summary":{"content":"done"}}}'],
  ])("[B4] sets streaming mode %s with the settings wrapped in config", async (streaming, summary, settings) => {
    const { line, body } = await ask((client) => setCardStreamingModeFeishu(client, { ...write, streaming, summary }));
    expect(line).toBe(`PATCH ${path}/settings`);
    expect(body).toEqual({ settings, sequence: 3, uuid: "u-3" });
  });

  it("[B4] takes any other settings too", async () => {
    const { body } = await ask((client) =>
      updateCardSettingsFeishu(client, {
        ...write,
        uuid: undefined,
        settings: { card_link: { url: "https://a.example" } },
      }),
    );
    expect(body).toEqual({ settings: '{"card_link":{"url":"https://a.example"}}', sequence: 3 });
  });

  it("[B5] replaces the whole card", async () => {
    const { line, body } = await ask((client) => updateCardEntityFeishu(client, { ...write, card }));
    expect(line).toBe(`PUT ${path}`);
    expect(body).toEqual({ card: { type: "card_json", data: JSON.stringify(card) }, sequence: 3, uuid: "u-3" });
  });

  it("batches actions as one string", async () => {
    const actions = [{ action: "delete_elements", params: { element_ids: ["a"] } }] as const;
    const { line, body } = await ask((client) => batchUpdateCardFeishu(client, { ...write, actions }));
    expect(line).toBe(`POST ${path}/batch_update`);
    expect(body).toEqual({ actions: JSON.stringify(actions), sequence: 3, uuid: "u-3" });
  });

  it("adds, replaces, patches and deletes elements", async () => {
    const element = { tag: "hr", element_id: "line" };
    const added = await ask((client) =>
      addCardElementsFeishu(client, { ...write, type: "insert_after", targetElementId: "answer", elements: [element] }),
    );
    expect(added.line).toBe(`POST ${path}/elements`);
    expect(added.body).toEqual({
      type: "insert_after",
      target_element_id: "answer",
      elements: JSON.stringify([element]),
      sequence: 3,
      uuid: "u-3",
    });
    const replaced = await ask((client) => replaceCardElementFeishu(client, { ...write, elementId: "line", element }));
    expect(replaced.line).toBe(`PUT ${path}/elements/line`);
    expect(replaced.body).toEqual({ element: JSON.stringify(element), sequence: 3, uuid: "u-3" });
    const patched = await ask((client) =>
      patchCardElementFeishu(client, { ...write, elementId: "line", partialElement: { margin: "0" } }),
    );
    expect(patched.line).toBe(`PATCH ${path}/elements/line`);
    expect(patched.body).toEqual({ partial_element: '{"margin":"0"}', sequence: 3, uuid: "u-3" });
    const deleted = await ask((client) => deleteCardElementFeishu(client, { ...write, elementId: "line" }));
    expect(deleted.line).toBe(`DELETE ${path}/elements/line`);
    expect(deleted.body).toEqual({ sequence: 3, uuid: "u-3" });
  });

  it("[A2] converts a message id to a card id", async () => {
    const { line, body, result } = await ask(
      (client) => convertMessageIdToCardIdFeishu(client, { messageId: "om_abc123" }),
      { card_id: "7355" },
    );
    expect(line).toBe("POST /open-apis/cardkit/v1/cards/id_convert");
    expect(body).toEqual({ message_id: "om_abc123" });
    expect(result).toEqual({ cardId: "7355" });
  });

  it("reports a good answer without the id it should have as unusable", async () => {
    const { client } = recordedClient();
    await expect(createCardEntityFeishu(client, { card })).rejects.toMatchObject({
      name: "FeishuTransportError",
      code: "bad-body",
      maybeApplied: true,
    });
  });
});

describe("messages", () => {
  it.each([
    [{ type: "user", openId: "ou_1" }, "open_id", "ou_1"],
    [{ type: "user", openId: "on_1", idType: "union_id" }, "union_id", "on_1"],
    [{ type: "user", openId: "a@b.example", idType: "email" }, "email", "a@b.example"],
    [{ type: "chat", chatId: "oc_1" }, "chat_id", "oc_1"],
  ] as const)("[A1] sends a streaming card to %o", async (to, idType, id) => {
    const { line, request } = await ask(
      (client) => sendStreamingCardFeishu(client, { to, elementId: "answer", text: "…" }),
      sent,
    );
    expect(line).toBe("POST /open-apis/im/v1/messages");
    expect(request.query.get("receive_id_type")).toBe(idType);
    const body = request.body as { receive_id: string; msg_type: string; content: string };
    expect(body.receive_id).toBe(id);
    expect(body.msg_type).toBe("interactive");
    expect(JSON.parse(body.content)).toEqual({
      schema: "2.0",
      config: { streaming_mode: true, update_multi: true },
      body: { elements: [{ tag: "markdown", element_id: "answer", content: "…" }] },
    });
  });

  it("[A1] sends a streaming card as a reply and into a topic", async () => {
    const reply = await ask(
      (client) =>
        sendStreamingCardFeishu(client, { to: { type: "reply", messageId: "om_q1" }, elementId: "answer", text: "…" }),
      sent,
    );
    expect(reply.line).toBe("POST /open-apis/im/v1/messages/om_q1/reply");
    expect(reply.body).not.toHaveProperty("reply_in_thread");
    const topic = await ask(
      (client) =>
        sendStreamingCardFeishu(client, {
          to: { type: "reply", messageId: "om_q1", inThread: true },
          elementId: "answer",
          text: "…",
        }),
      {
        ...sent,
        thread_id: "omt_1",
        root_id: "om_q1",
      },
    );
    expect(topic.body).toMatchObject({ reply_in_thread: true });
    expect(topic.result).toMatchObject({ threadId: "omt_1", rootId: "om_q1" });
  });

  it("[A1] takes a ready card, if it streams and names an element", async () => {
    const ready = { ...card, config: { streaming_mode: true } };
    const { body } = await ask((client) => sendStreamingCardFeishu(client, { to, card: ready }), sent);
    expect(body).toMatchObject({ content: JSON.stringify(ready) });
    const { client, feishu } = recordedClient();
    await expect(sendStreamingCardFeishu(client, { to, card })).rejects.toThrow("config.streaming_mode true");
    await expect(sendStreamingCardFeishu(client, { to, card: { ...ready, schema: "1.0" } })).rejects.toThrow(
      'schema "2.0"',
    );
    await expect(
      sendStreamingCardFeishu(client, { to, card: { ...ready, body: { elements: [{ tag: "hr" }] } } }),
    ).rejects.toThrow("element_id");
    expect(feishu.all).toHaveLength(0);
  });

  it("sends text, post, card, image, file, audio and video", async () => {
    const contents = [
      await ask((client) => sendTextFeishu(client, { to, text: "hi" }), sent),
      await ask((client) => sendPostFeishu(client, { to, markdown: "**hi**", title: "T" }), sent),
      await ask((client) => sendCardFeishu(client, { to, card }), sent),
      await ask((client) => sendImageFeishu(client, { to, imageKey: "img_v2_1" }), sent),
      await ask((client) => sendFileFeishu(client, { to, fileKey: "file_v2_1" }), sent),
      await ask((client) => sendAudioFeishu(client, { to, fileKey: "file_v2_1" }), sent),
      await ask((client) => sendMediaFeishu(client, { to, fileKey: "file_v2_1", coverImageKey: "img_v2_1" }), sent),
    ].map(({ body }) => {
      const { msg_type, content } = body as { msg_type: string; content: string };
      return [msg_type, JSON.parse(content)];
    });
    expect(contents).toEqual([
      ["text", { text: "hi" }],
      ["post", { zh_cn: { title: "T", content: [[{ tag: "md", text: "**hi**" }]] } }],
      ["interactive", card],
      ["image", { image_key: "img_v2_1" }],
      ["file", { file_key: "file_v2_1" }],
      ["audio", { file_key: "file_v2_1" }],
      ["media", { file_key: "file_v2_1", image_key: "img_v2_1" }],
    ]);
  });

  it("patches, edits and recalls messages", async () => {
    const patched = await ask((client) => patchCardMessageFeishu(client, { messageId: "om_1a", card }));
    expect([patched.line, patched.body]).toEqual([
      "PATCH /open-apis/im/v1/messages/om_1a",
      { content: JSON.stringify(card) },
    ]);
    const edited = await ask((client) => editMessageFeishu(client, { messageId: "om_1a", text: "new" }), sent);
    expect([edited.line, edited.body]).toEqual([
      "PUT /open-apis/im/v1/messages/om_1a",
      { msg_type: "text", content: '{"text":"new"}' },
    ]);
    const post = await ask((client) => editMessageFeishu(client, { messageId: "om_1a", markdown: "new" }), sent);
    expect(post.body).toMatchObject({ msg_type: "post" });
    const recalled = await ask((client) => recallMessageFeishu(client, { messageId: "om_1a" }));
    expect([recalled.line, recalled.body]).toEqual(["DELETE /open-apis/im/v1/messages/om_1a", undefined]);
  });

  it("reads one message and lists a chat or topic", async () => {
    const item = {
      message_id: "om_1a",
      chat_id: "oc_1",
      msg_type: "text",
      create_time: "5",
      update_time: "6",
      body: { content: "{}" },
      sender: { id: "ou_1", id_type: "open_id", sender_type: "user" },
    };
    const got = await ask((client) => getMessageFeishu(client, { messageId: "om_1a", fullCard: true }), {
      items: [item, { ...item, message_id: "om_2", upper_message_id: "om_1a" }],
    });
    expect(got.line).toBe("GET /open-apis/im/v1/messages/om_1a");
    expect(got.request.query.get("card_msg_content_type")).toBe("user_card_content");
    expect(got.result.message).toMatchObject({
      messageId: "om_1a",
      createTime: 5,
      updateTime: 6,
      sender: { id: "ou_1", senderType: "user" },
    });
    expect(got.result.children).toMatchObject([{ messageId: "om_2", upperMessageId: "om_1a" }]);
    const listed = await ask(
      (client) =>
        listMessagesFeishu(client, { threadId: "omt_1", startTime: 1_500, endTime: 2_500, pageSize: 5, sort: "desc" }),
      { items: [item], has_more: true, page_token: "p" },
    );
    expect(Object.fromEntries(listed.request.query)).toEqual({
      container_id_type: "thread",
      container_id: "omt_1",
      start_time: "1",
      end_time: "3",
      sort_type: "ByCreateTimeDesc",
      page_size: "5",
    });
    expect(listed.result).toMatchObject({ hasMore: true, pageToken: "p", items: [{ messageId: "om_1a" }] });
  });

  it("adds and deletes reactions, lists chats, knows the bot", async () => {
    const added = await ask((client) => addReactionFeishu(client, { messageId: "om_1a", emojiType: "Typing" }), {
      reaction_id: "r/1",
    });
    expect([added.line, added.body, added.result]).toEqual([
      "POST /open-apis/im/v1/messages/om_1a/reactions",
      { reaction_type: { emoji_type: "Typing" } },
      { reactionId: "r/1" },
    ]);
    const deleted = await ask((client) => deleteReactionFeishu(client, { messageId: "om_1a", reactionId: "r/1" }));
    expect(deleted.line).toBe("DELETE /open-apis/im/v1/messages/om_1a/reactions/r%2F1");
    const chats = await ask((client) => listChatsFeishu(client), {
      items: [{ chat_id: "oc_1", name: "Team" }],
      has_more: false,
      page_token: "",
    });
    expect(chats.result).toEqual({
      items: [{ chatId: "oc_1", name: "Team", description: "", external: false }],
      hasMore: false,
      pageToken: undefined,
    });
    const { client, feishu } = recordedClient();
    feishu.answer = () => ({
      json: { code: 0, msg: "ok", bot: { open_id: "ou_bot", app_name: "Bot", activate_status: 2 } },
    });
    expect(await getBotInfoFeishu(client)).toMatchObject({ openId: "ou_bot", name: "Bot" });
    expect(feishu.requests[0]?.path).toBe("/open-apis/bot/v3/info");
  });
});

describe("media", () => {
  it("[A11] uploads images and files as multipart", async () => {
    const image = await ask((client) => uploadImageFeishu(client, { data: new Uint8Array([1, 2, 255]) }), {
      image_key: "img_1",
    });
    expect(image.line).toBe("POST /open-apis/im/v1/images");
    expect(image.result).toEqual({ imageKey: "img_1" });
    const boundary = /boundary=(\S+)/u.exec(image.request.headers["Content-Type"] ?? "")?.[1];
    const form = await new Response(image.request.bytes as Uint8Array<ArrayBuffer>, {
      headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
    }).formData();
    expect(form.get("image_type")).toBe("message");
    expect(new Uint8Array(await (form.get("image") as File).arrayBuffer())).toEqual(new Uint8Array([1, 2, 255]));

    const file = await ask(
      (client) => uploadFileFeishu(client, { data: Buffer.from("x"), fileName: 'a"b.docx', durationMs: 1_500.4 }),
      { file_key: "f_1" },
    );
    const type = file.request.headers["Content-Type"] ?? "";
    const fields = await new Response(file.request.bytes as Uint8Array<ArrayBuffer>, {
      headers: { "content-type": type },
    }).formData();
    expect([fields.get("file_type"), fields.get("file_name"), fields.get("duration")]).toEqual([
      "doc",
      'a"b.docx',
      "1500",
    ]);
  });

  it("refuses empty and oversized uploads before sending", async () => {
    const { client, feishu } = recordedClient();
    await expect(uploadImageFeishu(client, { data: new Uint8Array() })).rejects.toMatchObject({ code: "empty" });
    await expect(uploadImageFeishu(client, { data: new Uint8Array(10_485_761) })).rejects.toMatchObject({
      code: "too-long",
      kind: "too-large",
    });
    expect(feishu.all).toHaveLength(0);
  });

  it("[E7] downloads what Feishu cannot hand out as a file as media, and says the first failure when it cannot either", async () => {
    for (const works of [true, false]) {
      const { client, feishu } = recordedClient();
      feishu.answer = ({ query }) =>
        works && query.get("type") === "media" ? { text: "VOICE" } : { status: 502, text: "<html>bad gateway</html>" };
      const got = downloadResourceFeishu(client, { messageId: "om_1a", fileKey: "f", type: "file" });
      if (works) expect(Buffer.from((await got).data).toString()).toBe("VOICE");
      else await expect(got).rejects.toThrow(/im\.messageResource\.get/u);
      expect(feishu.requests.map(({ query }) => query.get("type")).filter((type) => type === "media")).not.toEqual([]);
    }
  });

  it("[A11] downloads a resource with its type and name; a JSON error is an error at HTTP 200 too", async () => {
    const { client, feishu } = recordedClient();
    feishu.answer = () => ({
      text: "bytes",
      headers: {
        "content-type": "image/png",
        "content-disposition": "attachment; filename=x; filename*=UTF-8''%E5%9B%BE.png",
      },
    });
    const resource = await downloadResourceFeishu(client, { messageId: "om_1a", fileKey: "img_1", type: "image" });
    expect(feishu.requests[0]?.path).toBe("/open-apis/im/v1/messages/om_1a/resources/img_1");
    expect([Buffer.from(resource.data).toString(), resource.contentType, resource.fileName]).toEqual([
      "bytes",
      "image/png",
      "图.png",
    ]);
    feishu.answer = () => ({ json: { code: 234003, msg: "File not in msg." } });
    await expect(
      downloadResourceFeishu(client, { messageId: "om_1a", fileKey: "img_1", type: "image" }),
    ).rejects.toMatchObject({ kind: "not-found", apiCode: 234003 });
    feishu.answer = () => ({
      text: '{"code":7}',
      headers: { "content-type": "application/json", "content-disposition": "attachment" },
    });
    expect(
      Buffer.from(
        (await downloadResourceFeishu(client, { messageId: "om_1a", fileKey: "f", type: "file" })).data,
      ).toString(),
    ).toBe('{"code":7}');
  });
});

describe("[E10] words of a model or a person, in what is no card", () => {
  const words = '<at user_id="all">x</at> [y](javascript:z) a\u202eb';

  it.each([
    ["a text", (client: FeishuClient) => sendTextFeishu(client, { to, text: words, uuid: "u" })],
    ["a rich text", (client: FeishuClient) => sendPostFeishu(client, { to, markdown: words, title: words, uuid: "u" })],
    ["an edited text", (client: FeishuClient) => editMessageFeishu(client, { messageId: "om_abc123", text: words })],
    [
      "an edited rich text",
      (client: FeishuClient) => editMessageFeishu(client, { messageId: "om_abc123", markdown: words }),
    ],
  ] as const)("mention nobody, lead to the web only and are not turned around: %s", async (_, send) => {
    const { body } = await ask<unknown>(send, sent);
    const { content } = body as { content: string };
    expect(content).not.toMatch(/<at\b|\]\(javascript|\u202e/u);
    expect(content).toContain("javascript:z");
  });

  it("mention whom the caller names", async () => {
    const { body } = await ask(
      (client) => sendTextFeishu(client, { to, text: words, uuid: "u", mentionable: new Set(["all"]) }),
      sent,
    );
    expect((body as { content: string }).content).toContain('<at user_id=\\"all\\">x</at>');
  });
});
