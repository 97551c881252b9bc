import { Buffer } from "node:buffer";
import { Readable } from "node:stream";
import { FEISHU_LIMITS, FeishuApiError, FeishuInputError, FeishuTransportError } from "../client/index.ts";
import type { CallOptions, FeishuClient } from "../client/index.ts";
import { expectField } from "./card-entity.ts";
import { sendMessage } from "./message-target.ts";
import type { SentMessage } from "./message-target.ts";
import type { Outgoing } from "./messages.ts";
import { fileNameOf, toFileName } from "./file-name.ts";
import { readDurationMs } from "./media-duration.ts";
import { checkId, checkMessageId } from "./validate.ts";

/** A file's bytes; a stream is read into memory, so that a retry sends the same. */
export type FileData = Uint8Array | Readable;

/** What Feishu does with a file: `opus` and `mp4` play in the chat, `stream` is any other file. */
export type FileType = "opus" | "mp4" | "pdf" | "doc" | "xls" | "ppt" | "stream";

/** Up- and downloads take longer than calls. */
const TRANSFER_TIMEOUT_MS = 60_000;

/**
 * Uploads an image (at most 10 MB) for messages and cards of this app.
 * @throws FeishuApiError, FeishuTransportError, FeishuInputError, or the signal's reason; so do all functions here.
 * @see Feishu server API, im-v1/image/create
 */
export async function uploadImageFeishu(
  client: FeishuClient,
  params: { data: FileData },
  options?: CallOptions,
): Promise<{ imageKey: string }> {
  const operation = "im.image.create";
  const image = await toBuffer(operation, params.data, FEISHU_LIMITS.imageMaxBytes);
  const answer = await client.call(operation, forTransfer(options), (sdk) =>
    sdk.im.v1.image.create({ data: { image_type: "message", image } }),
  );
  return { imageKey: expectField(operation, "image_key", answer?.image_key) };
}

/**
 * Uploads a file (at most 30 MB). Without `fileType` its name's ending decides; without `durationMs` a voice message's or video's own
 * data.
 * @see Feishu server API, im-v1/file/create
 */
export async function uploadFileFeishu(
  client: FeishuClient,
  params: { data: FileData; fileName: string; fileType?: FileType | undefined; durationMs?: number | undefined },
  options?: CallOptions,
): Promise<{ fileKey: string }> {
  const operation = "im.file.create";
  const file_name = toFileName(params.fileName);
  const file = await toBuffer(operation, params.data, FEISHU_LIMITS.fileMaxBytes);
  const file_type = params.fileType ?? fileTypeOf(file_name);
  const plays = file_type === "opus" || file_type === "mp4";
  const durationMs = params.durationMs ?? (plays ? readDurationMs(file) : undefined);
  const duration = durationMs === undefined ? {} : { duration: Math.round(durationMs) };
  const data = { file_type, file_name, ...duration, file };
  const answer = await client.call(operation, forTransfer(options), (sdk) => sdk.im.v1.file.create({ data }));
  return { fileKey: expectField(operation, "file_key", answer?.file_key) };
}

/** Sends an uploaded image. */
export async function sendImageFeishu(
  client: FeishuClient,
  params: Outgoing & { imageKey: string },
  options?: CallOptions,
): Promise<SentMessage> {
  const image_key = checkId("im.message.create", "imageKey", params.imageKey, 255);
  return sendMessage(client, { to: params.to, uuid: params.uuid, msgType: "image", content: { image_key } }, options);
}

/** Sends an uploaded file. */
export async function sendFileFeishu(
  client: FeishuClient,
  params: Outgoing & { fileKey: string },
  options?: CallOptions,
): Promise<SentMessage> {
  const file_key = checkId("im.message.create", "fileKey", params.fileKey, 255);
  return sendMessage(client, { to: params.to, uuid: params.uuid, msgType: "file", content: { file_key } }, options);
}

/** Sends an uploaded voice message (`opus`). */
export async function sendAudioFeishu(
  client: FeishuClient,
  params: Outgoing & { fileKey: string },
  options?: CallOptions,
): Promise<SentMessage> {
  const file_key = checkId("im.message.create", "fileKey", params.fileKey, 255);
  return sendMessage(client, { to: params.to, uuid: params.uuid, msgType: "audio", content: { file_key } }, options);
}

