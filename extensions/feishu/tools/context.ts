import type { StreamRegistry } from "../../../src/feed/index.ts";
import type { Language } from "../../../src/plugin-sdk/index.ts";
import type { FeishuDelivery } from "../delivery/index.ts";
import type { AllowList } from "./allow-list.ts";
import type { ToolHead } from "./tool-streams.ts";

/** What all tools of one account share. */
export interface ToolContext {
  readonly delivery: FeishuDelivery;
  readonly allow: AllowList;
  readonly streams: StreamRegistry<ToolHead>;
  /** The card of an opened stream is visible: see `ToolStreams`. */
  readonly shown: (opening: string, signal: AbortSignal) => Promise<void>;
  readonly newId: () => string;
  /** Check everything, send nothing. */
  readonly dryRun: boolean;
  /** Language of cardstream's own words on cards. */
  readonly language: Language;
  /** Reads a picture that a tool names by its path; without it paths are refused. */
  readonly loadImage: ((path: string) => Promise<Uint8Array>) | undefined;
}
