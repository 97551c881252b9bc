#!/usr/bin/env node
// Starts the built program; in a checkout without a build, the sources. This file must parse and run on any Node since 18.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** What the program needs, see "engines": `undici` 8 needs it for zstd, and it is the first 22.x that runs TypeScript sources. */
const NEEDED = [22, 19];

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const source = join(root, "src/cli/main.ts");
const program = existsSync(source) ? source : join(root, "dist/src/cli/main.js");

function isNewEnough(version) {
  const [major, minor] = version.split(".").map(Number);
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
}

/** The `node` package: a development dependency of the checkout, and a way to bring a newer Node along (`npm i node@24`). */
function findNodePackage() {
  try {
    const node = join(dirname(createRequire(import.meta.url).resolve("node/package.json")), "bin/node");
    return existsSync(node) ? node : undefined;
  } catch {
    return undefined;
  }
}

function runWith(node) {
  const env = { ...process.env, CARDSTREAM_STARTER_PID: String(process.pid) };
  const child = spawn(node, [program, ...process.argv.slice(2)], { stdio: "inherit", env });
  // Ctrl-C reaches the child by the terminal; what is sent to this process alone has to be passed on.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? (signal === "SIGINT" ? 130 : 143);
  });
}

if (isNewEnough(process.versions.node)) {
  await import(pathToFileURL(program).href);
} else {
  const node = findNodePackage();
  if (node !== undefined) runWith(node);
  else {
    const needed = NEEDED.join(".");
    console.error(`cardstream needs Node.js ${needed} or newer; this is ${process.versions.node}.`);
    console.error(`cardstream 需要 Node.js ${needed} 或更新的版本，现在是 ${process.versions.node}。`);
    console.error("  https://nodejs.org   |   npm install node@24");
    process.exitCode = 1;
  }
}
