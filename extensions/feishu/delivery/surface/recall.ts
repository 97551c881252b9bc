import type { CallOptions, FeishuClient } from "../../client/index.ts";
import { FeishuApiError } from "../../client/index.ts";
import { recallMessageFeishu } from "../../send.ts";

/** Recalls a message of the app's; one that was recalled already, by an attempt whose answer was lost, say, is gone as well. @throws when it is still there */
export async function recallForGood(client: FeishuClient, messageId: string, options: CallOptions): Promise<void> {
  try {
    await recallMessageFeishu(client, { messageId }, options);
  } catch (error) {
    if (!(error instanceof FeishuApiError && error.kind === "not-found")) throw error;
  }
}
