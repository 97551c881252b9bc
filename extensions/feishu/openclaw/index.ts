import { defineChannelPluginEntry } from "openclaw/plugin-sdk/channel-core";
import { feishuPlugin } from "./plugin.ts";
import { runtimeStore } from "./host/shared-runtime.ts";

/** What the host loads (`openclaw.extensions` in package.json). */
const entry: object = defineChannelPluginEntry({
  id: "feishu",
  name: "Feishu/Lark",
  description: "Feishu and Lark with streaming cards.",
  plugin: feishuPlugin,
  setRuntime: runtimeStore.setRuntime,
});
export default entry;
