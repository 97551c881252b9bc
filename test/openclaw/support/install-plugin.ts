import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HostHome } from "./gateway.ts";
import { removeFolder } from "../../support/remove-folder.ts";

const root = join(import.meta.dirname, "..", "..", "..");

/**
 * Packs the extension as `npm pack -w extensions/feishu` does, and installs the tarball as an operator would.
 * @throws when the host refuses it, with what it said
 */
export async function installPlugin(home: HostHome): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "cardstream-pack-"));
  try {
    const options = ["pack", "-w", "extensions/feishu", "--pack-destination", dir, "--loglevel=error"];
    execFileSync("npm", options, { cwd: root, stdio: "pipe", encoding: "utf8" });
    const tarball = readdirSync(dir).find((name) => name.endsWith(".tgz"));
    if (tarball === undefined) throw new Error("npm pack made no tarball");
    const install = await home.cli("plugins", "install", join(dir, tarball), "--force", "--accept-capabilities");
    if (install.code !== 0) throw new Error(`plugins install failed:\n${install.stdout}\n${install.stderr}`);
  } finally {
    removeFolder(dir);
  }
}
