/** How Feishu shows a file. */
export type MediaKind = "image" | "voice" | "video" | "file";

/** Image formats that Feishu takes as images; others go as files. @see https://open.feishu.cn/document/server-docs/im-v1/image/create */
const IMAGES = /^image\/(?:jpeg|jpg|png|webp|gif|bmp|x-icon|vnd\.microsoft\.icon|tiff|heic)$/u;

/** By content type, else by the name's ending. Only Opus plays as a voice message, only MP4 as a video. */
export function mediaKind(contentType: string | undefined, fileName: string): MediaKind {
  const type = (contentType ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const ending = fileName.slice(fileName.lastIndexOf(".") + 1).toLowerCase();
  if (IMAGES.test(type) || (type === "" && ["jpg", "jpeg", "png", "webp", "gif", "bmp"].includes(ending)))
    return "image";
  if (ending === "opus" || type === "audio/opus" || (type === "audio/ogg" && ending !== "mp3")) return "voice";
  return ending === "mp4" || type === "video/mp4" ? "video" : "file";
}
