import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Caller, markdown } from "../caller.ts";
import { fuzz } from "./fuzz-runs.ts";

const plain = (content: string): unknown => ({ tag: "plain_text", content });

/** A card with something of everything. */
const CARD = {
  schema: "2.0",
  config: {
    streaming_mode: true,
    update_multi: true,
    summary: { content: "s" },
    streaming_config: { print_frequency_ms: { default: 70 }, print_step: { default: 1 }, print_strategy: "fast" },
  },
  card_link: { url: "https://example.com" },
  header: {
    title: plain("t"),
    subtitle: plain("s"),
    template: "blue",
    icon: { tag: "standard_icon", token: "x" },
    text_tag_list: [{ tag: "text_tag", text: plain("x"), color: "red", element_id: "tag" }],
  },
  body: {
    direction: "vertical",
    elements: [
      markdown("**a** | b\n|---|---|\n<at id=all></at>", "md"),
      { tag: "div", text: { tag: "lark_md", content: "x" }, icon: { tag: "standard_icon", token: "x" } },
      { tag: "hr" },
      {
        tag: "collapsible_panel",
        element_id: "panel",
        header: { title: plain("p"), icon_expanded_angle: 90 },
        border: { color: "grey", corner_radius: "5px" },
        elements: [markdown("inside", "inside")],
      },
      {
        tag: "column_set",
        columns: [
          {
            tag: "column",
            weight: 1,
            elements: [
              {
                tag: "button",
                element_id: "go",
                text: plain("b"),
                width: "fill",
                confirm: { title: plain("t"), text: plain("x") },
                behaviors: [{ type: "callback", value: { a: 1 } }],
              },
            ],
          },
        ],
      },
      { tag: "table", columns: [{ name: "a", data_type: "text" }], rows: [{ a: "1" }], page_size: 5 },
      { tag: "form", name: "f", elements: [{ tag: "input", name: "i", label: plain("l") }] },
    ],
  },
};

type Path = readonly (string | number)[];

/** Every place in a value. */
function places(value: unknown, at: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [at];
  return [
    at,
    ...Object.entries(value).flatMap(([key, one]) => places(one, [...at, Array.isArray(value) ? Number(key) : key])),
  ];
}

/** The value with another one in one place, or without that place. */
function changed(value: unknown, [key, ...rest]: Path, to: unknown): unknown {
  if (key === undefined) return to;
  if (Array.isArray(value)) return value.map((one, i) => (i === key ? changed(one, rest, to) : one));
  // An earlier change may have taken the place away.
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, one]) => [name, name === key ? changed(one, rest, to) : one]);
  return Object.fromEntries(entries);
}

const oddity = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    true,
    0,
    -1,
    1.5,
    1e308,
    "",
    "2.0",
    "md",
    "\ud800",
    "__proto__",
    [],
    {},
    [[]],
    [null],
  ),
  fc.constantFrom<unknown>(
    { tag: "note" },
    { tag: "table" },
    { tag: 1 },
    { tag: "markdown" },
    [{ tag: "hr" }],
    plain("x"),
  ),
  fc.string(),
  fc.jsonValue(),
  fc.constant(CARD),
  fc.integer({ min: 1, max: 400 }).map((n) => Array.from({ length: n }, () => ({ tag: "hr" }))),
  fc.integer({ min: 1, max: 2000 }).map((n) => JSON.parse(`${"[".repeat(n)}${"]".repeat(n)}`) as unknown),
);
/** A good card in which one or two things are wrong, or merely odd. */
const oddCard = fc
  .array(fc.tuple(fc.constantFrom(...places(CARD)), oddity), { minLength: 1, maxLength: 2 })
  .map((changes) => changes.reduce<unknown>((card, [at, to]) => changed(card, at, to), CARD));

describe("a card in which something is odd", () => {
  const { numRuns, timeout } = fuzz(400);

  it(
    "[D10] is taken or refused by name on every way in, never half, and never with the emulator's own failure",
    { timeout },
    async () => {
      const caller = new Caller({ world: { cardLimitWhileStreaming: "free" } });
      const cardId = await caller.card(CARD);
      const messageId = String((await caller.send("interactive", CARD)).data["message_id"]);
      let sequence = 0;
      await fc.assert(
        fc.asyncProperty(
          oddCard,
          fc.constantFrom("create", "update", "send", "patch", "replace", "add", "settings"),
          async (odd, way) => {
            const data = JSON.stringify(odd) ?? "";
            const at = `/cardkit/v1/cards/${cardId}`;
            sequence += 1;
            const before = JSON.stringify(caller.emulator.store.cards.get(cardId)?.tree.json);
            const token = await caller.freshToken();
            const part = (value: unknown, key: string): unknown =>
              typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
            const elements = part(part(odd, "body"), "elements");
            const calls: Record<string, [string, string, unknown]> = {
              create: ["POST", "/cardkit/v1/cards", { type: "card_json", data }],
              update: ["PUT", at, { card: { type: "card_json", data }, sequence }],
              send: [
                "POST",
                "/im/v1/messages?receive_id_type=chat_id",
                { receive_id: caller.emulator.directChatId(), msg_type: "interactive", content: data },
              ],
              patch: ["PATCH", `/im/v1/messages/${messageId}`, { content: data }],
              replace: [
                "PUT",
                `${at}/elements/md`,
                { element: JSON.stringify(part(elements, "0") ?? odd) ?? "", sequence },
              ],
              add: ["POST", `${at}/elements`, { type: "append", elements: JSON.stringify(elements) ?? "", sequence }],
              settings: [
                "PATCH",
                `${at}/settings`,
                {
                  settings: JSON.stringify({ config: part(odd, "config"), card_link: part(odd, "card_link") }),
                  sequence,
                },
              ],
            };
            const [method, path, body] = calls[way] ?? ["GET", "/", undefined];
            const answer = await caller.call(method, path, body, token);
            expect([way, answer.code]).not.toEqual([way, 5000]);
            expect(Number.isInteger(answer.code)).toBe(true);
            if (answer.code !== 0)
              expect(JSON.stringify(caller.emulator.store.cards.get(cardId)?.tree.json)).toBe(before);
            // What was taken can be shown, read back and written on.
            caller.emulator.visibleTexts(caller.emulator.directChatId());
            const view = await caller.emulator.fetch(
              `${caller.emulator.apiUrl}/emulator/state?token=${caller.emulator.adminToken}`,
            );
            expect(view.status).toBe(200);
            const read = await caller.call("GET", `/im/v1/messages/${messageId}`, undefined, token);
            expect(read.code).toBe(0);
            // Back to the good card, so that the next oddity meets it.
            if (answer.code === 0 && way !== "create" && way !== "send" && way !== "patch") {
              sequence += 1;
              const good = { card: { type: "card_json", data: JSON.stringify(CARD) }, sequence };
              expect((await caller.call("PUT", at, good, token)).code).toBe(0);
            }
            await caller.pass(1000);
          },
        ),
        { numRuns },
      );
    },
  );
});
