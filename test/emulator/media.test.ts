import { describe, expect, it } from "vitest";
import { Caller, cardOf, markdown, readAnswer } from "./caller.ts";

const PNG = Uint8Array.from(
  Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
  ),
);

/** Bytes that start like this; the rest is zeros up to `length`. */
function bytes(start: readonly number[] | Uint8Array, length = 64): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(Math.max(length, start.length));
  data.set(start);
  return data;
}

const letters = (text: string): number[] => Array.from(text, (one) => one.charCodeAt(0));
const little16 = (value: number): number[] => [value & 0xff, value >> 8];

/** The first bytes of a PNG that says it is this wide, padded to `length`. */
function png(pixels: number, length = 100): Uint8Array<ArrayBuffer> {
  const data = bytes(PNG.subarray(0, 24), length);
  new DataView(data.buffer).setUint32(16, pixels);
  return data;
}

/** The first bytes of images that are `pixels` wide, in each format that Feishu takes and that says so. */
const WIDE: Readonly<Record<string, (pixels: number) => Uint8Array<ArrayBuffer>>> = {
  png,
  gif: (pixels) => bytes([...letters("GIF89a"), ...little16(pixels), ...little16(1)]),
  jpeg: (pixels) => bytes([0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0, 1, pixels >> 8, pixels & 0xff]),
  bmp: (pixels) => bytes([...letters("BM"), ...Array<number>(16).fill(0), ...little16(pixels), 0, 0, 1, 0, 0, 0]),
  "lossy webp": (pixels) =>
    bytes([...letters("RIFF____WEBPVP8 "), ...Array<number>(10).fill(0), ...little16(pixels), ...little16(1)]),
  "lossless webp": (pixels) => bytes([...letters("RIFF____WEBPVP8L"), 0, 0, 0, 0, 0x2f, ...little16(pixels - 1), 0, 0]),
  "extended webp": (pixels) =>
    bytes([...letters("RIFF____WEBPVP8X"), ...Array<number>(8).fill(0), ...little16(pixels - 1)]),
  tiff: (pixels) =>
    bytes([...letters("II"), 42, 0, 8, 0, 0, 0, 1, 0, ...little16(256), 3, 0, 1, 0, 0, 0, ...little16(pixels)]),
  "big-endian tiff": (pixels) =>
    bytes([...letters("MM"), 0, 42, 0, 0, 0, 8, 0, 1, 1, 0, 0, 4, 0, 0, 0, 1, 0, 0, pixels >> 8, pixels & 0xff]),
};

async function upload(
  caller: Caller,
  kind: "image" | "file",
  data: Uint8Array<ArrayBuffer>,
  fields: Record<string, string>,
  token?: string,
): ReturnType<Caller["call"]> {
  const form = new FormData();
  for (const [key, value] of Object.entries(fields)) form.append(key, value);
  form.append(kind, new Blob([data]), "upload.bin");
  const init = { method: "POST", headers: { authorization: `Bearer ${token ?? (await caller.token())}` }, body: form };
  return readAnswer(await caller.emulator.fetch(`${caller.emulator.apiUrl}/open-apis/im/v1/${kind}s`, init));
}

