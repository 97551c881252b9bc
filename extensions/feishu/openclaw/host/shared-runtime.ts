import { createPluginRuntimeStore } from "openclaw/plugin-sdk/runtime-store";
import type { HostRuntime } from "./index.ts";

/** Where the host puts its runtime before an account starts; shared by every copy of this module that it loads. */
export const runtimeStore: {
  setRuntime: (next: HostRuntime) => void;
  clearRuntime: () => void;
  tryGetRuntime: () => HostRuntime | null;
  getRuntime: () => HostRuntime;
} = createPluginRuntimeStore<HostRuntime>({
  pluginId: "feishu",
  errorMessage: "the host has not started the feishu plugin",
});
