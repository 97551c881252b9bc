import { errorText } from "../../../../src/log/index.ts";
import type { Logger } from "../../../../src/log/index.ts";
import type { Language } from "../../../../src/plugin-sdk/index.ts";
import { detectLanguage } from "../../../../src/plugin-sdk/index.ts";
import type { Clock } from "../../../../src/time/index.ts";
import type { FeishuInboundMessage } from "../../inbound/index.ts";
import type { AppProcess } from "../../app-process.ts";
import type { PersonNames } from "../../person-names.ts";
import type { MessageTarget } from "../../send.ts";
import { originalId } from "../../config/index.ts";
import type { Access, ResolvedAccount } from "../../config/index.ts";
import type { AccountLease } from "../account/clients.ts";
import type { HostRuntime } from "../host/index.ts";
import { hostImages } from "../outbound/host-images.ts";
import type { LiveSource } from "./live-source.ts";
import type { SendContext } from "../outbound/message-sender.ts";
import type { OpenCards } from "./open-cards.ts";
import type { OpenQuestions } from "../outbound/open-questions.ts";
import type { SentMessages } from "../account/sent-messages.ts";
import type { ButtonRegistry } from "../outbound/turn-buttons.ts";
import type { Admitted, Origin } from "./turn-request.ts";

/** What one account's session works with. */
export interface SessionParts {
  readonly account: ResolvedAccount;
  readonly lease: AccountLease;
  readonly runtime: HostRuntime;
  readonly buttons: ButtonRegistry;
  readonly questions: OpenQuestions;
  readonly liveSource: LiveSource;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly names: PersonNames;
  readonly sent: SentMessages;
  readonly openCards: OpenCards;
  /** Where several gateways work for the app: then its open cards are written down there. */
  readonly shared: AppProcess | undefined;
}

/** A message that is to be answered. */
export interface Incoming {
  readonly message: FeishuInboundMessage;
  readonly access: Access & { kind: "ask" };
  readonly admitted: Admitted;
  readonly origin: Origin;
}

/** The language to answer in. */
export function languageOf({ account }: SessionParts, message: FeishuInboundMessage): Language {
  return detectLanguage(message.text, account.domain === "lark" ? "en" : "zh");
}

/** Where the answer goes: into the topic, quoting in a group, plainly in a person's chat unless the config wants quotes. */
export function targetOf(
  { account }: SessionParts,
  { message, access }: Pick<Incoming, "message" | "access">,
): MessageTarget {
  const messageId = originalId(message.messageId);
  if (message.threadId !== undefined || access.replyInThread) return { type: "reply", messageId, inThread: true };
  const mode = account.config.replyToMode;
  const quotes = message.chatType === "group" ? mode !== "off" : mode !== undefined && mode !== "off";
  return quotes ? { type: "reply", messageId } : { type: "chat", chatId: message.chatId };
}

/** How a complete message is sent as an answer. */
export function sendContextOf(parts: SessionParts, message: FeishuInboundMessage, target: MessageTarget): SendContext {
  const { lease, account, runtime } = parts;
  const { config } = account;
  const loadImage = hostImages(runtime, config);
  return { lease, config, target, chatId: message.chatId, loadImage, locale: languageOf(parts, message) };
}

/** Says in the log what failed. The error's message holds no text of people's. */
export function logFailure(logger: Logger, what: string, error: unknown): void {
  logger.warn(`${what} failed`, { error: errorText(error) });
}
