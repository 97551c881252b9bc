/** How Feishu shows a file. */
export type MediaKind = "image" | "voice" | "video" | "file";

/** Image formats that Feishu takes as images; others go as files. @see https://open.feishu.cn/document/server-docs/im-v1/image/create */
const IMAGES = /^image\/(?:jpeg|jpg|png|webp|gif|bmp|x-icon|vnd\.microsoft\.icon|tiff|heic)$/u;

/** Types that say nothing of what a file is. */
const NO_TYPE = /^(?:(?:application|binary)\/octet-stream|application\/ogg)$/u;
/** An Ogg file's first page, which names the codec. */
const FIRST_PAGE = 64;

/**
 * By content type, else by the name's ending, else by how the file begins. Only Opus plays as a voice message, only MP4 as a video.
 * @see https://www.rfc-editor.org/rfc/rfc7845#section-5.1 for how Opus in Ogg begins
 */
export function mediaKind(contentType: string | undefined, fileName: string, data: Uint8Array): MediaKind {
  const said = (contentType ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const type = NO_TYPE.test(said) ? "" : said;
  const ending = fileName.slice(fileName.lastIndexOf(".") + 1).toLowerCase();
  if (IMAGES.test(type) || (type === "" && ["jpg", "jpeg", "png", "webp", "gif", "bmp"].includes(ending)))
    return "image";
  if (ending === "opus" || type === "audio/opus" || (type === "audio/ogg" && ending !== "mp3")) return "voice";
  if (type === "" && isOpus(data)) return "voice";
  return ending === "mp4" || type === "video/mp4" ? "video" : "file";
}

function isOpus(data: Uint8Array): boolean {
  const page = Buffer.from(data.subarray(0, FIRST_PAGE)).toString("latin1");
  return page.startsWith("OggS") && page.includes("OpusHead");
}
