import { toInboundMediaFacts } from "openclaw/plugin-sdk/channel-inbound";
import { errorText } from "../../../../src/log/index.ts";
import type { Logger } from "../../../../src/log/index.ts";
import { FeishuApiError } from "../../client/index.ts";
import type { FeishuClient } from "../../client/index.ts";
import type { FeishuAttachment } from "../../inbound/index.ts";
import { downloadResourceFeishu } from "../../send.ts";
import type { HostRuntime, InboundMedia, InboundMediaFact } from "../host/index.ts";

const KINDS: Readonly<Record<Exclude<FeishuAttachment["kind"], "sticker">, NonNullable<InboundMedia["kind"]>>> = {
  image: "image",
  audio: "audio",
  media: "video",
  file: "document",
};

/** What is needed to fetch the files of a message. */
export interface InboundMediaOptions {
  readonly client: FeishuClient;
  readonly runtime: HostRuntime;
  readonly messageId: string;
  readonly maxBytes: number;
  readonly logger: Logger;
}

/** The files of a message that the agent can open, and a sentence for each that it cannot. */
export interface SavedMedia {
  readonly media: readonly InboundMediaFact[];
  readonly missing: readonly string[];
}

/**
 * Fetches the files of a message into the host's store of inbound media. A file that is too large or cannot be fetched is left out
 * and logged, and the agent is told, so that it can say so. Stickers are only named: Feishu does not hand them out.
 * @see https://open.feishu.cn/document/server-docs/im-v1/message/get-2
 */
export async function saveInboundMedia(
  attachments: readonly FeishuAttachment[],
  options: InboundMediaOptions,
): Promise<SavedMedia> {
  const saved: InboundMedia[] = [];
  const missing: string[] = [];
  for (const attachment of attachments) {
    const media = await saveOne(attachment, options);
    if (typeof media === "string") missing.push(media);
    else if (media !== undefined) saved.push(media);
  }
  return { media: saved.length === 0 ? [] : toInboundMediaFacts(saved, { messageId: options.messageId }), missing };
}

async function saveOne(
  attachment: FeishuAttachment,
  options: InboundMediaOptions,
): Promise<InboundMedia | string | undefined> {
  const { client, runtime, messageId, maxBytes, logger } = options;
  if (attachment.kind === "sticker") return undefined;
  const type = attachment.kind === "image" ? "image" : "file";
  const fileKey = type === "image" ? attachment.imageKey : (attachment.fileKey ?? attachment.imageKey);
  if (fileKey === undefined) return undefined;
  try {
    const { data, contentType, fileName } = await downloadResourceFeishu(client, { messageId, fileKey, type });
    if (data.byteLength > maxBytes) {
      logger.warn("a file is larger than mediaMaxMb and was left out", { messageId, bytes: data.byteLength });
      return `[${what(attachment)} not received: ${toMb(data.byteLength)} MB, more than the ${toMb(maxBytes)} MB allowed]`;
    }
    const name = attachment.fileName ?? fileName;
    const stored = await runtime.channel.media.saveMediaBuffer(
      Buffer.from(data),
      contentType,
      "inbound",
      maxBytes,
      name,
    );
    return {
      path: stored.path,
      kind: KINDS[attachment.kind],
      ...((stored.contentType ?? contentType) !== undefined && {
        contentType: stored.contentType ?? contentType ?? "",
      }),
      ...(name !== undefined && { fileName: name }),
    };
  } catch (error) {
    logger.warn("a file could not be fetched and was left out", {
      messageId,
      kind: attachment.kind,
      error: errorText(error),
    });
    const isTooLarge = error instanceof FeishuApiError && error.kind === "too-large";
    return `[${what(attachment)} not received${isTooLarge ? ": more than the 100 MB that Feishu hands out" : ""}]`;
  }
}

const what = ({ kind, fileName }: FeishuAttachment): string => fileName ?? `the ${kind === "media" ? "video" : kind}`;

const toMb = (bytes: number): string => (bytes / 1024 / 1024).toFixed(2).replace(/\.?0+$/u, "");
