import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEmulator } from "../../../src/emulator/index.ts";
import { ROUTES } from "../../../src/emulator/routes/index.ts";
import { Caller, cardOf, streamingCard } from "../caller.ts";
import { fuzz } from "./fuzz-runs.ts";

const TAGS = [
  "markdown",
  "div",
  "hr",
  "img",
  "button",
  "collapsible_panel",
  "column_set",
  "column",
  "table",
  "form",
  "plain_text",
  "note",
  "input",
];
const KEYS = [
  "tag",
  "content",
  "element_id",
  "text",
  "elements",
  "columns",
  "rows",
  "header",
  "title",
  "behaviors",
  "body",
  "config",
  "schema",
  "img_key",
  "__proto__",
  "constructor",
];

/** JSON that looks like a card just enough to get past the first checks now and then. */
const { element } = fc.letrec<{ element: unknown; value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("element"), { maxLength: 3 }),
    tie("element"),
  ),
  element: fc.dictionary(fc.constantFrom(...KEYS), fc.oneof(fc.constantFrom(...TAGS, "2.0"), tie("value")), {
    maxKeys: 5,
  }),
}));
const cardish = fc.oneof(
  element,
  fc.jsonValue(),
  fc.record({
    schema: fc.constantFrom("2.0", "1.0", 2),
    config: fc.oneof(element, fc.record({ streaming_mode: fc.boolean() })),
    header: fc.option(element, { nil: undefined }),
    body: fc.oneof(
      element,
      fc.record({
        elements: fc.array(fc.oneof(element, fc.record({ tag: fc.constantFrom(...TAGS), content: fc.string() })), {
          maxLength: 5,
        }),
      }),
    ),
  }),
);

const bodies = fc.oneof(
  fc.string(),
  fc.json(),
  fc
    .record(
      {
        type: fc.constantFrom("card_json", "template", "append", "insert_before", 1),
        data: cardish.map((value) => JSON.stringify(value)),
        card: fc.oneof(
          cardish,
          fc.record({ type: fc.constant("card_json"), data: cardish.map((value) => JSON.stringify(value)) }),
        ),
        content: fc.oneof(
          fc.string(),
          cardish.map((value) => JSON.stringify(value)),
        ),
        element: cardish.map((value) => JSON.stringify(value)),
        elements: fc.array(cardish, { maxLength: 3 }).map((value) => JSON.stringify(value)),
        partial_element: cardish.map((value) => JSON.stringify(value)),
        settings: cardish.map((value) => JSON.stringify(value)),
        actions: fc
          .array(fc.record({ action: fc.constantFrom("add_elements", "update_element", "x"), params: element }), {
            maxLength: 3,
          })
          .map((value) => JSON.stringify(value)),
        sequence: fc.oneof(fc.integer(), fc.string()),
        uuid: fc.string(),
        receive_id: fc.string(),
        msg_type: fc.constantFrom("text", "post", "interactive", "image", "x"),
        message_id: fc.string(),
        reaction_type: fc.oneof(element, fc.record({ emoji_type: fc.string() })),
        token: fc.string(),
      },
      { requiredKeys: [] },
    )
    .map((value) => JSON.stringify(value)),
);

function isFeishuShaped(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    Number.isInteger((value as { code?: unknown }).code) &&
    typeof (value as { msg?: unknown }).msg === "string"
  );
}

/** The code for "the emulator itself failed". */
const INTERNAL = 5000;

