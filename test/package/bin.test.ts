import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { removeFolder } from "../support/remove-folder.ts";

const run = promisify(execFile);
const BIN = join(import.meta.dirname, "../../bin/cardstream.js");
const folders: string[] = [];

/** Makes the process believe that it is another Node. */
function pretend(version: string): string {
  const code = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } });`;
  return `--import=data:text/javascript,${encodeURIComponent(code)}`;
}

/** A packed package: `bin` and `dist` without sources and without a `node` package nearby. */
function packed(program: string): string {
  const folder = mkdtempSync(join(tmpdir(), "cardstream-bin-"));
  folders.push(folder);
  mkdirSync(join(folder, "dist/src/cli"), { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  writeFileSync(join(folder, "dist/src/cli/main.js"), program);
  cpSync(BIN, join(folder, "bin/cardstream.js"));
  return join(folder, "bin/cardstream.js");
}

afterEach(() => {
  for (const folder of folders.splice(0)) removeFolder(folder);
});

describe("bin/cardstream.js", () => {
  it("runs the sources of a checkout", async () => {
    const { stdout } = await run(process.execPath, [BIN, "--version"]);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+/u);
  });

  it("does not mind a reader that leaves early", async () => {
    const command = `set -o pipefail; "${process.execPath}" "${BIN}" --help | true`;
    expect(await run("bash", ["-c", command])).toMatchObject({ stderr: "" });
  });

  it("hands over to the checkout's own Node where the machine's is too old", async () => {
    const { stdout } = await run(process.execPath, [pretend("20.20.2"), BIN, "--version"]);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+/u);
  });

  it("runs the build of an installed package with the arguments given", async () => {
    const bin = packed(`console.log(process.argv.slice(2).join(" "));`);
    const { stdout } = await run(process.execPath, [bin, "send", "--chat", "oc_1"]);
    expect(stdout.trim()).toBe("send --chat oc_1");
  });

  it("[D16] says in both languages which Node it needs, and does not start, where Node is too old", async () => {
    const bin = packed(`console.log("started");`);
    for (const version of ["18.20.0", "20.20.2", "22.18.0"]) {
      const failed = await run(process.execPath, [pretend(version), bin]).catch((error: unknown) => error);
      expect(failed).toMatchObject({ code: 1, stdout: "" });
      expect(failed).toHaveProperty(
        "stderr",
        expect.stringContaining(`needs Node.js 22.19 or newer; this is ${version}`),
      );
      expect(failed).toHaveProperty("stderr", expect.stringContaining("需要 Node.js 22.19"));
    }
  });

  it("starts on the oldest Node it names, and on newer ones", async () => {
    const bin = packed(`console.log("started");`);
    for (const version of ["22.19.0", "24.0.0", "26.1.0"]) {
      expect((await run(process.execPath, [pretend(version), bin])).stdout).toBe("started\n");
    }
  });

  it("passes on a signal's exit as a shell reports it", async () => {
    const bin = packed(`process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000);`);
    const node = join(bin, "../../node_modules/node");
    mkdirSync(join(node, "bin"), { recursive: true });
    writeFileSync(join(node, "package.json"), "{}");
    cpSync(process.execPath, join(node, "bin/node"));
    const failed = await run(process.execPath, [pretend("20.20.2"), bin]).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 143 });
  });
});
