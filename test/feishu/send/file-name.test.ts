import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fileNameOf, toFileName } from "../../../extensions/feishu/send/file-name.ts";

/** As `fetch` hands a header over: each byte a character. */
const asBytes = (text: string): string => Buffer.from(text).toString("latin1");

describe("[E7] the name of a file that is fetched", () => {
  it.each([
    [`attachment; filename="${asBytes("季度报告.pdf")}"`, "季度报告.pdf"],
    [`attachment; filename=${asBytes("отчёт.pdf")}`, "отчёт.pdf"],
    ['attachment; filename="caf\u00E9.pdf"', "café.pdf"],
    ['attachment; filename="%E6%B5%8B%E8%AF%95.pdf"', "测试.pdf"],
    ["attachment; filename=\"x.pdf\"; filename*=UTF-8''%E6%B5%8B.pdf", "测.pdf"],
    ["attachment; filename*=utf-8'zh'%E6%B5%8B.pdf; filename=x.pdf", "测.pdf"],
    ['attachment; filename="=?UTF-8?B?5rWLLnBkZg==?="', "测.pdf"],
    ['attachment; filename="=?utf-8?Q?=E6=B5=8B_1.pdf?="', "测 1.pdf"],
    ['attachment; filename="a;b \\"c\\".txt"', 'a;b "c".txt'],
    ['attachment; filename="../../etc/passwd"', "passwd"],
    ["attachment", undefined],
    [null, undefined],
  ])("%j is %j", (header, name) => {
    expect(fileNameOf(header)).toBe(name);
  });

  it("survives in any script", () => {
    const name = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 40 })
      .filter((text) => toFileName(text) === text && !/["\\%]|^=\?/u.test(text));
    fc.assert(
      fc.property(name, (text) => {
        expect(fileNameOf(`attachment; filename="${asBytes(text)}"`)).toBe(text);
        expect(fileNameOf(`attachment; filename*=UTF-8''${encodeURIComponent(text)}`)).toBe(text);
      }),
    );
  });
});

describe("[E7] the name of a file that is sent", () => {
  it.each([
    ["/tmp/季度 报告.pdf", "季度 报告.pdf"],
    ["C:\\files\\a.txt", "a.txt"],
    ["%E6%B5%8B.pdf", "测.pdf"],
    ["100%.pdf", "100%.pdf"],
    ["evil\u202Efdp.exe", "evilfdp.exe"],
    ["", "file"],
    ["..", "file"],
    [`${"长".repeat(300)}.pdf`, `${"长".repeat(251)}.pdf`],
  ])("%j is %j", (given, name) => {
    expect(toFileName(given)).toBe(name);
  });
});
