/** Builds `dist/`: the sources as JavaScript with declarations, and the files that are served as they are. `npm run build`. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const typescript = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));

/** Read at run time by `import.meta.url`, so they must lie beside the compiled file that reads them. */
const ASSETS = ["src/emulator/page/assets"];

rmSync(join(root, "dist"), { recursive: true, force: true });
execFileSync(process.execPath, [join(typescript, "bin", "tsc"), "-p", join(root, "tsconfig.build.json")], {
  stdio: "inherit",
});
/** The examples as a user of the package writes them. */
for (const folder of ["examples/library", "examples/new-bot"]) {
  mkdirSync(join(root, "dist", folder), { recursive: true });
  for (const name of readdirSync(join(root, folder))) {
    const text = readFileSync(join(root, folder, name), "utf8");
    writeFileSync(
      join(root, "dist", folder, name),
      text
        .replaceAll('"../../extensions/feishu/index.ts"', '"cardstream/feishu"')
        .replaceAll('"../../src/emulator/index.ts"', '"cardstream/emulator"'),
    );
  }
}
for (const asset of ASSETS) cpSync(join(root, asset), join(root, "dist", asset), { recursive: true });