describe("whatever is sent", () => {
  it(
    "[D10] every operation answers in Feishu's shape, and the emulator lives on",
    { timeout: fuzz(1).timeout },
    async () => {
      const caller = new Caller({ world: { cardLimitWhileStreaming: "free" } });
      const cardId = await caller.card(streamingCard());
      const messageId = String((await caller.sendCard(cardId)).data["message_id"]);
      const ids: Record<string, string> = {
        card_id: cardId,
        element_id: "md",
        message_id: messageId,
        chat_id: caller.emulator.directChatId(),
      };
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...ROUTES),
          bodies,
          fc.string(),
          fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }),
          fc.boolean(),
          async (route, body, junk, query, known) => {
            const path = route.path.replace(/:(\w+)/gu, (_, name: string) =>
              encodeURIComponent((known ? ids[name] : undefined) ?? (junk || "x")),
            );
            const search = new URLSearchParams(query).toString();
            const withBody = route.method === "GET" ? {} : { body };
            const response = await caller.emulator.fetch(
              `${caller.emulator.apiUrl}${path}?receive_id_type=chat_id&${search}`,
              {
                method: route.method,
                headers: { authorization: `Bearer ${await caller.freshToken()}`, "content-type": "application/json" },
                ...withBody,
              },
            );
            const answer: unknown = await response.json();
            expect(isFeishuShaped(answer)).toBe(true);
            expect((answer as { code: number }).code).not.toBe(INTERNAL);
            await caller.pass(1000);
          },
        ),
        { numRuns: fuzz(800).numRuns },
      );
      expect((await caller.call("GET", "/bot/v3/info", undefined, await caller.freshToken())).code).toBe(0);
    },
  );

  it("[D10] any header and any bytes get an answer too", { timeout: fuzz(1).timeout }, async () => {
    const emulator = createEmulator();
    const name = fc.constantFrom(
      "authorization",
      "content-type",
      "content-length",
      "x-forwarded-for",
      "host",
      "accept",
      "cookie",
    );
    const value = fc.string({ unit: fc.constantFrom(...Array.from("abc 123;=\"'/\\-_%")) });
    const path = fc.webPath().map((one) => `/open-apis${one}`);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE"),
        path,
        fc.dictionary(name, value),
        fc.uint8Array(),
        async (method, at, headers, bytes) => {
          const withBody = method === "GET" ? {} : { body: new Uint8Array(bytes) };
          const response = await emulator.fetch(`${emulator.apiUrl}${at}`, { method, headers, ...withBody });
          expect(isFeishuShaped(await response.json())).toBe(true);
        },
      ),
      { numRuns: fuzz(300).numRuns },
    );
  });

  it("[D10] any form gets an answer on the upload routes", { timeout: fuzz(1).timeout }, async () => {
    const caller = new Caller();
    const part = fc.record({
      name: fc.constantFrom("image", "file", "image_type", "file_type", "file_name"),
      value: fc.string(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(part, { maxLength: 4 }),
        fc.string({ maxLength: 20 }),
        fc.boolean(),
        async (parts, junk, image) => {
          const boundary = "b".repeat(8);
          const text = parts
            .map((one) => `--${boundary}\r\nContent-Disposition: form-data; name="${one.name}"\r\n\r\n${one.value}\r\n`)
            .join("");
          const response = await caller.emulator.fetch(
            `${caller.emulator.apiUrl}/open-apis/im/v1/${image ? "images" : "files"}`,
            {
              method: "POST",
              headers: {
                authorization: `Bearer ${await caller.token()}`,
                "content-type": `multipart/form-data; boundary=${boundary}`,
              },
              body: new TextEncoder().encode(`${junk}${text}--${boundary}--`),
            },
          );
          const answer = (await response.json()) as { code: number };
          expect(isFeishuShaped(answer)).toBe(true);
          expect(answer.code).not.toBe(INTERNAL);
          await caller.pass(100);
        },
      ),
      { numRuns: fuzz(200).numRuns },
    );
  });

  it(
    "a card that was accepted is counted and measured right, and reads back the same",
    { timeout: fuzz(1).timeout },
    async () => {
      const caller = new Caller();
      await fc.assert(
        fc.asyncProperty(
          fc.array(
            fc.oneof(fc.record({ tag: fc.constant("markdown"), content: fc.string() }), fc.constant({ tag: "hr" })),
            { maxLength: 20 },
          ),
          async (elements) => {
            const json = cardOf(...elements);
            const answer = await caller.call("POST", "/cardkit/v1/cards", {
              type: "card_json",
              data: JSON.stringify(json),
            });
            await caller.pass(100);
            if (answer.code !== 0) return;
            const tree = caller.emulator.store.cards.get(String(answer.data["card_id"]))?.tree;
            expect(tree?.components).toBe(elements.length);
            expect(tree?.bytes).toBe(Buffer.byteLength(JSON.stringify(json)));
            expect(tree?.json).toEqual(JSON.parse(JSON.stringify(json)));
          },
        ),
        { numRuns: fuzz(100).numRuns },
      );
    },
  );

  it.each([
    ["arrays", "[".repeat(100_000) + "]".repeat(100_000)],
    ["objects", `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`],
  ])("[D10] JSON in 100,000 levels of %s is refused before anything keeps it", async (_, deep) => {
    const caller = new Caller({ world: { cardBytes: 1e9 } });
    const { emulator } = caller;
    const cardId = await caller.card();
    const button = `{"tag":"button","behaviors":[{"type":"callback","value":{"a":${deep}}}]}`;
    const data = `{"schema":"2.0","body":{"elements":[${button}]}}`;
    const message = { receive_id: emulator.directChatId(), msg_type: "interactive", content: data };
    const add = { type: "append", elements: `[${button}]`, sequence: 1 };
    expect((await caller.call("POST", "/cardkit/v1/cards", deep)).code).toBe(99992402);
    expect((await caller.call("POST", "/cardkit/v1/cards", { type: "card_json", data })).code).toBe(200220);
    expect((await caller.call("POST", `/cardkit/v1/cards/${cardId}/elements`, add)).code).toBe(200220);
    expect((await caller.call("POST", "/im/v1/messages?receive_id_type=chat_id", message)).code).toBe(230099);
    const admin = (method: string, path: string, body?: string): Promise<Response> =>
      emulator.fetch(
        `${emulator.apiUrl}/emulator${path}?token=${emulator.adminToken}`,
        body === undefined ? { method } : { method, body },
      );
    expect((await admin("POST", "/messages", `{"post":{"a":${deep}}}`)).status).toBe(400);
    expect((await admin("GET", `/chats/${emulator.directChatId()}/messages`)).status).toBe(200);
  });

  it.each([
    ["mentions that do not end", "<at "],
    ["one mention of blanks", " ", "<at"],
    ["images that do not end", "!["],
    ["images without a key", "![]("],
    ["ticks", "` `` ``` ", "!["],
    ["quotes", "> ", "a|b\n"],
    ["a row of dashes", "-|", "a|b\n"],
  ])("[D10] a million characters of %s are read in no time", async (_, piece, start = "") => {
    const caller = new Caller({ world: { cardBytes: 1e9 } });
    const text = `${start}${piece.repeat(1_000_000 / piece.length)}`;
    const element = JSON.stringify({ tag: "markdown", content: text });
    // Processor time, not the clock's: another program's work is no failure.
    const before = process.cpuUsage();
    const card = { type: "card_json", data: `{"schema":"2.0","body":{"elements":[${element}]}}` };
    await caller.call("POST", "/cardkit/v1/cards", card);
    // Far above what it takes, far below the minutes of an expression that tries everything.
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(5_000);
  });
});
