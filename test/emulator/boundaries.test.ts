import { describe, expect, it } from "vitest";
import type { EmulatorOptions } from "../../src/emulator/index.ts";
import { Caller, cardOf, markdown, streamingCard } from "./caller.ts";
import type { Answer } from "./caller.ts";

/** Each row is made twice: at the limit, where it must pass, and one beyond it. */
type Row = readonly [name: string, limit: number, make: (caller: Caller, n: number) => Promise<Answer>, beyond: number];

const ROOMY = { cardBytes: 1e9 };
/** JSON of exactly `n` characters: blanks around a value change its length and nothing else. */
const padded = (value: unknown, n: number): string => JSON.stringify(value).padEnd(n, " ");
const hr = { tag: "hr" };
const create = (caller: Caller, json: unknown): Promise<Answer> =>
  caller.call("POST", "/cardkit/v1/cards", { type: "card_json", data: JSON.stringify(json) });
const write = async (
  caller: Caller,
  method: string,
  path: string,
  body: Record<string, unknown>,
  card: unknown = streamingCard("x"),
): Promise<Answer> =>
  caller.call(method, `/cardkit/v1/cards/${await caller.card(card)}${path}`, { sequence: 1, ...body });
/** A card whose compact JSON has exactly `bytes` bytes. */
function cardOfBytes(bytes: number): Record<string, unknown> {
  const empty = Buffer.byteLength(JSON.stringify(cardOf(markdown(""))));
  return cardOf(markdown("a".repeat(bytes - empty)));
}
function panels(levels: number): unknown {
  let inside: unknown = markdown("x");
  for (let i = 0; i < levels; i++)
    inside = { tag: "collapsible_panel", header: { title: { tag: "plain_text", content: "t" } }, elements: [inside] };
  return inside;
}
const TABLE = "| a |\n|---|\n| 1 |\n\n";

async function check(row: Row, options: EmulatorOptions): Promise<void> {
  const [, limit, make, code] = row;
  const at = await make(new Caller(options), limit);
  expect([limit, at.code, at.msg]).toEqual([limit, 0, expect.any(String)]);
  const over = await make(new Caller(options), limit + 1);
  expect([limit + 1, over.code]).toEqual([limit + 1, code]);
}

describe("sizes of fields", () => {
  const rows: Row[] = [
    [
      "content of a streamed text",
      100_000,
      (c, n) => write(c, "PUT", "/elements/md/content", { content: "a".repeat(n) }),
      99992402,
    ],
    [
      "data on create",
      3_000_000,
      (c, n) => c.call("POST", "/cardkit/v1/cards", { type: "card_json", data: padded(cardOf(), n) }),
      99992402,
    ],
    [
      "data on full update",
      1_000_000,
      (c, n) => write(c, "PUT", "", { card: { type: "card_json", data: padded(cardOf(), n) } }),
      99992402,
    ],
    ["settings", 100_000, (c, n) => write(c, "PATCH", "/settings", { settings: padded({ config: {} }, n) }), 99992402],
    [
      "actions",
      1_000_000,
      (c, n) =>
        write(c, "POST", "/batch_update", {
          actions: padded([{ action: "add_elements", params: { type: "append", elements: [hr] } }], n),
        }),
      99992402,
    ],
    [
      "elements",
      1_000_000,
      (c, n) => write(c, "POST", "/elements", { type: "append", elements: padded([hr], n) }),
      99992402,
    ],
    ["element", 1_000_000, (c, n) => write(c, "PUT", "/elements/md", { element: padded(markdown("y"), n) }), 99992402],
    [
      "partial_element",
      1_000_000,
      (c, n) => write(c, "PATCH", "/elements/md", { partial_element: padded({ content: "y" }, n) }),
      99992402,
    ],
    [
      "uuid on CardKit",
      64,
      (c, n) => write(c, "PUT", "/elements/md/content", { content: "xy", uuid: "u".repeat(n) }),
      99992402,
    ],
    ["uuid on messages", 50, (c, n) => c.send("text", { text: "x" }, { uuid: "u".repeat(n) }), 99992402],
    [
      "sequence",
      2_147_483_647,
      (c, n) => write(c, "PUT", "/elements/md/content", { content: "xy", sequence: n }),
      99992402,
    ],
    ["element_id", 20, (c, n) => create(c, cardOf(markdown("x", "a".repeat(n)))), 300301],
    [
      "page_size of messages",
      50,
      (c, n) =>
        c.call(
          "GET",
          `/im/v1/messages?container_id_type=chat&container_id=${c.emulator.directChatId()}&page_size=${n}`,
        ),
      99992402,
    ],
    [
      "page_size of reactions",
      50,
      (c, n) =>
        c.call("GET", `/im/v1/messages/${c.emulator.sendAsUser({ text: "x" }).messageId}/reactions?page_size=${n}`),
      99992402,
    ],
  ];
  it.each(rows)("[D10] %s: %i passes, one more is refused", (...row) => check(row, { world: ROOMY }));

  it("takes no empty uuid, and no card_id of 21 characters", async () => {
    const caller = new Caller();
    const body = { content: "x", sequence: 1 };
    expect((await write(caller, "PUT", "/elements/md/content", { ...body, uuid: "" })).code).toBe(99992402);
    for (const [length, code] of [
      [20, 200740],
      [21, 99992402],
    ] as const)
      expect((await caller.content("7".repeat(length), "x", 1)).code).toBe(code);
  });
});

