import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../../..");
const SPEC = readFileSync(join(ROOT, "extensions/feishu/delivery/SPEC.md"), "utf8");
/** A title of a test or group, as far as its ids. */
const TITLE = /["'`]((?:\[[A-Z]\d+\])+)/gu;

it("the rules of SPEC.md are numbered in order, and each is cited by a test, and no other", () => {
  const rules = [...SPEC.matchAll(/^- \*\*(S\d+)\*\*/gmu)].map(([, id = ""]) => id);
  expect(rules).toEqual(rules.map((_, i) => `S${i + 1}`));
  const files = globSync("test/**/*.test.ts", { cwd: ROOT, exclude: (name) => name.includes("node_modules") });
  const cited = files.flatMap((file) =>
    [...readFileSync(join(ROOT, file), "utf8").matchAll(TITLE)].flatMap(([, ids = ""]) => ids.match(/S\d+/gu) ?? []),
  );
  expect(rules.filter((id) => !cited.includes(id))).toEqual([]);
  expect(cited.filter((id) => !rules.includes(id))).toEqual([]);
});