/** Sends an uploaded video (`mp4`), with an uploaded image as its cover. */
export async function sendMediaFeishu(
  client: FeishuClient,
  params: Outgoing & { fileKey: string; coverImageKey?: string | undefined },
  options?: CallOptions,
): Promise<SentMessage> {
  const file_key = checkId("im.message.create", "fileKey", params.fileKey, 255);
  const cover =
    params.coverImageKey === undefined
      ? {}
      : { image_key: checkId("im.message.create", "coverImageKey", params.coverImageKey, 255) };
  return sendMessage(
    client,
    { to: params.to, uuid: params.uuid, msgType: "media", content: { file_key, ...cover } },
    options,
  );
}

/** A downloaded file. */
export interface DownloadedResource {
  readonly data: Uint8Array;
  readonly contentType: string | undefined;
  readonly fileName: string | undefined;
}

/**
 * Downloads an image or file (video and audio too) that is part of a message; at most 100 MB, not from cards or merged messages.
 * Where Feishu answers with a server error to a voice message or video as `file`, it may have it as `media` (seen in public code).
 * @see Feishu server API, im-v1/message/get-message-resource
 */
export async function downloadResourceFeishu(
  client: FeishuClient,
  params: { messageId: string; fileKey: string; type: "image" | "file" },
  options?: CallOptions,
): Promise<DownloadedResource> {
  const operation = "im.messageResource.get";
  const path = {
    message_id: checkMessageId(operation, params.messageId),
    file_key: checkId(operation, "fileKey", params.fileKey, 255),
  };
  const get = (type: string): Promise<DownloadedResource> => fetchResource(client, path, type, options);
  if (params.type !== "file") return get(params.type);
  try {
    return await get("file");
  } catch (error) {
    if (!isServerFailure(error)) throw error;
    return await get("media").catch(() => {
      throw error;
    });
  }
}

async function fetchResource(
  client: FeishuClient,
  path: { message_id: string; file_key: string },
  type: string,
  options: CallOptions | undefined,
): Promise<DownloadedResource> {
  const answer = await client.call("im.messageResource.get", forTransfer(options), (sdk) =>
    sdk.im.v1.messageResource.get({ path, params: { type } }),
  );
  const chunks: Uint8Array[] = await answer.getReadableStream().toArray();
  // Our HttpInstance puts the answer's own headers there; the SDK types them as any.
  const headers = answer.headers as { get(name: string): string | null };
  return {
    data: new Uint8Array(Buffer.concat(chunks)),
    contentType: headers.get("content-type") ?? undefined,
    fileName: fileNameOf(headers.get("content-disposition")),
  };
}

const isServerFailure = (error: unknown): boolean =>
  (error instanceof FeishuApiError && error.kind === "server") ||
  (error instanceof FeishuTransportError && (error.httpStatus ?? 0) >= 500);

function forTransfer(options: CallOptions | undefined): CallOptions {
  return { ...options, timeoutMs: options?.timeoutMs ?? TRANSFER_TIMEOUT_MS };
}

async function toBuffer(operation: string, data: FileData, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of data instanceof Readable ? data : [data]) {
    const bytes = chunk as Uint8Array;
    size += bytes.byteLength;
    if (size > maxBytes) throw new FeishuInputError(operation, "data", "too-long", tooLarge(data, size, maxBytes));
    chunks.push(bytes);
  }
  if (size === 0) throw new FeishuInputError(operation, "data", "empty", "must not be empty");
  return Buffer.concat(chunks);
}

/** With its size, where that is known before all of it was read. */
function tooLarge(data: FileData, size: number, maxBytes: number): string {
  const mb = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1).replace(/\.0$/u, "")} MB`;
  const has = data instanceof Readable ? `more than ${mb(maxBytes)}` : mb(size);
  return `has ${has}, and Feishu takes ${mb(maxBytes)} (${maxBytes} bytes)`;
}

/** @see im-v1/file/create, `file_type`; Office formats are named by their oldest ending */
const FILE_TYPES: Readonly<Record<string, FileType>> = {
  opus: "opus",
  mp4: "mp4",
  pdf: "pdf",
  doc: "doc",
  docx: "doc",
  xls: "xls",
  xlsx: "xls",
  ppt: "ppt",
  pptx: "ppt",
};

function fileTypeOf(fileName: string): FileType {
  const ending = fileName.slice(fileName.lastIndexOf(".") + 1).toLowerCase();
  return (Object.hasOwn(FILE_TYPES, ending) ? FILE_TYPES[ending] : undefined) ?? "stream";
}
