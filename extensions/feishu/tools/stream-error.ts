import type { RemoteStreamEnd, RemoteStreamError } from "../../../src/feed/index.ts";
import { ChannelToolError } from "../../../src/plugin-sdk/index.ts";

const WHY: Readonly<Record<RemoteStreamEnd, string>> = {
  writer: "The stream was closed",
  silence: "The stream was closed because nothing was appended for too long",
  shutdown: "The stream was closed because the server is being stopped",
};

/** A refusal of a stream as a model can act on it. */
export function toStreamError(error: RemoteStreamError): ChannelToolError {
  const { code, message, expected = 0, endedBy } = error;
  const wrong = (what: string, next: string, name: string): ChannelToolError =>
    new ChannelToolError(name, what, next, { cause: error });
  switch (code) {
    case "unknown-stream":
      return wrong(
        "There is no stream with this id.",
        "Open a stream with stream_card_open and use the stream_id it gives.",
        "unknown-stream",
      );
    case "ended":
      return wrong(
        `${WHY[endedBy ?? "writer"]}; its card keeps its ${expected} characters.`,
        "Open another stream with stream_card_open for what is still to be said.",
        "closed-stream",
      );
    case "gap":
    case "conflict":
      return wrong(
        code === "gap"
          ? `The offset leaves a gap: the stream has ${expected} characters.`
          : "At this offset the stream already has other text.",
        `Append the next text with offset ${expected}; text that was appended cannot be changed.`,
        "wrong-offset",
      );
    case "too-long":
      return wrong(
        `The stream would be too long: ${message}.`,
        "Close this stream and open another for the rest.",
        "too-long",
      );
    case "ending":
      return wrong(
        "The stream is being closed, which takes longer than usual.",
        "Call stream_card_close again with the same stream_id.",
        "closing",
      );
    default:
      return wrong(
        `No stream can be opened: ${message}.`,
        "Close streams that are done with stream_card_close, then open this one again.",
        "too-many-streams",
      );
  }
}
