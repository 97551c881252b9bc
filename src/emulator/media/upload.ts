import type { Core } from "../state/core.ts";
import { AVATAR_PIXELS, FILE_BYTES, GIF_PIXELS, IMAGE_BYTES, IMAGE_PIXELS } from "../limits.ts";
import { refuse } from "../api/refusal.ts";
import type { StoredFile } from "../store/files.ts";
import { imageInfo } from "./image-size.ts";

/** What is uploaded. */
export interface Upload {
  readonly appId: string | undefined;
  readonly kind: "image" | "file";
  readonly name: string;
  readonly data: Uint8Array<ArrayBuffer>;
  /** opus, mp4, pdf, … of files; images find theirs out. */
  readonly type: string | undefined;
  /** An image for somebody's profile. */
  readonly avatar?: boolean | undefined;
  readonly durationMs: number | undefined;
}

/** Keeps an upload. @throws Refusal 234010, 234006, 234011, 234039 */
export function storeUpload(core: Core, upload: Upload): StoredFile {
  const { data, kind } = upload;
  if (data.byteLength === 0) throw refuse("mediaEmpty");
  if (data.byteLength > (kind === "image" ? IMAGE_BYTES : FILE_BYTES)) throw refuse("mediaTooBig");
  const info = kind === "image" ? imageInfo(data) : undefined;
  if (kind === "image" && info === undefined) throw refuse("imageFormat");
  const side = Math.min(
    info?.format === "gif" ? GIF_PIXELS : IMAGE_PIXELS,
    upload.avatar === true ? AVATAR_PIXELS : Infinity,
  );
  if (info !== undefined && Math.max(info.width ?? 0, info.height ?? 0) > side) throw refuse("imageResolution");
  const file: StoredFile = {
    key: kind === "image" ? core.ids.make("img_v3_") : core.ids.make("file_v3_"),
    appId: upload.appId,
    kind,
    type: info?.format ?? upload.type ?? "stream",
    name: upload.name,
    contentType: info === undefined ? "application/octet-stream" : `image/${info.format}`,
    data,
    durationMs: upload.durationMs,
  };
  core.store.files.add(file);
  return file;
}
