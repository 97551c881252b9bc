import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { removeFolder } from "../../support/remove-folder.ts";
import { installHost } from "./host-install.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");

declare module "vitest" {
  interface ProvidedContext {
    /** Path of the plugin's tarball. */
    plugin: string;
  }
}

/** Packs the extension into a folder as `npm pack -w extensions/feishu` does. @returns the tarball's path */
export function packPlugin(folder: string): string {
  const options = ["pack", "-w", "extensions/feishu", "--pack-destination", folder, "--loglevel=error"];
  execFileSync("npm", options, { cwd: ROOT, stdio: "pipe", encoding: "utf8" });
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"));
  if (tarball === undefined) throw new Error("npm pack made no tarball");
  return join(folder, tarball);
}

/** Installs the host and packs the plugin once for all tests: packing builds `dist/` anew, and must not read what another one is building. */
export default async function setup(project: TestProject): Promise<() => void> {
  await installHost();
  const folder = mkdtempSync(join(tmpdir(), "cardstream-pack-"));
  project.provide("plugin", packPlugin(folder));
  return () => removeFolder(folder);
}
