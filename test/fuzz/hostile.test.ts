import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { hostileTargets } from "./hostile-targets.ts";

const { targets, close } = hostileTargets();
afterAll(close);

describe("[E10] hostile input", () => {
  it.each(targets.map((target) => [target.name, target] as const))(
    "is taken calmly: %s",
    async (_name, { input, run }) => {
      await fc.assert(
        fc.asyncProperty(input, async (one) => {
          expect(await run(one)).toBeUndefined();
        }),
        { numRuns: 200 },
      );
    },
  );
});
