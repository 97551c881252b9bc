/**
 * Prepares a release: versions, changelog, commit and tag. `node scripts/release.ts patch|minor|major|1.2.3 [--write]`.
 * Without `--write` it only says what it would do. Nothing is pushed or published.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const USAGE = "usage: node scripts/release.ts patch|minor|major|X.Y.Z [--write]";
/** Files that hold the version as a field of their own. */
const VERSIONED = ["package.json", "extensions/feishu/package.json", "extensions/feishu/openclaw.plugin.json"];
const LOCK = "package-lock.json";
const CHANGELOG = "CHANGELOG.md";
const UNRELEASED = "## Unreleased";

/** The release cannot be made; the message says what to do. */
class ReleaseError extends Error {}

/** One file with its new text. */
interface Change {
  readonly path: string;
  readonly text: string;
}

function git(root: string, ...args: string[]): string {
  return execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim();
}

/** @throws ReleaseError for what is neither a step nor a version above the current one */
function nextVersion(current: string, asked: string): string {
  const parts = current.split(".").map(Number);
  const step = ["major", "minor", "patch"].indexOf(asked);
  if (step >= 0) return parts.map((part, i) => (i < step ? part : i === step ? part + 1 : 0)).join(".");
  if (!/^\d+\.\d+\.\d+$/u.test(asked)) throw new ReleaseError(`${asked} is no version. ${USAGE}`);
  const given = asked.split(".").map(Number);
  const at = given.findIndex((part, i) => part !== parts[i]);
  // The current version may be released as long as it has no tag.
  if (at >= 0 && (given[at] ?? 0) < (parts[at] ?? 0)) throw new ReleaseError(`${asked} is older than ${current}`);
  return asked;
}

function withVersion(text: string, from: string, to: string, path: string): string {
  const line = `"version": "${from}"`;
  if (!text.includes(line)) throw new ReleaseError(`${path} does not say ${line}: bring the versions in line first`);
  return text.replace(line, `"version": "${to}"`);
}

/** The lock names the version of the root (twice) and of the workspace. */
function lockWithVersion(text: string, to: string): string {
  const lock = JSON.parse(text) as { version: string; packages: Record<string, { version?: string }> };
  lock.version = to;
  for (const name of ["", "extensions/feishu"]) {
    const entry = lock.packages[name];
    if (entry !== undefined) entry.version = to;
  }
  return `${JSON.stringify(lock, undefined, 2)}\n`;
}

function changelogWith(text: string, version: string, date: string): string {
  if (text.includes(`## ${version} (`)) throw new ReleaseError(`${CHANGELOG} has ${version} already`);
  if (text.includes(UNRELEASED)) return text.replace(UNRELEASED, `## ${version} (${date})`);
  // The first release has its section under its own number already.
  if (text.includes(`## ${version}\n`)) return text.replace(`## ${version}\n`, `## ${version} (${date})\n`);
  throw new ReleaseError(`${CHANGELOG} has no section "${UNRELEASED}": say there what its users will notice`);
}

/** Makes the release of the repository at `root`, or says what it would be. @throws ReleaseError */
export function release(root: string, asked: string, write: boolean, today: Date, say: (line: string) => void): void {
  const read = (path: string): string => readFileSync(join(root, path), "utf8");
  const current = (JSON.parse(read("package.json")) as { version: string }).version;
  const version = nextVersion(current, asked);
  const tag = `v${version}`;
  if (git(root, "status", "--porcelain") !== "")
    throw new ReleaseError("the working tree has changes: commit them first");
  if (git(root, "tag", "--list", tag) !== "") throw new ReleaseError(`the tag ${tag} exists already`);
  const changes: Change[] = [
    ...VERSIONED.map((path) => ({ path, text: withVersion(read(path), current, version, path) })),
    { path: LOCK, text: lockWithVersion(read(LOCK), version) },
    { path: CHANGELOG, text: changelogWith(read(CHANGELOG), version, today.toISOString().slice(0, 10)) },
  ];
  const changed = changes.filter(({ path, text }) => text !== read(path));
  say(`${current} -> ${version}`);
  for (const { path } of changed) say(`  ${path}`);
  if (!write) {
    say(`would commit "chore: release ${version}" and tag ${tag}; add --write to do it`);
    return;
  }
  for (const { path, text } of changed) writeFileSync(join(root, path), text);
  git(root, "add", ...changed.map(({ path }) => path));
  git(root, "commit", "--quiet", "--message", `chore: release ${version}`);
  git(root, "tag", "--annotate", tag, "--message", tag);
  say(`committed and tagged ${tag}. Next: git push --follow-tags, then npm publish --provenance from the workflow`);
}

if (import.meta.main) {
  const [asked, flag] = process.argv.slice(2);
  try {
    if (asked === undefined || (flag !== undefined && flag !== "--write")) throw new ReleaseError(USAGE);
    release(join(import.meta.dirname, ".."), asked, flag === "--write", new Date(), console.log);
  } catch (error) {
    if (!(error instanceof ReleaseError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
