import { toFeishuMarkdown } from "../card/index.ts";
import type { CardJson } from "../card/index.ts";
import type { FeishuClient } from "../client/index.ts";
import { FeishuApiError } from "../client/index.ts";
import { editMessageFeishu, getMessageFeishu, patchCardMessageFeishu } from "../send.ts";
import type { FeishuMessage } from "../send.ts";

/**
 * Replaces what a message of the bot's says. Feishu edits each kind in its own way: plain text, rich text, and cards as a whole,
 * which takes their buttons away.
 * @throws Error when it is not the bot's own or of a kind that cannot be edited, and what the send functions throw.
 */
export async function editMessage(client: FeishuClient, messageId: string, markdown: string): Promise<void> {
  const message = await readMessage(client, messageId);
  if (message?.deleted === true) throw new Error(`${messageId} was deleted or taken back`);
  if (message?.sender !== undefined && message.sender.id !== client.account.appId)
    throw new Error(`${messageId} was sent by somebody else: the bot can edit only messages that it sent itself`);
  switch (message?.msgType ?? "post") {
    case "post":
      return editMessageFeishu(client, { messageId, markdown });
    case "text":
      return editMessageFeishu(client, { messageId, text: markdown });
    case "interactive":
      return patchCardMessageFeishu(client, { messageId, card: toCard(markdown) });
    default:
      throw new Error(
        `a message of the kind ${message?.msgType} cannot be edited: send a new one, and delete this one`,
      );
  }
}

/** Undefined when the app may not read messages; then Feishu's refusal of the edit says what is wrong. */
async function readMessage(client: FeishuClient, messageId: string): Promise<FeishuMessage | undefined> {
  try {
    return (await getMessageFeishu(client, { messageId })).message;
  } catch (error) {
    if (error instanceof FeishuApiError && error.permissionViolations !== undefined) return undefined;
    throw error;
  }
}

function toCard(markdown: string): CardJson {
  const content = toFeishuMarkdown(markdown, { mentionable: new Set(), imageKey: () => undefined });
  return {
    schema: "2.0",
    config: { update_multi: true, streaming_mode: false },
    body: { elements: [{ tag: "markdown", content }] },
  };
}
