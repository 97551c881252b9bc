import type { ChannelTool, ChannelToolset, Language } from "../../../src/plugin-sdk/index.ts";
import type { ReplyStream } from "../../../src/stream/index.ts";
import type { FeishuDelivery } from "../delivery/index.ts";
import type { LoadImage } from "../images/index.ts";
import type { ReplySettings } from "../reply-dispatcher.ts";
import { AllowList } from "./allow-list.ts";
import type { ToolContext } from "./context.ts";
import { listChats } from "./list-chats.ts";
import { sendCard } from "./send-card.ts";
import { sendImage } from "./send-image.ts";
import { sendText } from "./send-text.ts";
import { streamCardAppend } from "./stream-card-append.ts";
import { streamCardClose } from "./stream-card-close.ts";
import { streamCardOpen } from "./stream-card-open.ts";
import type { StreamLimits } from "./stream-limits.ts";
import { toToolError } from "./tool-error.ts";
import { ToolStreams } from "./tool-streams.ts";
import type { ToolSharing } from "./tool-streams.ts";
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
  /** How replies are written; `locale` is {@link FeishuToolsOptions.language}. @defaultValue as the library does */
  readonly settings?: Omit<ReplySettings, "locale"> | undefined;
  /** Where several processes share their streams. @defaultValue this process is alone */
  readonly shared?: ToolSharing | undefined;
  /** Told of every card stream before anything of it is sent, so that it can be watched. */
  readonly onOpen?: ((reply: ReplyStream) => void) | undefined;
}

/** Milliseconds that open streams have to end when the tools are closed. */
const SHUTDOWN_WITHIN_MS = 3_000;

/** The tools, and their part in what processes share. */
export interface FeishuToolset extends ChannelToolset {
  /** Begins to take part in what is shared, before the first call. @throws SharedStateError when it cannot be reached */
  start(): Promise<void>;
  /** Whether this process may write to a card, as far as it knows. */
  owns(cardId: string): boolean;
}

/** What a model can do with one Feishu app. The client belongs to the caller. */
export function createFeishuTools(options: FeishuToolsOptions): FeishuToolset {
  const { delivery, newId } = options;
  const language = options.language ?? "zh";
  const dryRun = options.dryRun ?? false;
  const streams = new ToolStreams({
    delivery,
    newId,
    dryRun,
    images: options.images,
    settings: { ...options.settings, locale: language },
    limits: options.streams,
    shared: options.shared,
    onOpen: options.onOpen,
  });
  const context: ToolContext = {
    delivery,
    streams: streams.all,
    shown: (opening, signal) => streams.shown(opening, signal),
    newId,
    language,
    allow: new AllowList(delivery.client, options.allow),
    dryRun,
    loadImage: options.loadImage,
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
    start: () => streams.start(),
    owns: (cardId) => streams.owns(cardId),
    close: () => streams.all.close(SHUTDOWN_WITHIN_MS),
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
