import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { completeLock, findMissing, platformOf } from "../../scripts/complete-lock.ts";
import type { Lock } from "../../scripts/complete-lock.ts";

const ROOT = join(import.meta.dirname, "../..");
const read = (path: string): unknown => JSON.parse(readFileSync(join(ROOT, path), "utf8"));

describe("package-lock.json", () => {
  const lock = read("package-lock.json") as Lock & { packages: Record<string, { dependencies?: object }> };

  it("names every platform's optional packages; otherwise `npm ci` refuses (run `node scripts/complete-lock.ts`)", () => {
    expect(findMissing(lock)).toEqual([]);
  });

  it.each([
    ["", "package.json"],
    ["extensions/feishu", "extensions/feishu/package.json"],
  ])("is in step with the package in %o", (path, file) => {
    const { dependencies, devDependencies, engines } = read(file) as Record<string, object | undefined>;
    expect(lock.packages[path]).toMatchObject({ dependencies, ...(devDependencies && { devDependencies }), engines });
    expect(Object.keys(lock.packages[path]?.dependencies ?? {})).toEqual(Object.keys(dependencies ?? {}));
  });
});

describe("completing a lock file", () => {
  it("adds what is missing with its platform, and nothing that is there, hoisted or nested", () => {
    const lock: Lock = {
      packages: {
        "": {},
        "node_modules/b": { version: "2.0.0", dev: true, optionalDependencies: { "@b/linux-x64-musl": "2.0.0" } },
        "node_modules/a": {
          version: "1.0.0",
          optionalDependencies: { "@a/win32-x64": "1.0.0", "@a/darwin-x64": "1.0.0" },
        },
        "node_modules/a/node_modules/@a/darwin-x64": { version: "1.0.0" },
      },
    };
    const added = completeLock(lock).packages;
    expect(Object.keys(added)).toEqual([
      "",
      "node_modules/@a/win32-x64",
      "node_modules/@b/linux-x64-musl",
      "node_modules/a",
      "node_modules/a/node_modules/@a/darwin-x64",
      "node_modules/b",
    ]);
    expect(added["node_modules/@b/linux-x64-musl"]).toEqual({
      version: "2.0.0",
      dev: true,
      optional: true,
      os: ["linux"],
      cpu: ["x64"],
      libc: ["musl"],
    });
    expect(findMissing(completeLock(lock))).toEqual([]);
  });

  it("refuses a name that does not tell its platform", () => {
    expect(() => platformOf("left-pad")).toThrow("left-pad does not say");
    expect(platformOf("@x/linux-arm-gnueabihf")).toEqual({ os: ["linux"], cpu: ["arm"], libc: ["glibc"] });
  });
});
