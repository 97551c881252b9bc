/** The path by which public reports of failures load it; the code is in its room. */
export { sendLoadedMedia, sendWholeText } from "./outbound/message-sender.ts";
