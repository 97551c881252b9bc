import { RemoteStreamError } from "../../../src/feed/index.ts";
import { SharedStateError } from "../../../src/shared/index.ts";
import { ChannelToolError } from "../../../src/plugin-sdk/index.ts";
import type { FeishuErrorKind } from "../client/index.ts";
import { FeishuApiError, FeishuInputError, FeishuTransportError } from "../client/index.ts";
import { toStreamError } from "./stream-error.ts";

/** What a model should do about a refusal, where the table's remedy is for people. */
const NEXT: Partial<Record<FeishuErrorKind, string>> = {
  "rate-limited": "Wait at least the time given, then call again with the same input; do not call more often.",
  unauthenticated: "Do not retry. Tell the person: the app id or app secret of this server is wrong or was revoked.",
  "not-found":
    "Check the id. Call list_chats for chats the bot is in; a person may have to add the bot to the chat first.",
  expired: "The card is older than 14 days and cannot be changed. Send a new one with send_card.",
  "too-large": "Shorten the content or split it over several calls. For long text open a card with stream_card_open.",
  server: "Feishu has a problem. Wait ten seconds and call again once; then tell the person.",
  invalid: "Correct the input as the message says, then call again.",
};

/** Errors of Feishu as a model can act on them; others are given back as they are. */
export function toToolError(error: unknown): unknown {
  if (error instanceof RemoteStreamError) return toStreamError(error);
  if (error instanceof SharedStateError)
    return new ChannelToolError(
      "unreachable",
      `What servers share cannot be reached (${error.trouble}); what was appended before is kept.`,
      "Call again in ten seconds with the same input; if that fails too, tell the person to run `cardstream doctor`.",
      { cause: error },
    );
  if (error instanceof FeishuInputError) {
    return new ChannelToolError(
      "invalid-input",
      `Nothing was sent. ${error.message}.`,
      `Correct ${error.field} and call again.`,
      { cause: error },
    );
  }
  if (error instanceof FeishuTransportError) {
    return error.maybeApplied
      ? new ChannelToolError(
          "unknown-fate",
          `There was no answer from Feishu, so it is not known whether it was done: ${error.message}.`,
          "Do not send the same again at once: it may appear twice. Tell the person to look into the chat.",
          { cause: error },
        )
      : new ChannelToolError(
          "unreachable",
          `Feishu could not be reached; nothing was sent: ${error.message}.`,
          "Call again in ten seconds; if that fails too, tell the person to run `cardstream doctor`.",
          { cause: error },
        );
  }
  if (!(error instanceof FeishuApiError)) return error;
  const [missing] = error.permissionViolations ?? [];
  if (missing !== undefined) {
    return new ChannelToolError(
      "missing-scope",
      `The app lacks a permission: ${missing.scope} (${error.apiCode}).`,
      `Do not retry. Tell the person to grant ${missing.scope} at ${missing.url} and to publish a new version of the app.`,
      { cause: error },
    );
  }
  const wait = error.retryAfterMs === undefined ? "" : ` Wait ${Math.ceil(error.retryAfterMs / 1000)} s.`;
  const remedy = error.row?.remedy.en ?? "Run `cardstream explain` with the code.";
  return new ChannelToolError(error.kind, `${error.message}.${wait}`, NEXT[error.kind] ?? remedy, { cause: error });
}