describe("sizes of cards and messages", () => {
  const text = (c: Caller, n: number): Promise<Answer> => {
    const body = (length: number): string =>
      JSON.stringify({
        receive_id: c.emulator.directChatId(),
        msg_type: "text",
        content: JSON.stringify({ text: "a".repeat(length) }),
      });
    return c.call("POST", "/im/v1/messages?receive_id_type=chat_id", body(n - body(0).length));
  };
  const edit = async (c: Caller, n: number): Promise<Answer> => {
    const { data } = await c.send("text", { text: "x" });
    const body = (length: number): string =>
      JSON.stringify({ msg_type: "text", content: JSON.stringify({ text: "a".repeat(length) }) });
    return c.call("PUT", `/im/v1/messages/${String(data["message_id"])}`, body(n - body(0).length));
  };
  const post = (c: Caller, n: number): Promise<Answer> => {
    const content = (length: number): unknown => ({
      zh_cn: { title: "", content: [[{ tag: "text", text: "a".repeat(length) }]] },
    });
    return c.send("post", content(n - JSON.stringify(content(0)).length));
  };
  // One text takes 100,000 characters; the rest of the bytes stands beside it.
  const beside = {
    ...streamingCard(""),
    body: { elements: [markdown("b".repeat(60_000)), markdown("", "md")] },
  };
  const rows: Row[] = [
    ["bytes of a card entity", 153_600, (c, n) => create(c, cardOfBytes(n)), 200860],
    [
      "bytes of a card on full update",
      153_600,
      (c, n) => write(c, "PUT", "", { card: { type: "card_json", data: JSON.stringify(cardOfBytes(n)) } }),
      200860,
    ],
    ["bytes of a card message", 153_600, (c, n) => c.send("interactive", cardOfBytes(n)), 230025],
    [
      "bytes of a patched card",
      153_600,
      async (c, n) =>
        c.call("PATCH", `/im/v1/messages/${String((await c.send("interactive", cardOf())).data["message_id"])}`, {
          content: JSON.stringify(cardOfBytes(n)),
        }),
      230025,
    ],
    [
      "bytes of a card whose text grows",
      153_600,
      (c, n) =>
        write(
          c,
          "PUT",
          "/elements/md/content",
          { content: "a".repeat(n - Buffer.byteLength(JSON.stringify(beside))) },
          beside,
        ),
      200860,
    ],
    ["bytes of a text message's request", 153_600, text, 230025],
    ["bytes of an edit's request", 153_600, edit, 230025],
    ["bytes of a post", 30_720, post, 230025],
    ["components", 200, (c, n) => create(c, cardOf(...Array.from({ length: n }, () => hr))), 300305],
    [
      "table components",
      5,
      (c, n) => create(c, cardOf(...Array.from({ length: n }, () => ({ tag: "table", columns: [{ name: "a" }] })))),
      230099,
    ],
    [
      "columns of a table",
      50,
      (c, n) => create(c, cardOf({ tag: "table", columns: Array.from({ length: n }, (_, i) => ({ name: `c${i}` })) })),
      200220,
    ],
    [
      "page_size of a table",
      10,
      (c, n) => create(c, cardOf({ tag: "table", columns: [{ name: "a" }], page_size: n })),
      200220,
    ],
    ["containers in containers", 5, (c, n) => create(c, cardOf(panels(n))), 200220],
  ];
  it.each(rows)("[D10] %s: %i passes, one more is refused", (...row) => check(row, {}));

  it.each([3, 5])("[D10] %i tables in a card, in one Markdown element or in several", async (most) => {
    const world = { cardTables: most };
    await check(["tables", most, (c, n) => create(c, cardOf(markdown(TABLE.repeat(n)))), 230099], { world });
    const apart = (n: number): unknown[] => Array.from({ length: n }, () => markdown(TABLE));
    await check(["tables", most, (c, n) => create(c, cardOf(...apart(n))), 230099], { world });
  });

  it("[D10] a button is 100 pixels wide or more", async () => {
    const button = (width: unknown): Promise<Answer> => create(new Caller(), cardOf({ tag: "button", width }));
    for (const width of ["default", "fill", "100px"]) expect((await button(width)).code).toBe(0);
    for (const width of ["99px", "wide", "px", 100]) expect((await button(width)).code).toBe(200220);
  });
});
