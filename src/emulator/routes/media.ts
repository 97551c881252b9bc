import { ok, okBytes } from "../answer.ts";
import type { Answer } from "../answer.ts";
import type { Call, Route } from "../call.ts";
import { parseMultipart } from "../media/multipart.ts";
import { storeUpload } from "../media/upload.ts";
import { refuse } from "../refusal.ts";
import type { StoredFile } from "../store/files.ts";
import type { Message } from "../store/messages.ts";

const base = { auth: "tenant", invalid: "mediaParameter" } as const;
const UPLOAD = ["im:resource", "im:resource:upload"];
const DOWNLOAD = ["im:message", "im:message:readonly", "im:resource"];

const FILE_TYPES: ReadonlySet<string> = new Set(["opus", "mp4", "pdf", "doc", "xls", "ppt", "stream"]);

function upload(call: Call, kind: "image" | "file"): StoredFile {
  const { body } = call.request;
  const parts = typeof body === "string" ? undefined : parseMultipart(body, call.request.header("content-type") ?? "");
  if (parts === undefined) throw call.invalid("the body is not multipart/form-data");
  const text = (name: string): string | undefined => {
    const part = parts.get(name);
    return part === undefined ? undefined : Buffer.from(part.data).toString("utf8");
  };
  const content = parts.get(kind);
  if (content === undefined) throw call.invalid(`${kind} is required`);
  const type = text(kind === "image" ? "image_type" : "file_type") ?? "";
  const known = kind === "image" ? type === "message" || type === "avatar" : FILE_TYPES.has(type);
  if (!known)
    throw call.invalid(
      kind === "image" ? "image_type: message or avatar" : "file_type: opus, mp4, pdf, doc, xls, ppt or stream",
    );
  const name = kind === "file" ? text("file_name") : (content.fileName ?? "image");
  if (name === undefined || name === "") throw call.invalid("file_name is required");
  const duration = Number(text("duration") ?? NaN);
  return storeUpload(call.core, {
    appId: call.app.appId,
    kind,
    name,
    data: content.data,
    type: kind === "file" ? type : undefined,
    durationMs: Number.isFinite(duration) ? duration : undefined,
  });
}

function ownFile(call: Call, key: string, kind: "image" | "file"): StoredFile {
  const file = call.core.store.files.get(key);
  if (file === undefined || file.kind !== kind) throw call.invalid(`there is no ${kind} with this key`);
  if (file.appId !== call.app.appId)
    throw refuse("mediaNotInMessage", { msg: "The app is not the owner of the resource." });
  return file;
}

/** Keys that a message's content names. */
function keysOf(message: Message): string[] {
  return [...JSON.stringify(message.content).matchAll(/"(?:image_key|file_key)":"([^"]+)"/gu)].map(
    (match) => match[1] ?? "",
  );
}

function resource(call: Call): Answer {
  const { store } = call.core;
  const message = store.messages.get(call.param("message_id"));
  if (message === undefined) throw refuse("messageIdUnknown");
  if (store.chats.get(message.chatId)?.apps.has(call.app.appId) !== true) throw refuse("mediaNotInChat");
  if (message.msgType === "interactive" || message.msgType === "merge_forward") throw refuse("mediaCard");
  const type = call.query("type");
  if (type !== "image" && type !== "file") throw call.invalid("type: image or file");
  const key = call.param("file_key");
  const file = keysOf(message).includes(key) ? store.files.get(key) : undefined;
  if (file === undefined || file.kind !== type) throw refuse("mediaNotInMessage");
  return okBytes(file.data, file.contentType, file.name);
}

/** @see docs:im-v1/{image,file}/create, docs:im-v1/message/get-message-resource */
export const mediaRoutes: readonly Route[] = [
  {
    ...base,
    scopes: UPLOAD,
    operation: "image.create",
    method: "POST",
    path: "/open-apis/im/v1/images",
    run: (call) => ok({ image_key: upload(call, "image").key }),
  },
  {
    ...base,
    scopes: UPLOAD,
    operation: "file.create",
    method: "POST",
    path: "/open-apis/im/v1/files",
    run: (call) => ok({ file_key: upload(call, "file").key }),
  },
  {
    ...base,
    scopes: UPLOAD,
    operation: "image.get",
    method: "GET",
    path: "/open-apis/im/v1/images/:image_key",
    run: (call) => {
      const file = ownFile(call, call.param("image_key"), "image");
      return okBytes(file.data, file.contentType, file.name);
    },
  },
  {
    ...base,
    scopes: UPLOAD,
    operation: "file.get",
    method: "GET",
    path: "/open-apis/im/v1/files/:file_key",
    run: (call) => {
      const file = ownFile(call, call.param("file_key"), "file");
      return okBytes(file.data, file.contentType, file.name);
    },
  },
  {
    ...base,
    scopes: DOWNLOAD,
    operation: "message.resource",
    method: "GET",
    path: "/open-apis/im/v1/messages/:message_id/resources/:file_key",
    run: resource,
  },
];
