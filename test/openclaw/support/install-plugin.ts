import type { HostHome } from "./gateway.ts";

/**
 * Installs the packed plugin as an operator would.
 * @throws when the host refuses it, with what it said
 */
export async function installPlugin(home: HostHome, tarball: string): Promise<void> {
  const install = await home.cli("plugins", "install", tarball, "--force", "--accept-capabilities");
  if (install.code !== 0) throw new Error(`plugins install failed:\n${install.stdout}\n${install.stderr}`);
}
