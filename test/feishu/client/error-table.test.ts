import { describe, expect, it } from "vitest";
import {
  CARD_CALLBACK_ERRORS,
  CARD_CONTENT_ERRORS,
  CARDKIT_ERRORS,
  FEISHU_LIMITS,
  FeishuApiError,
  findErrorRow,
  GATEWAY_ERRORS,
  IM_ERRORS,
  LONG_CONNECTION_ERRORS,
} from "../../../extensions/feishu/client/index.ts";
import type { FeishuErrorRow } from "../../../extensions/feishu/client/index.ts";
// The one place where both readings of Feishu's documents meet.
import { CODES, SUB_CODES } from "../../../src/emulator/api/codes.ts";
import * as emulated from "../../../src/emulator/limits.ts";
import { listChatsFeishu } from "../../../extensions/feishu/send.ts";
import { recordedClient, rejection } from "../recording-fetch.ts";

const API = [...GATEWAY_ERRORS, ...CARDKIT_ERRORS, ...IM_ERRORS];
const ALL = [...API, ...CARD_CONTENT_ERRORS, ...CARD_CALLBACK_ERRORS, ...LONG_CONNECTION_ERRORS];
const named = (rows: readonly FeishuErrorRow[]): [number, FeishuErrorRow][] => rows.map((row) => [row.code, row]);

describe("every row", () => {
  it.each(named(ALL))(
    "%i says what it means and what to do in both languages, and where that is written",
    (_code, row) => {
      for (const part of [row.meaning, row.remedy]) {
        expect(part.en).toMatch(/^[\x20-\x7E–…]{3,}$/u);
        expect(part.zh).toMatch(/\p{Script=Han}/u);
      }
      expect(row.source).toMatch(/\w/u);
      expect(row.meaning.en).not.toMatch(/\.$/u);
    },
  );

  it.each(named(API))("%i becomes an error of its kind", (code, row) => {
    const operation = row.operation ?? "test.operation";
    const apiMessage = `words of Feishu; ${row.text ?? ""}`;
    const error = new FeishuApiError({ operation, apiCode: code, apiMessage, httpStatus: 400 });
    expect(error).toMatchObject({ kind: row.kind, apiCode: code, row });
    expect(error.message).toContain(`(${code})`);
    expect(error.message).not.toContain("words of Feishu");
  });

  it.each(named(CARD_CONTENT_ERRORS))("230099 with sub-code %i becomes an error of its kind", (code, row) => {
    const apiMessage = `Failed to create card content, ext=ErrCode: ${code}; ErrMsg: ${row.text ?? "other"}; ErrorValue: x; `;
    const error = new FeishuApiError({ operation: "im.message.create", apiCode: 230099, apiMessage, httpStatus: 400 });
    expect(error).toMatchObject({ kind: row.kind, apiCode: 230099, subCode: code, tooMany: row.tooMany, row });
    expect(error.message).toContain(`(230099/${code})`);
  });

  it("is the only one for its case", () => {
    const cases = (rows: readonly FeishuErrorRow[]): string[] =>
      rows.map(({ code, text, operation }) => `${code} ${text} ${operation}`);
    for (const rows of [API, CARD_CONTENT_ERRORS, CARD_CALLBACK_ERRORS, LONG_CONNECTION_ERRORS])
      expect(new Set(cases(rows)).size).toBe(rows.length);
  });
});

describe("kinds that callers depend on", () => {
  it.each([
    [99991400, "rate-limited"],
    [230020, "rate-limited"],
    [99991663, "unauthenticated"],
    [99991672, "forbidden"],
    [300311, "forbidden"],
    [200740, "not-found"],
    [200750, "expired"],
    [230031, "expired"],
    [300317, "sequence-conflict"],
    [200770, "duplicate"],
    [200860, "too-large"],
    [300305, "too-large"],
    [230025, "too-large"],
    [200850, "streaming-closed"],
    [300309, "streaming-closed"],
    [200510, "streaming-closed"],
    [300313, "element-missing"],
    [200810, "busy"],
    [230049, "busy"],
    [300120, "server"],
    [230099, "invalid"],
  ])("%i is %s", (code, kind) => {
    expect(findErrorRow({ code })?.kind).toBe(kind);
  });

  it.each([
    ["card table number over limit", "too-large", "tables"],
    ["element exceeds the limit", "too-large", "elements"],
    ["card action is lock", "busy", undefined],
    ["cardid is invalid", "not-found", undefined],
    ["something else", "invalid", undefined],
  ])("11310 with %j is %s", (text, kind, tooMany) => {
    const error = new FeishuApiError({
      operation: "x",
      apiCode: 230099,
      apiMessage: `ErrCode: 11310; ErrMsg: ${text}; `,
      httpStatus: 400,
    });
    expect(error).toMatchObject({ kind, tooMany, subCode: 11310 });
  });

  it.each([
    [230071, "im.message.reply", "invalid"],
    [230071, "im.message.update", "forbidden"],
    [230072, "im.message.update", "expired"],
    [230075, "im.message.create", "forbidden"],
    [230075, "im.message.update", "expired"],
  ])("%i at %s is %s", (code, operation, kind) => {
    expect(findErrorRow({ code, operation })?.kind).toBe(kind);
  });
});

