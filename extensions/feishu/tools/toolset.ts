import type { ChannelTool, ChannelToolset, Language } from "../../../src/plugin-sdk/index.ts";
import type { ReplyStream } from "../../../src/stream/index.ts";
import type { FeishuDelivery } from "../delivery/index.ts";
import type { LoadImage } from "../images/index.ts";
import { AllowList } from "./allow-list.ts";
import type { ToolContext } from "./context.ts";
import { listChats } from "./list-chats.ts";
import { sendCard } from "./send-card.ts";
import { sendImage } from "./send-image.ts";
import { sendText } from "./send-text.ts";
import { streamCardAppend } from "./stream-card-append.ts";
import { streamCardClose } from "./stream-card-close.ts";
import { streamCardOpen } from "./stream-card-open.ts";
import { StreamSessions } from "./stream-sessions.ts";
import type { StreamLimits } from "./stream-sessions.ts";
import { toToolError } from "./tool-error.ts";
import { updateCard } from "./update-card.ts";

/** How {@link createFeishuTools} is set up. */
export interface FeishuToolsOptions {
  readonly delivery: FeishuDelivery;
  /** Ids of streams: whoever knows one may append to it, so they must not be guessable. */
  readonly newId: () => string;
  /** Chats and people that may be written to. @defaultValue all */
  readonly allow?: readonly string[] | undefined;
  /** Check everything, send nothing. @defaultValue false */
  readonly dryRun?: boolean | undefined;
  /** Language of cardstream's own words on cards. @defaultValue "zh" */
  readonly language?: Language | undefined;
  /** Reads a picture that is named by its path, or throws a ChannelToolError. @defaultValue paths are refused */
  readonly loadImage?: ((path: string) => Promise<Uint8Array>) | undefined;
  /** Fetches the pictures of texts that are streamed into cards. @defaultValue they stay links */
  readonly images?: LoadImage | undefined;
  readonly streams?: StreamLimits | undefined;
  /** Told of every card stream before anything of it is sent, so that it can be watched. */
  readonly onOpen?: ((reply: ReplyStream) => void) | undefined;
}

/** What a model can do with one Feishu app. The client belongs to the caller. */
export function createFeishuTools(options: FeishuToolsOptions): ChannelToolset {
  const { delivery, newId } = options;
  const language = options.language ?? "zh";
  const streams = new StreamSessions({ clock: delivery.clock, newId, language, limits: options.streams });
  const context: ToolContext = {
    delivery,
    streams,
    language,
    allow: new AllowList(delivery.client, options.allow),
    dryRun: options.dryRun ?? false,
    loadImage: options.loadImage,
    images: options.images,
    onOpen: options.onOpen,
  };
  const makers = [
    listChats,
    sendText,
    sendImage,
    sendCard,
    updateCard,
    streamCardOpen,
    streamCardAppend,
    streamCardClose,
  ];
  return {
    tools: makers.map((make) => withToolErrors(make(context))),
    close: () => streams.shutdown(),
  };
}

function withToolErrors(tool: ChannelTool): ChannelTool {
  return {
    ...tool,
    async run(input, call) {
      try {
        return await tool.run(input, call);
      } catch (error) {
        throw toToolError(error);
      }
    },
  };
}
