import { addReactionFeishu, deleteReactionFeishu, recallMessageFeishu } from "../../send.ts";
import type { FeishuClient } from "../../client/index.ts";
import type { AccountClients, AccountLease } from "../account/clients.ts";
import { resolveAccount } from "../account/account.ts";
import { toActionError } from "./action-error.ts";
import { editMessage } from "../../edit-message.ts";
import { toEmojiType } from "../../emoji.ts";
import type { ActionContext, ActionResult, ActionsAdapter } from "../host/plugin-shape.ts";

/** The host's action names that are done here; `send` is the outbound adapter's. */
const ACTIONS = ["react", "edit", "unsend", "delete"] as const;

/** For the host: `messageId` names a message and not a place, so that the place is the current conversation when none is given. */
const BY_MESSAGE = { aliases: ["messageId"], deliveryTargetAliases: [] };

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
    messageActionTargetAliases: { edit: BY_MESSAGE, unsend: BY_MESSAGE },
    supportsAction: ({ action }) => ACTIONS.some((known) => known === action),
    handleAction: async (ctx: ActionContext): Promise<ActionResult> => {
      const account = resolveAccount(ctx.cfg, ctx.accountId);
      if (ctx.action === "react" && account.config.actions?.reactions === false)
        throw new Error("react: switched off by channels.feishu.actions.reactions");
      try {
        const details = await clients.use(account, (lease) => act(lease, ctx));
        return { content: [{ type: "text", text: JSON.stringify(details) }], details };
      } catch (error) {
        throw toActionError(ctx.action, error);
      }
    },
  };
}

async function act(
  { client, delivery }: AccountLease,
  { action, params, toolContext }: ActionContext,
): Promise<object> {
  const given = text(params["messageId"]);
  switch (action) {
    case "react": {
      const messageId = given ?? text(toolContext?.currentMessageId);
      if (messageId === undefined) throw new TypeError("react: messageId is needed, the om_… id of a message");
      return react(client, messageId, params);
    }
    case "edit": {
      const markdown = text(params["message"]) ?? text(params["text"]);
      if (given === undefined)
        throw new TypeError("edit: messageId is needed, the om_… id of a message that the bot sent");
      if (markdown === undefined) throw new TypeError("edit: message is needed, the new text");
      await editMessage(delivery, given, markdown);
      return { ok: true, messageId: given };
    }
    case "unsend":
    case "delete":
      // Not the message that is being answered: that is somebody else's.
      if (given === undefined)
        throw new TypeError(`${action}: messageId is needed, the om_… id of a message that the bot sent`);
      await recallMessageFeishu(client, { messageId: given });
      return { ok: true, messageId: given };
    default:
      throw new TypeError(`${action} is not supported in Feishu`);
  }
}

/** Adds an emoji; with `remove` takes it off again, and without an emoji (or with `clearAll`) all that the bot put there. */
async function react(client: FeishuClient, messageId: string, params: ActionContext["params"]): Promise<object> {
  if (!/^om_\w+$/u.test(messageId)) throw new TypeError("react: messageId is the om_… id of a message");
  const emojiType = toEmojiType(text(params["emoji"]) ?? "");
  const remove = params["remove"] === true || params["clearAll"] === true || params["emoji"] === "";
  if (remove) return { ok: true, removed: await removeOwn(client, messageId, emojiType) };
  if (emojiType === "")
    throw new TypeError("react: emoji is needed (THUMBSUP, OK, 👍, …); with remove it takes the bot's own away");
  const { reactionId } = await addReactionFeishu(client, { messageId, emojiType });
  return { ok: true, reactionId };
}

/** Takes the app's own emoji off a message; Feishu wants the reaction's id for that. */
async function removeOwn(client: FeishuClient, messageId: string, emojiType: string): Promise<number> {
  const own: string[] = [];
  let pageToken: string | undefined;
  do {
    const params = {
      page_size: 50,
      ...(emojiType !== "" && { reaction_type: emojiType }),
      ...(pageToken !== undefined && { page_token: pageToken }),
    };
    const { data } = await client.call("im.messageReaction.list", undefined, (sdk) =>
      sdk.im.v1.messageReaction.list({ path: { message_id: messageId }, params }),
    );
    for (const { operator, reaction_id } of data?.items ?? [])
      if (
        operator?.operator_type === "app" &&
        operator.operator_id === client.account.appId &&
        reaction_id !== undefined
      )
        own.push(reaction_id);
    pageToken = data?.has_more === true ? data.page_token : undefined;
  } while (pageToken !== undefined);
  for (const reactionId of own) await deleteReactionFeishu(client, { messageId, reactionId });
  return own.length;
}

const text = (value: unknown): string | undefined => {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
};