describe("a missing scope", () => {
  const grant = (scope: string): string =>
    `https://open.feishu.cn/app/cli_a1b2c3d4e5f60718/auth?q=${encodeURIComponent(scope)}&token_type=tenant`;
  it.each([
    [
      { permission_violations: [{ scope: "cardkit:card:write", url: "https://open.feishu.cn/grant" }] },
      "",
      [{ scope: "cardkit:card:write", url: "https://open.feishu.cn/grant" }],
    ],
    [
      { permission_violations: [{ type: "action_scope_required", subject: "im:chat" }] },
      "",
      [{ scope: "im:chat", url: grant("im:chat") }],
    ],
    [
      { permission_violations: [{ scope: "im:chat", url: "javascript:alert(1)" }, 7] },
      "",
      [{ scope: "im:chat", url: grant("im:chat") }],
    ],
    [
      undefined,
      "Access denied. One of the following scopes is required: [im:chat, im:chat:readonly].",
      [
        { scope: "im:chat", url: grant("im:chat") },
        { scope: "im:chat:readonly", url: grant("im:chat:readonly") },
      ],
    ],
    [undefined, "Access denied.", []],
  ])("[A8] names the scopes and the page to grant them on: %j %s", async (error, msg, expected) => {
    const { client, feishu } = recordedClient();
    feishu.answer = () => ({ status: 400, json: { code: 99991672, msg, error } });
    const failure = await rejection(listChatsFeishu(client));
    expect(failure).toMatchObject({ kind: "forbidden", permissionViolations: expected });
    for (const { scope } of expected) expect(String(failure)).toContain(scope);
  });
});

describe("the emulator's reading of the same documents", () => {
  it.each(Object.entries(CODES))("knows no code that the client does not: %s %j", (_name, [code]) => {
    expect(findErrorRow({ code }), `code ${code}`).toBeDefined();
  });

  it.each(Object.entries(SUB_CODES))("knows no sub-code that the client does not: %s %i", (_name, code) => {
    expect(CARD_CONTENT_ERRORS.some((row) => row.code === code)).toBe(true);
  });

  it("has the same limits", () => {
    expect({
      apiPerSecond: emulated.API_PER_SECOND,
      apiPerMinute: emulated.API_PER_MINUTE,
      cardWritesPerSecond: emulated.CARD_PER_SECOND,
      chatPerSecond: emulated.CHAT_PER_SECOND,
      patchPerSecond: emulated.CHAT_PER_SECOND,
      streamingWindowMs: emulated.STREAMING_MS,
      cardLifetimeMs: emulated.ENTITY_MS,
      cardMaxBytes: emulated.RECOMMENDED_CARD_BYTES,
      textMaxBytes: emulated.TEXT_REQUEST_BYTES,
      contentMaxChars: emulated.CONTENT_CHARS,
      createDataMaxChars: emulated.CREATE_DATA_CHARS,
      updateDataMaxChars: emulated.DATA_CHARS,
      settingsMaxChars: emulated.SETTINGS_CHARS,
      cardMaxElements: emulated.CARD_COMPONENTS,
      cardMaxTables: emulated.CARD_TABLES,
      cardUuidMaxChars: emulated.CARDKIT_UUID_CHARS,
      messageUuidMaxChars: emulated.IM_UUID_CHARS,
      messageUuidWindowMs: emulated.IM_UUID_MS,
      sequenceMax: emulated.SEQUENCE_MAX,
      messageMaxEdits: emulated.MESSAGE_EDITS,
      tokenRenewBeforeMs: emulated.TOKEN_REUSE_SECONDS * 1_000,
      imageMaxBytes: emulated.IMAGE_BYTES,
      fileMaxBytes: emulated.FILE_BYTES,
      answerWithinMs: emulated.CALLBACK_MS,
    }).toEqual({ ...FEISHU_LIMITS, idMaxChars: undefined, sequenceMin: undefined, messagePageMax: undefined });
  });
});
