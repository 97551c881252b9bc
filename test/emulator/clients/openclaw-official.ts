import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HostHome } from "../../openclaw/support/gateway.ts";
import { removeFolder } from "../../support/remove-folder.ts";

/** The vendor's own plugin, as one release of it. */
export const OFFICIAL = "@openclaw/feishu@2026.9.5";
const INTEGRITY = "sha512-pDBgnlB81WlhFKQdtsX1txlrhULG3fVVu/v7Gae+ESothIqpjVidE9Wt7CM3Pd/eaKSFXmNIlROq+BIeSWkJnA==";

/**
 * Fetches the package into npm's cache, so that {@link installOfficial} fails for no network's sake.
 * @returns why it could not be fetched, undefined when it was
 * @throws when what came is not the release that is pinned here
 */
export function fetchOfficial(): string | undefined {
  const dir = mkdtempSync(join(tmpdir(), "cardstream-official-"));
  try {
    const options = ["--json", "--pack-destination", dir, "--loglevel=error"];
    const answer = execFileSync("npm", ["pack", OFFICIAL, ...options], { stdio: "pipe", encoding: "utf8" });
    const [pack] = JSON.parse(answer) as { integrity: string }[];
    if (pack?.integrity !== INTEGRITY) throw new Error(`${OFFICIAL} has changed: ${String(pack?.integrity)}`);
    return undefined;
  } catch (error) {
    if (!(error instanceof Error && "stderr" in error)) throw error;
    return String(error.stderr).trim();
  } finally {
    removeFolder(dir);
  }
}

/**
 * Installs it as an operator does: by its name, because the host keeps back from a tarball of the same package what it
 * grants the official one (`openChannelIngressQueue is only available for trusted plugins`).
 * @throws with what the host printed
 */
export async function installOfficial(home: HostHome): Promise<void> {
  const install = await home.cli("plugins", "install", `npm:${OFFICIAL}`, "--force", "--accept-capabilities");
  if (install.code !== 0) throw new Error(`plugins install failed:\n${install.stdout}\n${install.stderr}`);
}
