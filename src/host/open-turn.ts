import type { ChatMessage, Tool } from "../llm/index.ts";
import type { Logger } from "../log/index.ts";
import type {
  AccountStreaming,
  ChannelCapabilities,
  ChannelConnection,
  ChannelQuestion,
  InboundMessage,
  Language,
  ReplyButtons,
  ReplyTarget,
} from "../plugin-sdk/index.ts";
import type { Clock } from "../time/index.ts";
import type { Conversation } from "./conversation.ts";
import type { ModelCatalog } from "./models.ts";
import type { Presses } from "./presses.ts";
import type { BlockSettings, HostSettings, StreamingMode } from "./settings.ts";
import { hostStrings } from "./strings.ts";
import { createTextSink } from "./text-sink.ts";
import type { TurnEnd } from "./turn-end.ts";
import { Turn } from "./turn.ts";

/** One running account as the host uses it. */
export interface HostedAccount {
  readonly channel: string;
  readonly capabilities: ChannelCapabilities;
  readonly streaming: StreamingMode;
  /** The account's own wishes for merging blocks, over the host's. */
  readonly coalesce?: AccountStreaming["coalesce"];
  readonly connection: ChannelConnection;
}

/** Everything that a turn is put together from. */
export interface OpenTurnOptions {
  readonly settings: HostSettings;
  readonly models: ModelCatalog;
  readonly tools?: readonly Tool[] | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly account: HostedAccount;
  readonly conversation: Conversation;
  readonly message: InboundMessage;
  readonly question: string;
  readonly presses: Presses;
  /** What another process has of the turn. @defaultValue it begins */
  readonly begun?: ChannelQuestion["begun"];
  /** The answer goes on with the one before it. @defaultValue false */
  readonly continues?: boolean | undefined;
  /** Told before the turn's first tool is called, and waited for. */
  readonly onTool: () => Promise<void>;
  readonly onEnd: (end: TurnEnd) => Promise<void>;
}

/** Opens the reply to a question, with its buttons, and makes the turn that will fill it. */
export function openTurn(options: OpenTurnOptions): Turn {
  const { settings, models, tools, clock, logger, account, conversation, message, presses } = options;
  const { capabilities, connection, streaming } = account;
  const { begun } = options;
  const { language } = conversation;
  // First of all, so that no card is opened that nobody fills.
  const model = models.open(conversation.model ?? models.defaultName);
  const id = begun?.turnId ?? presses.newTurnId();
  const ownerId = message.sender.id;
  const buttons = turnButtons(account, presses, { id, ownerId, language });
  const quiet = streaming === "off";
  const look = { language, buttons, placeholder: !quiet, id, continues: options.continues };
  const reply = begun?.reply ?? connection.openReply(toTarget(message), look);
  const said = reply.text;
  let toldOfTools: Promise<void> | undefined;
  const withNotice = (tool: Tool): Tool => ({
    ...tool,
    async execute(input, context) {
      await (toldOfTools ??= options.onTool());
      return tool.execute(input, context);
    },
  });
  const block = withCoalesce(settings.block, account.coalesce);
  return new Turn({
    id,
    ownerId,
    model,
    system: settings.systemPrompt,
    messages: [...conversation.messages(options.question), ...(said.trim() === "" ? [] : goingOn(said, language))],
    tools: (tools ?? []).map(withNotice),
    reply,
    sink: createTextSink(streaming, { reply, block, clock }),
    language,
    progress: { reasoning: settings.reasoning && !quiet && capabilities.reasoning, tools: !quiet },
    usageFooter: settings.usageFooter,
    hasButtons: buttons !== undefined,
    begun: said,
    onEnd: options.onEnd,
    maxSteps: settings.maxSteps,
    timeoutMs: settings.turnTimeoutMs,
    clock,
    logger,
  });
}

/** The buttons of a turn's reply, where the account shows any. */
export const turnButtons = (
  { capabilities, connection }: HostedAccount,
  presses: Presses,
  { id, ownerId, language }: { readonly id: string; readonly ownerId: string; readonly language: Language },
): ReplyButtons | undefined =>
  capabilities.buttons && connection.showsButtons !== false ? presses.buttons(id, ownerId, language) : undefined;

/** What the model is shown of its own answer, and told to do with it. */
const goingOn = (said: string, language: Language): ChatMessage[] => [
  { role: "assistant", content: said },
  { role: "user", content: hostStrings[language].continuePrompt },
];

/** Answers quote the question in groups, where many talk at once, and stay in its topic. */
export const toTarget = (message: InboundMessage): ReplyTarget => ({
  chatId: message.chatId,
  replyTo: message.chatType === "group" || message.threadId !== undefined ? message.messageId : undefined,
  threadId: message.threadId,
});

const withCoalesce = (block: BlockSettings, own: AccountStreaming["coalesce"]): BlockSettings => {
  const minChars = own?.minChars ?? block.coalesce.minChars;
  const maxChars = Math.max(minChars, own?.maxChars ?? block.coalesce.maxChars);
  return { ...block, coalesce: { minChars, maxChars, idleMs: own?.idleMs ?? block.coalesce.idleMs } };
};
