import { defineSetupPluginEntry } from "openclaw/plugin-sdk/channel-core";
import { feishuPlugin } from "./plugin.ts";

/** What the host loads while the channel is not configured (`openclaw.setupEntry` in package.json). */
const entry: object = defineSetupPluginEntry(feishuPlugin);
export default entry;
