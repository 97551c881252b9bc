import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Masker, maskText } from "../../src/record/mask.ts";
import { SeenSecrets } from "../../src/record/secrets.ts";
import { FIELD_NAMES, JSON_FIELDS } from "../../src/record/vocabulary.ts";

const key = new Uint8Array(32).fill(7);
const masker = (keepTexts = false, secrets = new SeenSecrets()): Masker => new Masker({ secrets, keepTexts, key });

/** Something that could be a secret: long, of letters, digits and marks, and no word of the API. */
const secret = fc
  .tuple(fc.constantFrom("t-", "sk-", "Zq", "密钥", ""), fc.stringMatching(/^[A-Za-z0-9_-]{12,40}$/u))
  .map(([prefix, rest]) => `${prefix}${rest}K9z`);

const field = fc.oneof(fc.constantFrom(...FIELD_NAMES), fc.string({ maxLength: 12 }));

/** JSON with the secret somewhere: a value, a key, inside text, inside JSON in a string, in a number's place. */
function hiding(text: string): fc.Arbitrary<unknown> {
  const { tree } = fc.letrec<{ tree: unknown; leaf: unknown }>((tie) => ({
    leaf: fc.oneof(
      fc.constant(text),
      fc.string({ maxLength: 10 }).map((around) => `${around}${text}${around}`),
      fc.constant(`<at id=${text}></at> see https://x.example/?key=${text}`),
      fc.constant(`\`\`\`${text}\n${text}\n\`\`\``),
      fc.constant(JSON.stringify({ [text]: { deep: text } })),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
    ),
    tree: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      tie("leaf"),
      fc.array(tie("tree"), { maxLength: 4 }),
      fc.dictionary(fc.oneof(field, fc.constant(text)), tie("tree"), { maxKeys: 4 }),
    ),
  }));
  return tree;
}

describe("the alias of an id", () => {
  it.each([
    [
      "element ids of two characters",
      Array.from({ length: 200 }, (_, i) => `${String.fromCodePoint(97 + (i % 26))}${Math.floor(i / 26)}`),
    ],
    ["of one, more than there are letters", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJ".split("")],
    ["numbers of three digits", Array.from({ length: 300 }, (_, i) => String(100 + i))],
    ["messages", Array.from({ length: 300 }, (_, i) => `om_${String(i).padStart(6, "0")}`)],
  ])("[E12] is no other id's: %s", (_what, ids) => {
    const one = masker();
    const aliases = ids.map((id) => one.id(id));
    expect(new Set(aliases).size).toBe(ids.length);
    expect(ids.map((id) => one.id(id))).toEqual(aliases);
  });

  it("[E12] has the id's kind and length: a card's digits, an element's letter first", () => {
    expect(masker().id("7385543753399672468")).toMatch(/^7\d{18}$/u);
    expect(masker().id("m0")).toMatch(/^[a-z][a-z\d]$/u);
    expect(masker().id("om_c7b0c136f7eb53a7")).toMatch(/^om_[\da-f]{16}$/u);
  });
});

describe("a masked value", () => {
  it("[E12] holds no text, wherever it stood", () => {
    fc.assert(
      fc.property(
        secret.chain((text) => fc.tuple(fc.constant(text), hiding(text), field)),
        ([text, value, name]) => {
          expect(JSON.stringify(masker().value({ [name]: value }))).not.toContain(text);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("[E12] holds no secret that was seen, also where texts are kept", () => {
    fc.assert(
      fc.property(
        secret.chain((text) => fc.tuple(fc.constant(text), hiding(text))),
        ([text, value]) => {
          const secrets = new SeenSecrets();
          secrets.learn({ app_secret: text });
          const kept = JSON.stringify(masker(true, secrets).value({ content: value, msg: text }));
          expect(kept).not.toContain(text);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ["a field that holds one by its name", { tenant_access_token: "t-abc" }],
    ["a nested one", { data: { client: { client_secret: "short" } } }],
    ["a number", { verification_token: 123456 }],
    ["a bearer header in a text", { content: "use Bearer abcdefgh12345678 here" }],
    ["a key of a well-known service", { content: "sk-abcdefghijklmnop1234" }],
    ["a token of Feishu", { content: "curl -H t-g1044qeGEDXTB6NDJOGV4JQCYDGHRBARFTGT1234" }],
  ])("[E12] blots out %s, also where texts are kept", (_, value) => {
    expect(JSON.stringify(masker(true).value(value))).toContain("[secret]");
    expect(JSON.stringify(masker(true).value(value))).not.toMatch(/t-abc|short|123456|abcdefgh|t-g1044/u);
  });

  it("gives an id the same alias everywhere, of the same prefix and length", () => {
    const id = "om_dc13264520392913993dd051dba21dcf";
    const masked = masker().value({ message_id: id, data: { root_id: id }, content: JSON.stringify({ key: id }) });
    const alias = masker().id(id);
    expect(alias).toMatch(/^om_[0-9a-f]{32}$/u);
    expect(masked).toEqual({ message_id: alias, data: { root_id: alias }, content: JSON.stringify({ key: alias }) });
    expect(masker().path(`/open-apis/im/v1/messages/${id}/reply`)).toBe(`/open-apis/im/v1/messages/${alias}/reply`);
    expect(masker().id("7355372766134157313")).toMatch(/^7\d{18}$/u);
    expect(masker().id("answer_1")).toMatch(/^[a-z][0-9a-z]{7}$/u);
  });

  it("keeps what an error is, and not what it quotes", () => {
    const msg =
      "Failed to create card content, ext=ErrCode: 11310; ErrMsg: card table number over limit; ErrorValue: Umsatz; ";
    const masked = (masker().value({ code: 230099, msg }) as { msg: string }).msg;
    expect(masked).toContain("ErrCode: 11310");
    expect(masked).toContain("card table number over limit");
    expect(masked).not.toContain("Umsatz");
  });

  it("keeps the words of the API inside JSON in a string", () => {
    const card = { schema: "2.0", body: { elements: [{ tag: "markdown", element_id: "a1", content: "Hi **Ann**" }] } };
    const masked = masker().value({ type: "card_json", data: JSON.stringify(card) }) as { type: string; data: string };
    expect(masked.type).toBe("card_json");
    expect(JSON.parse(masked.data)).toMatchObject({
      schema: "2.0",
      body: { elements: [{ tag: "markdown", content: "Xx **Xxx**" }] },
    });
    expect(JSON_FIELDS.has("data")).toBe(true);
  });
});

describe("the shape of a text", () => {
  it("has the same length in UTF-16 units and bytes, and the same lines", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (text) => {
        const shape = maskText(text);
        expect(shape.length).toBe(text.length);
        expect(Buffer.byteLength(shape)).toBe(Buffer.byteLength(text));
        expect(shape.split("\n").length).toBe(text.split("\n").length);
      }),
    );
  });

  it("of a prefix is a prefix, outside of what is cut in the middle of a tag", () => {
    const text = "# Titel\n\n- eins **zwei**\n```js\nlet a = 1;\n```\n表格 | 列\n";
    for (let end = 0; end <= text.length; end++)
      expect(maskText(text).startsWith(maskText(text.slice(0, end)))).toBe(true);
  });

  it("keeps marks, tags and the schemes of links", () => {
    expect(maskText("**重点**：<font color='red'>see</font> [x](https://a.b/c?d=1) @_user_1")).toBe(
      "**字字**：<font xxxxx='xxx'>xxx</font> [x](https://x.x/x?x=0) @_user_1",
    );
  });
});
