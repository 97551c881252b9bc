/** Builds `dist/`: this package's sources and the parts of the core they import, with declarations. `npm run build -w extensions/chat-sdk`. */
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const packageDir = fileURLToPath(new URL("..", import.meta.url));
const typescript = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));
rmSync(join(packageDir, "dist"), { recursive: true, force: true });
execFileSync(process.execPath, [join(typescript, "bin", "tsc"), "-p", join(packageDir, "tsconfig.build.json")], {
  stdio: "inherit",
});
