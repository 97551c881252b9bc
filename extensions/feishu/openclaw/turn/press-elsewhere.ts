import { pressAnswers } from "../../../../src/plugin-sdk/index.ts";
import { SharedStateError } from "../../../../src/shared/index.ts";
import type { AppProcess } from "../../app-process.ts";
import type { FeishuCardAction, FeishuCardActionAnswer } from "../../inbound/index.ts";
import { toToastAnswer } from "../../press-toast.ts";

/** A press has to be answered within 2.5 s. */
const ASK_WITHIN_MS = 2_300;

/** A press on a button of another gateway, as that one answers it. */
export async function pressElsewhere(
  shared: AppProcess,
  at: string,
  action: FeishuCardAction,
): Promise<FeishuCardActionAnswer | undefined> {
  try {
    const said = await shared.ask(at, action, ASK_WITHIN_MS);
    if (typeof said === "string") return toToastAnswer(pressAnswers[said === "gone" ? "forged" : "away"]);
    // Answered by `onToldPress` of that gateway.
    return (said.answer as FeishuCardActionAnswer | null) ?? undefined;
  } catch (error) {
    if (!(error instanceof SharedStateError)) throw error;
    return toToastAnswer(pressAnswers.away);
  }
}
