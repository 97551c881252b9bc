import * as fc from "fast-check";
import { expect, it } from "vitest";
import { toCardMarkdown } from "../../../extensions/feishu/dialect/index.ts";
import { markdown } from "../../text/markdown.ts";
import { hostileMarkdown } from "./hostile-markdown.ts";
import { lettersOf, missingFrom, visibleIn } from "./visible.ts";

const RUNS = process.env["DIALECT_RUNS"];

it("[E5] shows every letter of an answer, wherever it broke off", { timeout: 600_000 }, () => {
  fc.assert(
    fc.property(fc.oneof(hostileMarkdown, markdown), fc.double({ min: 0, max: 1, noNaN: true }), (text, share) => {
      const source = text.slice(0, Math.round(text.length * share));
      const whole = lettersOf(visibleIn(toCardMarkdown(source, { tables: 100 })));
      const cut = lettersOf(visibleIn(toCardMarkdown(source, { tables: 100, cut: true })));
      expect(missingFrom(cut, whole), JSON.stringify(source)).toBeUndefined();
    }),
    RUNS === undefined ? { numRuns: 2_000, seed: 1 } : { numRuns: Number(RUNS) },
  );
});
