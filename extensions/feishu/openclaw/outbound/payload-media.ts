import type { ReplyPayload } from "../host/index.ts";

/** The files of a payload; the host names them in either of two ways. */
export function mediaOf({ mediaUrls, mediaUrl }: Pick<ReplyPayload, "mediaUrl" | "mediaUrls">): readonly string[] {
  const named = (mediaUrls ?? []).filter((url) => url.trim() !== "");
  return named.length > 0 || mediaUrl === undefined || mediaUrl.trim() === "" ? named : [mediaUrl];
}
