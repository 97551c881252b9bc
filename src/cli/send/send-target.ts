import type { MessageTarget } from "../../../extensions/feishu/index.ts";
import type { Language } from "../../plugin-sdk/index.ts";
import { sendStrings } from "../strings/send.ts";

/** Where `cardstream send` sends. */
export interface SendTarget {
  readonly to: MessageTarget;
  /** The chat, when it is known: what goes there shares its send limit. */
  readonly chatId: string | undefined;
}

/** The options that name a target. */
export interface TargetOptions {
  readonly chat?: string | undefined;
  readonly user?: string | undefined;
  readonly reply?: string | undefined;
}

/** The target that the options name, or what is wrong with them as a sentence. */
export function toSendTarget({ chat, user, reply }: TargetOptions, language: Language): SendTarget | string {
  const words = sendStrings[language];
  if (chat !== undefined && !/^oc_[\w-]+$/u.test(chat)) return words.badTarget("--chat", "oc_…");
  if (reply !== undefined && !/^om_[\w-]+$/u.test(reply)) return words.badTarget("--reply", "om_…");
  if (user !== undefined && (chat !== undefined || reply !== undefined)) return words.twoTargets;
  if (reply !== undefined) return { to: { type: "reply", messageId: reply }, chatId: chat };
  if (chat !== undefined) return { to: { type: "chat", chatId: chat }, chatId: chat };
  if (user === undefined) return words.noTarget;
  const idType = user.includes("@") ? "email" : user.startsWith("on_") ? "union_id" : "open_id";
  if (idType === "open_id" && !/^ou_[\w-]+$/u.test(user))
    return words.badTarget("--user", "ou_…, on_…, name@example.com");
  return { to: { type: "user", openId: user, idType }, chatId: undefined };
}
