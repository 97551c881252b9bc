import { errorText } from "../../../../src/log/index.ts";
import { FeishuApiError, FeishuInputError } from "../../client/index.ts";
import { explainRefusal } from "../account/status.ts";

const CHECK_ID = "messageId is the om_… id of a message in a chat that the bot is in";
const OWN_ONLY = "the bot can change and take back only messages that it sent itself";
const CHECK_EMOJI = "emoji is one of Feishu's names (THUMBSUP, OK, HEART, DONE, …) or a common emoji character";

/** What went wrong with an action and what to do about it, for the operator and for the model that asked. */
export function toActionError(action: string, error: unknown): Error {
  const reason = errorText(error);
  const advice = adviceFor(action, error);
  return new Error(advice === undefined ? reason : `${reason}. What helps: ${advice}`, { cause: error });
}

function adviceFor(action: string, error: unknown): string | undefined {
  if (error instanceof FeishuInputError) return { messageId: CHECK_ID, emojiType: CHECK_EMOJI }[error.field];
  if (!(error instanceof FeishuApiError)) return undefined;
  if (error.permissionViolations?.length) return explainRefusal(error).fix;
  if (error.apiCode === UNKNOWN_EMOJI) return CHECK_EMOJI;
  if (error.kind === "not-found") return CHECK_ID;
  if (error.kind === "forbidden" && action !== "react") return OWN_ONLY;
  return error.row?.remedy.en;
}

/** @see https://open.feishu.cn/document/server-docs/im-v1/message-reaction/create */
const UNKNOWN_EMOJI = 231_001;
