import { addReactionFeishu, deleteReactionFeishu, editMessageFeishu, recallMessageFeishu } from "../send.ts";
import type { FeishuClient } from "../client/index.ts";
import type { AccountClients } from "./account-clients.ts";
import { resolveAccount } from "./account.ts";
import { toEmojiType } from "./emoji.ts";
import type { ActionContext, ActionResult, ActionsAdapter } from "./plugin-shape.ts";

/** The host's action names that are done here; `send` is the outbound adapter's. */
const ACTIONS = ["react", "edit", "unsend", "delete"] as const;

/** Emoji on messages, and changing or taking back what the bot sent. */
export function createActions(clients: AccountClients): ActionsAdapter {
  return {
    describeMessageTool: ({ cfg, accountId }) => {
      const account = resolveAccount(cfg, accountId);
      if (!account.configured) return null;
      const reactions = account.config.actions?.reactions !== false;
      return {
        actions: ["send", ...ACTIONS.filter((action) => action !== "react" || reactions)],
        capabilities: ["presentation"],
      };
    },
    supportsAction: ({ action }) => ACTIONS.some((known) => known === action),
    handleAction: async (ctx: ActionContext): Promise<ActionResult> => {
      const account = resolveAccount(ctx.cfg, ctx.accountId);
      const details = await clients.use(account, ({ client }) => act(client, ctx));
      return { content: [{ type: "text", text: JSON.stringify(details) }], details };
    },
  };
}

async function act(client: FeishuClient, { action, params, toolContext }: ActionContext): Promise<object> {
  const messageId = text(params["messageId"]) ?? text(toolContext?.currentMessageId);
  if (messageId === undefined) throw new TypeError(`${action}: messageId is needed`);
  switch (action) {
    case "react": {
      const emojiType = toEmojiType(text(params["emoji"]) ?? "");
      if (params["remove"] === true) return { ok: true, removed: await removeOwn(client, messageId, emojiType) };
      const { reactionId } = await addReactionFeishu(client, { messageId, emojiType });
      return { ok: true, reactionId };
    }
    case "edit": {
      const markdown = text(params["message"]) ?? text(params["text"]);
      if (markdown === undefined) throw new TypeError("edit: message is needed");
      await editMessageFeishu(client, { messageId, markdown });
      return { ok: true, messageId };
    }
    case "unsend":
    case "delete":
      await recallMessageFeishu(client, { messageId });
      return { ok: true, messageId };
    default:
      throw new TypeError(`${action} is not supported in Feishu`);
  }
}

/** Takes the app's own emoji off a message; Feishu wants the reaction's id for that. */
async function removeOwn(client: FeishuClient, messageId: string, emojiType: string): Promise<number> {
  const answer = await client.call("im.messageReaction.list", undefined, (sdk) =>
    sdk.im.v1.messageReaction.list({
      path: { message_id: messageId },
      params: { page_size: 50, ...(emojiType !== "" && { reaction_type: emojiType }) },
    }),
  );
  const own = (answer.data?.items ?? []).filter(
    (item) => item.operator?.operator_type === "app" && item.operator.operator_id === client.account.appId,
  );
  for (const { reaction_id: reactionId } of own) {
    if (reactionId !== undefined) await deleteReactionFeishu(client, { messageId, reactionId });
  }
  return own.length;
}

const text = (value: unknown): string | undefined => {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
};
