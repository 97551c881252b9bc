import { LRUCache } from "lru-cache";
import type { Localized } from "../../../../src/plugin-sdk/index.ts";
import type { CardJson } from "../../card/index.ts";
import type { FeishuCardAction, FeishuCardActionAnswer, FeishuInboundMessage } from "../../inbound/index.ts";
import { patchCardMessageFeishu } from "../../send.ts";
import type { AccountClients } from "../account/clients.ts";
import type { ResolvedAccount } from "../../config/index.ts";
import type { ReplyPayload } from "../host/index.ts";
import { readPress, toEndedCard } from "./presentation-card.ts";
import { toastOf } from "./turn-buttons.ts";

/** The host's part in a question, from `openclaw/plugin-sdk/question-gateway-runtime`. */
export interface QuestionRuntime {
  readAskUserQuestionId(payload: Pick<ReplyPayload, "channelData">): string | undefined;
  /** `finalize` is called once the question is answered, cancelled or has expired, with a line that says which. */
  registerChannelDelivery(params: {
    questionId: string;
    deliveryId: string;
    finalize: (statusLine: string) => Promise<void>;
  }): void;
}

/** A question as it was shown. */
export interface ShownQuestion {
  readonly account: ResolvedAccount;
  /** chat_id, or the open_id of the person whose chat it is. */
  readonly place: string;
  readonly messageId: string;
  /** Undefined when it was sent as text. */
  readonly card: CardJson | undefined;
}

/** The host lets a question wait for an hour at most. */
const MAX_WAIT_MS = 3_660_000;
const MAX_QUESTIONS = 2_000;

const SAID = {
  taken: { en: "Answer taken", zh: "已收到你的回答" },
  over: { en: "This question is no longer open", zh: "这个问题已经结束" },
} as const satisfies Record<string, Localized>;

/**
 * Questions of the agent (`ask_user`) that wait for their person in the middle of a turn. A press on an option says it in the chat as
 * that person, so that the host's own rules decide who may answer.
 */
export class OpenQuestions {
  readonly #host: QuestionRuntime;
  readonly #clients: Pick<AccountClients, "use">;
  readonly #open = new LRUCache<string, { readonly place: string; readonly pressedBy: Set<string> }>({
    max: MAX_QUESTIONS,
    ttl: MAX_WAIT_MS,
  });

  constructor(host: QuestionRuntime, clients: Pick<AccountClients, "use">) {
    this.#host = host;
    this.#clients = clients;
  }

  /** Notes what was just sent, if it is a question. Call it while the host waits for the sending. */
  sent(payload: Pick<ReplyPayload, "channelData">, { account, place, messageId, card }: ShownQuestion): void {
    const questionId = this.#host.readAskUserQuestionId(payload);
    if (questionId === undefined) return;
    this.#open.set(questionId, { place, pressedBy: new Set() });
    const finalize = async (statusLine: string): Promise<void> => {
      this.#open.delete(questionId);
      if (card === undefined) return;
      const ended = toEndedCard(card, account.domain === "lark" ? statusLine : inChinese(statusLine));
      await this.#clients.use(account, ({ client }) => patchCardMessageFeishu(client, { messageId, card: ended }));
    };
    this.#host.registerChannelDelivery({ questionId, deliveryId: `feishu:${messageId}`, finalize });
  }

  /** Whether a message may be the answer to a question: then the host must see it before the turn that asks is over. */
  mayAnswer({ chatId, chatType, sender }: Pick<FeishuInboundMessage, "chatId" | "chatType" | "sender">): boolean {
    const person = chatType === "direct" ? sender.openId : undefined;
    return [...this.#open.values()].some(({ place }) => place === chatId || place === person);
  }

  /** What to say to a press; undefined when it is not on a question's option. `forward` says the option in the chat. */
  press(
    { value, option, operator }: Pick<FeishuCardAction, "value" | "option" | "operator">,
    forward: () => void,
  ): FeishuCardActionAnswer | undefined {
    const pressed = readPress(value, option);
    if (pressed?.kind !== "question") return undefined;
    const question = this.#open.get(pressed.questionId);
    if (question === undefined) return toastOf("info", SAID.over);
    // A second press in a hurry would be a message to the agent.
    if (!question.pressedBy.has(operator.openId)) {
      question.pressedBy.add(operator.openId);
      forward();
    }
    return toastOf("success", SAID.taken);
  }
}

/** The host's line in Chinese; its own words where it says something new. */
function inChinese(statusLine: string): string {
  const labels = /^Answered: (.*)$/su.exec(statusLine)?.[1];
  if (labels !== undefined) return `已回答：${labels}`;
  return { Answered: "已回答", Expired: "已过期", Cancelled: "已取消" }[statusLine] ?? statusLine;
}
