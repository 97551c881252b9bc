import { toInboundMediaFacts } from "openclaw/plugin-sdk/channel-inbound";
import type { Logger } from "../../../src/log/index.ts";
import type { FeishuClient } from "../client/index.ts";
import type { FeishuAttachment } from "../inbound/index.ts";
import { downloadResourceFeishu } from "../send.ts";
import type { HostRuntime, InboundMedia, InboundMediaFact } from "./host.ts";

const KINDS: Readonly<Record<FeishuAttachment["kind"], NonNullable<InboundMedia["kind"]>>> = {
  image: "image",
  sticker: "image",
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

/**
 * Fetches the files of a message into the host's store of inbound media. A file that is too large or cannot be fetched is left out
 * and logged: the message is answered without it (its place in the text still says what it was).
 */
export async function saveInboundMedia(
  attachments: readonly FeishuAttachment[],
  options: InboundMediaOptions,
): Promise<InboundMediaFact[]> {
  const saved: InboundMedia[] = [];
  for (const attachment of attachments) {
    const media = await saveOne(attachment, options);
    if (media !== undefined) saved.push(media);
  }
  return saved.length === 0 ? [] : toInboundMediaFacts(saved, { messageId: options.messageId });
}

async function saveOne(attachment: FeishuAttachment, options: InboundMediaOptions): Promise<InboundMedia | undefined> {
  const { client, runtime, messageId, maxBytes, logger } = options;
  const type = attachment.kind === "image" ? "image" : "file";
  const fileKey = type === "image" ? attachment.imageKey : (attachment.fileKey ?? attachment.imageKey);
  if (fileKey === undefined) return undefined;
  try {
    const { data, contentType, fileName } = await downloadResourceFeishu(client, { messageId, fileKey, type });
    if (data.byteLength > maxBytes) {
      logger.warn("a file is larger than mediaMaxMb and was left out", { messageId, bytes: data.byteLength });
      return undefined;
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
      error: error instanceof Error ? error.message : String(error),
    });
    return undefined;
  }
}
