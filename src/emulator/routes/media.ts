import { ok, okBytes } from "../api/answer.ts";
import type { Answer } from "../api/answer.ts";
import type { Call, Route } from "../api/call.ts";
import { parseMultipart } from "../media/multipart.ts";
import { storeUpload } from "../media/upload.ts";
import { refuse } from "../api/refusal.ts";
import type { StoredFile } from "../store/files.ts";
import type { Message } from "../store/messages.ts";

const base = { auth: "tenant", invalid: "mediaParameter" } as const;
const UPLOAD = ["im:resource", "im:resource:upload"];
const DOWNLOAD = ["im:message", "im:message:readonly", "im:resource"];

type Kind = StoredFile["kind"];

/** What the two kinds of upload call their fields, and the purposes and types they take. */
const FORMS: Readonly<Record<Kind, { readonly typeField: string; readonly types: readonly string[] }>> = {
  image: { typeField: "image_type", types: ["message", "avatar"] },
  file: { typeField: "file_type", types: ["opus", "mp4", "pdf", "doc", "xls", "ppt", "stream"] },
};

function upload(call: Call, kind: Kind): Answer {
  const { body } = call.request;
  const parts = typeof body === "string" ? undefined : parseMultipart(body, call.request.header("content-type") ?? "");
  if (parts === undefined) throw call.invalid("body", "is not multipart/form-data");
  const text = (name: string): string | undefined => {
    const part = parts.get(name);
    return part === undefined ? undefined : Buffer.from(part.data).toString("utf8");
  };
  const content = parts.get(kind);
  if (content === undefined) throw call.invalid(kind, `${kind} is required`);
  const { typeField, types } = FORMS[kind];
  const type = text(typeField) ?? "";
  if (!types.includes(type)) throw call.invalid(typeField, `options: [${types.join(",")}]`);
  const name = kind === "file" ? text("file_name") : (content.fileName ?? "image");
  if (name === undefined || name === "") throw call.invalid("file_name", "file_name is required");
  const duration = text("duration");
  if (duration !== undefined && !/^\d+$/u.test(duration)) throw call.invalid("duration", "must be milliseconds");
  const { key } = storeUpload(call.core, {
    appId: call.app.appId,
    kind,
    name,
    data: content.data,
    type: kind === "file" ? type : undefined,
    avatar: type === "avatar",
    durationMs: duration === undefined ? undefined : Number(duration),
  });
  return ok({ [`${kind}_key`]: key });
}

function download(call: Call, kind: Kind): Answer {
  const file = ownFile(call, call.param(`${kind}_key`), kind);
  return okBytes(file.data, file.contentType, file.name);
}

function ownFile(call: Call, key: string, kind: Kind): StoredFile {
  const file = call.core.store.files.get(key);
  if (file === undefined || file.kind !== kind) throw call.invalid(`${kind}_key`, `there is no ${kind} with this key`);
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
  if (type !== "image" && type !== "file") throw call.invalid("type", "options: [image,file]");
  const key = call.param("file_key");
  const file = keysOf(message).includes(key) ? store.files.get(key) : undefined;
  if (file === undefined || file.kind !== type) throw refuse("mediaNotInMessage");
  return okBytes(file.data, file.contentType, file.name);
}

/** Upload and download of one kind: `/open-apis/im/v1/images` and below. */
function ownRoutes(kind: Kind): Route[] {
  const path = `/open-apis/im/v1/${kind}s`;
  const both = { ...base, scopes: UPLOAD };
  return [
    { ...both, operation: `${kind}.create`, method: "POST", path, run: (call) => upload(call, kind) },
    {
      ...both,
      operation: `${kind}.get`,
      method: "GET",
      path: `${path}/:${kind}_key`,
      run: (call) => download(call, kind),
    },
  ];
}

/** @see docs:im-v1/{image,file}/create, docs:im-v1/message/get-message-resource */
export const mediaRoutes: readonly Route[] = [
  ...ownRoutes("image"),
  ...ownRoutes("file"),
  {
    ...base,
    scopes: DOWNLOAD,
    operation: "message.resource",
    method: "GET",
    path: "/open-apis/im/v1/messages/:message_id/resources/:file_key",
    run: resource,
  },
];
