#!/usr/bin/env node
// Starts the built program; in a checkout without a build, the sources. Node below 22.18 cannot run those, so the `node` package
// (a development dependency) steps in.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const source = join(root, "src/cli/main.ts");
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (!existsSync(source)) {
  await import(new URL("../dist/src/cli/main.js", import.meta.url).href);
} else if (major > 22 || (major === 22 && minor >= 18)) {
  await import(new URL("../src/cli/main.ts", import.meta.url).href);
} else {
  const node = join(dirname(createRequire(import.meta.url).resolve("node/package.json")), "bin/node");
  const child = spawn(node, [source, ...process.argv.slice(2)], { stdio: "inherit" });
  // Ctrl-C reaches the child by the terminal; what is sent to this process alone has to be passed on.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? (signal === "SIGINT" ? 130 : 143);
  });
}
