import { describe, expect, it } from "vitest";
import {
  CARD_CALLBACK_ERRORS,
  CARD_CONTENT_ERRORS,
  CARDKIT_ERRORS,
  GATEWAY_ERRORS,
  IM_ERRORS,
  LONG_CONNECTION_ERRORS,
} from "../../../extensions/feishu/client/index.ts";
import { runCli } from "../../../src/cli/program.ts";
import { recordIo } from "../../support/cli-io.ts";

async function explain(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const io = recordIo();
  const code = await runCli(["explain", ...words], io);
  return { code, out: io.stdout(), err: io.stderr() };
}

describe("cardstream explain", () => {
  it("[D9] knows every code of the table, in both languages", async () => {
    for (const { code, meaning, remedy } of [
      ...GATEWAY_ERRORS,
      ...CARDKIT_ERRORS,
      ...IM_ERRORS,
      ...CARD_CONTENT_ERRORS,
      ...CARD_CALLBACK_ERRORS,
      ...LONG_CONNECTION_ERRORS,
    ]) {
      const en = await explain(String(code));
      expect(en).toMatchObject({ code: 0, err: "" });
      expect(en.out).toContain(meaning.en);
      expect(en.out).toContain(remedy.en);
      expect(en.out).toContain("source: ");
      expect((await explain(String(code), "--lang", "zh")).out).toContain(meaning.zh);
    }
  });

  it.each([
    ["230101", /forbidden[\s\S]*Answer a message of the person/u],
    ["200340", /card\.action\.trigger/u],
    ["200341", /within 3 seconds/u],
    ["200671", /answered the press with an error/u],
    ["200673", /card in the bot's answer/u],
    ["300000", /platform/u],
    ["11246", /custom bot/u],
    ["9499", /malformed/u],
  ])("[E7] knows %s", async (asked, expected) => {
    expect(await explain(asked)).toMatchObject({ code: 0, out: expect.stringMatching(expected) });
  });

  it("[E7] claims nothing that does not happen: a press, a start and an upload are not tried again", async () => {
    for (const asked of ["200341", "200673", "514", "234006", "230009", "99991661"])
      expect((await explain(asked)).out).not.toMatch(/cardstream: (?:tries again|renews|continues|goes on|waits)/u);
    expect((await explain("99991663")).out).toContain("renews the token once");
    expect((await explain("42")).out).not.toMatch(/cardstream: tries/u);
  });

  it.each([
    ["230099/11310", /card has too many tables[\s\S]*11310 {2}invalid/u],
    ["230099 11310", /card has too many tables/u],
    ["im.message.create failed: the card was refused (230099/11310, log id 20260101)", /11310/u],
    [
      "Failed to create card content, ext=ErrCode: 11310; ErrMsg: element exceeds the limit; ErrorValue: x; ",
      /^11310 {2}too-large.*element exceeds the limit”\n {2}the card has more than 200 elements\n(?!.*tables)/u,
    ],
    ['{"code":99991672,"msg":"Access denied."}', /99991672 {2}forbidden/u],
    ["cardkit.card.create failed: lacks a permission: cardkit:card:write (99991672, log id 2026)", /99991672/u],
    ["got 300317 from feishu", /sequence-conflict/u],
    ["idle-timeout", /not of Feishu\n {2}→ /u],
  ])("[D9] understands %j", async (text, expected) => {
    const { code, out } = await explain(text);
    expect(code).toBe(0);
    expect(out).toMatch(expected);
  });

  it.each([
    ["300318", "CardKit", "300317"],
    ["99991699", "gateway", "99991"],
    ["239999", "messages", "feishu.cn/search?q=239999"],
    ["42", "does not tell", "log id"],
  ])("[D9] helps with the unknown code %s", async (asked, area, hint) => {
    const { code, out } = await explain(asked);
    expect(code).toBe(1);
    expect(out).toContain(area);
    expect(out).toContain(hint);
  });

  it("[D9] explains each of several codes, and names the one that it does not know", async () => {
    const several = await explain("300317", "99991672");
    expect(several).toMatchObject({ code: 0, err: "" });
    expect(several.out).toMatch(/300317 {2}sequence-conflict[^]*99991672 {2}forbidden/u);
    expect(await explain("300317", "42")).toMatchObject({
      code: 1,
      out: expect.stringMatching(/300317 {2}[^]*42 is not/u),
    });
    const cause = await explain("230099/12345");
    expect(cause).toMatchObject({
      code: 1,
      out: expect.stringMatching(/230099\/12345 is not[^]*the card was refused/u),
    });
    expect(JSON.parse((await explain("230099/12345", "--json")).out)).toMatchObject({ known: false });
  });

  it("[D9] gives JSON, and says what it wants when there is no code", async () => {
    expect(JSON.parse((await explain("300317", "--json")).out)).toMatchObject({
      code: 300317,
      known: true,
      rows: [{ kind: "sequence-conflict" }],
    });
    expect(await explain("help me")).toMatchObject({ code: 2, out: "" });
  });
});
