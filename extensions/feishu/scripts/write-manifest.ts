/** Writes `openclaw.plugin.json` from the schema: `npm run manifest -w extensions/feishu`. */
import { readFileSync, writeFileSync } from "node:fs";
import { buildManifest } from "../openclaw/manifest.ts";

const packageJson = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};
const manifest = `${JSON.stringify(buildManifest(packageJson.version), undefined, 2)}\n`;
writeFileSync(new URL("../openclaw.plugin.json", import.meta.url), manifest);
