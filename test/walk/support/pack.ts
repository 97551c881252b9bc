import { execFileSync } from "node:child_process";
import { cpSync, globSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { removeFolder } from "../../support/remove-folder.ts";

const ROOT = join(import.meta.dirname, "../../..");

declare module "vitest" {
  interface ProvidedContext {
    /** A folder with the tarballs, a project that has them installed, and a clone of the repository. */
    walk: { readonly tarballs: string; readonly project: string; readonly clone: string };
  }
}

/** Packs what would be published and installs it in an empty project, once for all tests of the documents. */
export default function setup(project: TestProject): () => void {
  const home = mkdtempSync(join(tmpdir(), "cardstream-walk-"));
  const paths = { tarballs: join(home, "tarballs"), project: join(home, "project"), clone: join(home, "clone") };
  for (const folder of [paths.tarballs, paths.project]) mkdirSync(folder);
  const run = (cwd: string, command: string, ...args: string[]): void =>
    void execFileSync(command, args, { cwd, stdio: ["ignore", "ignore", "inherit"] });
  run(ROOT, "git", "clone", "--quiet", "--depth", "1", `file://${ROOT}`, paths.clone);
  // Hard links: `npm ci` in the clone takes them away, and leaves the originals.
  for (const folder of globSync(["node_modules", "extensions/*/node_modules"], { cwd: ROOT }))
    run(ROOT, "cp", "-al", folder, join(paths.clone, folder));
  for (const folder of [ROOT, join(ROOT, "extensions/chat-sdk")])
    run(folder, "npm", "pack", "--silent", "--pack-destination", paths.tarballs);
  writeFileSync(join(paths.project, "package.json"), JSON.stringify({ private: true, type: "module" }));
  for (const tarball of globSync("*.tgz", { cwd: paths.tarballs }))
    cpSync(join(paths.tarballs, tarball), join(paths.project, tarball));
  run(paths.project, "npm", "install", "--silent", "--no-audit", "--no-fund", "./cardstream-0.1.0.tgz");
  project.provide("walk", paths);
  return () => removeFolder(home);
}

const npmConfig = (key: string): string => execFileSync("npm", ["config", "get", key], { encoding: "utf8" }).trim();

/** What npm of a walk needs of this machine: how its registry is reached and where its cache is, whatever the walk's own prefix. */
export const npmEnv = (): Record<string, string> => ({
  npm_config_userconfig: join(homedir(), ".npmrc"),
  npm_config_globalconfig: npmConfig("globalconfig"),
  npm_config_cache: npmConfig("cache"),
  NODE_EXTRA_CA_CERTS: process.env["NODE_EXTRA_CA_CERTS"] ?? "",
  npm_config_audit: "false",
  npm_config_fund: "false",
  npm_config_update_notifier: "false",
});
