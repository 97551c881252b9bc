import type { Language } from "../../../src/plugin-sdk/index.ts";
import type { ReplyStream } from "../../../src/stream/index.ts";
import type { FeishuDelivery } from "../delivery/index.ts";
import type { LoadImage } from "../images/index.ts";
import type { AllowList } from "./allow-list.ts";
import type { StreamSessions } from "./stream-sessions.ts";

/** What all tools of one account share. */
export interface ToolContext {
  readonly delivery: FeishuDelivery;
  readonly allow: AllowList;
  readonly streams: StreamSessions;
  /** Check everything, send nothing. */
  readonly dryRun: boolean;
  /** Language of cardstream's own words on cards. */
  readonly language: Language;
  /** Reads a picture that a tool names by its path; without it paths are refused. */
  readonly loadImage: ((path: string) => Promise<Uint8Array>) | undefined;
  /** Fetches the pictures of streamed texts; without it they stay links. */
  readonly images: LoadImage | undefined;
  /** Told of every card stream before anything of it is sent. */
  readonly onOpen: ((reply: ReplyStream) => void) | undefined;
}