describe("images and files", () => {
  it("[A11] uploads, sends and gives back the same bytes", async () => {
    const caller = new Caller();
    const key = String((await upload(caller, "image", PNG, { image_type: "message" })).data["image_key"]);
    expect(key).toMatch(/^img_v3_/u);
    const { data } = await caller.send("image", { image_key: key });
    const path = `${caller.emulator.apiUrl}/open-apis/im/v1/messages/${String(data["message_id"])}/resources/${key}?type=image`;
    const response = await caller.emulator.fetch(path, {
      headers: { authorization: `Bearer ${await caller.token()}` },
    });
    expect(response.headers.get("content-type")).toBe("image/png");
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(PNG);
    expect(
      await caller.card(cardOf({ tag: "img", img_key: key }, { tag: "markdown", content: `![x](${key})` })),
    ).toMatch(/^\d+$/u);
  });

  it.each([
    ["an empty image", "image", new Uint8Array(), { image_type: "message" }, 234010],
    ["text as an image", "image", Uint8Array.from(Buffer.from("hello")), { image_type: "message" }, 234011],
    ["an image of no known purpose", "image", PNG, { image_type: "poster" }, 234001],
    ["a file of no known type", "file", PNG, { file_type: "exe", file_name: "x" }, 234001],
    ["a file without a name", "file", PNG, { file_type: "stream" }, 234001],
    ["a time that is no number", "file", PNG, { file_type: "opus", file_name: "x", duration: "long" }, 234001],
  ] as const)("refuses %s", async (_, kind, data, fields, code) => {
    expect((await upload(new Caller(), kind, data, fields)).code).toBe(code);
  });

  it.each(Object.entries(WIDE))("[D10] measures %s: the limit passes, a pixel more does not", async (format, make) => {
    const limit = format === "gif" ? 2000 : 12_000;
    for (const [pixels, code] of [
      [limit, 0],
      [limit + 1, 234039],
    ] as const)
      expect((await upload(new Caller(), "image", make(pixels), { image_type: "message" })).code).toBe(code);
  });

  it("[D10] takes profile pictures up to 4,096 pixels, and the formats that do not say their size", async () => {
    const code = async (data: Uint8Array<ArrayBuffer>, type: string): Promise<number> =>
      (await upload(new Caller(), "image", data, { image_type: type })).code;
    expect([await code(png(4096), "avatar"), await code(png(4097), "avatar")]).toEqual([0, 234039]);
    expect(await code(bytes([0, 0, 1, 0]), "message")).toBe(0);
    expect(await code(bytes([0, 0, 0, 24, ...letters("ftypheic")]), "message")).toBe(0);
    expect(await code(bytes(letters("<svg xmlns")), "message")).toBe(234011);
  });

  it("[D10] takes 10 MB of image and 30 MB of file, and not a byte more", async () => {
    const file = { file_type: "stream", file_name: "x" };
    for (const [more, code] of [
      [0, 0],
      [1, 234006],
    ] as const) {
      const image = png(10, 10 * 1024 * 1024 + more);
      expect((await upload(new Caller(), "image", image, { image_type: "message" })).code).toBe(code);
      expect((await upload(new Caller(), "file", new Uint8Array(30 * 1024 * 1024 + more), file)).code).toBe(code);
    }
  });

  it("answers 401 without a living token", async () => {
    const caller = new Caller();
    await caller.token();
    caller.emulator.expireTokens();
    const answer = await upload(caller, "image", PNG, { image_type: "message" });
    expect([answer.http, answer.code]).toEqual([401, 234002]);
  });

  it("[D10] refuses another app's image in a card, wherever it is written", async () => {
    const caller = new Caller({
      apps: [
        { name: "one", appId: "cli_0000000000000001", appSecret: "a" },
        { name: "two", appId: "cli_0000000000000002", appSecret: "b" },
      ],
    });
    const other = await caller.freshToken("cli_0000000000000002", "b");
    const key = String((await upload(caller, "image", PNG, { image_type: "message" }, other)).data["image_key"]);
    const card = cardOf({ tag: "img", img_key: key });
    expect((await caller.send("interactive", card)).msg).toBe(
      "Failed to create card content, ext=ErrCode: 200570; ErrPath: ROOT -> body -> elements -> [0](tag: img); " +
        `ErrMsg: card contains invalid image keys; ErrorValue: image key ${key}; `,
    );
    const body = { type: "card_json", data: JSON.stringify(card) };
    expect((await caller.call("POST", "/cardkit/v1/cards", body)).msg).toContain("ErrCode: 200570");
    expect((await caller.call("POST", "/cardkit/v1/cards", body, other)).code).toBe(0);
    const cardId = await caller.card();
    expect((await caller.content(cardId, `![x](${key})`, 1)).msg).toContain("ErrCode: 200570");
    const put = { element: JSON.stringify(markdown(`![x](${key})`)), sequence: 2 };
    expect((await caller.call("PUT", `/cardkit/v1/cards/${cardId}/elements/md`, put)).msg).toContain("200570");
    expect((await caller.send("image", { image_key: key })).code).toBe(230017);
    const own = caller.emulator.uploadAsUser({ kind: "image", name: "x.png", data: PNG }).key;
    expect((await caller.content(cardId, `![x](${own})`, 3)).code).toBe(0);
  });

  it("refuses another type of file than the message needs, another app's file, and files that are not in the message", async () => {
    const caller = new Caller({
      apps: [
        { name: "one", appId: "cli_0000000000000001", appSecret: "a" },
        { name: "two", appId: "cli_0000000000000002", appSecret: "b" },
      ],
    });
    const pdf = String((await upload(caller, "file", PNG, { file_type: "pdf", file_name: "x.pdf" })).data["file_key"]);
    expect((await caller.send("audio", { file_key: pdf })).code).toBe(230055);
    const sent = await caller.send("file", { file_key: pdf });
    const resource = `/im/v1/messages/${String(sent.data["message_id"])}/resources`;
    expect((await caller.call("GET", `${resource}/other?type=file`)).code).toBe(234003);
    expect((await caller.call("GET", `${resource}/${pdf}?type=image`)).code).toBe(234003);
    const card = await caller.send("interactive", cardOf());
    expect(
      (await caller.call("GET", `/im/v1/messages/${String(card.data["message_id"])}/resources/x?type=file`)).code,
    ).toBe(234043);
    const group = caller.emulator.store.chats.all().find((chat) => chat.type === "group")?.chatId;
    const body = { receive_id: group, msg_type: "file", content: JSON.stringify({ file_key: pdf }) };
    const other = await caller.freshToken("cli_0000000000000002", "b");
    expect((await caller.call("POST", "/im/v1/messages?receive_id_type=chat_id", body, other)).code).toBe(230017);
  });
});
