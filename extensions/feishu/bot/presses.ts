import { pressAnswers } from "../../../src/plugin-sdk/index.ts";
import type { CardActionAnswer } from "../../../src/plugin-sdk/index.ts";
import { countFeedback } from "../../../src/metrics/index.ts";
import { withDeadline } from "../../../src/time/index.ts";
import type { BotCore, Person } from "../bot-core.ts";
import type { FeishuCardAction, FeishuInboundMessage } from "../inbound/index.ts";
import { mayPress } from "./buttons.ts";
import type { BotButton } from "./buttons.ts";
import type { PressAnswer } from "./events.ts";
import type { HandlerBook } from "./handler-book.ts";
import type { KeptButton, KeptButtons } from "./kept-buttons.ts";
import type { LazyReply } from "./reply.ts";
import type { SharedBot } from "./shared-bot.ts";
import { botStrings } from "./strings.ts";
import type { Asked, Question, Turns } from "./turns.ts";

/** What {@link BotPresses} work with. */
export interface BotPressesOptions<Value> {
  readonly core: BotCore<Question>;
  readonly turns: Turns<Value>;
  readonly handlers: HandlerBook<Value>;
  readonly kept: KeptButtons<Value>;
  readonly shared: SharedBot | undefined;
  /** What a message stands for. */
  readonly read: (from: FeishuInboundMessage) => Promise<Asked>;
  /** Runs handlers with a reply to a question, for who pressed. */
  readonly run: (asked: Asked, openId: string, handle: (reply: LazyReply<Value>) => Promise<void>) => void;
}

/** A press has to be answered within 2.5 s. */
const PRESS_WITHIN_MS = 2_000;

/** Decides what a press on a button of a bot's card means, and does it. */
export class BotPresses<Value> {
  readonly #options: BotPressesOptions<Value>;

  constructor(options: BotPressesOptions<Value>) {
    this.#options = options;
  }

  /** What the person who pressed is told; what the press starts goes on behind it. */
  async take(action: FeishuCardAction, person: Person): Promise<CardActionAnswer> {
    const { core, handlers, kept, shared, turns } = this.#options;
    const { openId } = person;
    const button = kept.read(action.value);
    if (button !== undefined) return this.#pressKept(button, person, action.messageId);
    const at = turns.buttons.elsewhere(action.value);
    if (at !== undefined && shared !== undefined) return shared.press({ action, person }, at);
    const held = turns.buttons.find(action.value);
    if (typeof held === "string") return pressAnswers[held];
    const { turn, deed } = held;
    const asked = turns.about(turn.asked?.messageId);
    if (asked !== undefined && !core.intake.mayAct(asked.from, openId)) return {};
    if (!mayPress(held, openId)) return pressAnswers.foreign;
    if (held.used) return pressAnswers.used;
    if (deed.kind === "stop") {
      if (turn.isOver) return pressAnswers.over;
      turn.stop("stopped", person.name);
      return pressAnswers.stopped;
    }
    // Such buttons appear when the answer has ended.
    if (!turn.isOver) return pressAnswers.running;
    if (asked === undefined || core.questions.isStopping) return pressAnswers.outdated;
    const { messageId } = action;
    if (deed.kind === "ask" && !this.#askNext(asked, deed.question, openId)) return pressAnswers.running;
    held.used = held.once;
    if (deed.kind === "ask") return toToast({ toast: both("asking") });
    if (deed.kind === "button") return this.#press(deed.button, asked, person, messageId);
    const { rating } = deed;
    const feedback = { rating, person, message: asked.message, answer: turn.reply.text, messageId };
    countFeedback(rating, { provider: "feishu", instance: core.instance.name });
    turns.track(handlers.tell("feedback", (tell) => tell(feedback), asked.from.chatId));
    return toToast({ toast: both("thanks"), type: "success" });
  }

  async #pressKept(
    button: KeptButton<Value>,
    person: Person,
    messageId: string | undefined,
  ): Promise<CardActionAnswer> {
    const { core, kept } = this.#options;
    const refusal = kept.refusal(button, person.openId);
    if (refusal !== undefined) return pressAnswers[refusal];
    const asked = await this.#askedBy(button);
    if (core.questions.isStopping) return pressAnswers.away;
    const used = await kept.use(button);
    return used === undefined ? this.#press(button, asked, person, messageId) : pressAnswers[used];
  }

  async #askedBy(button: KeptButton<Value>): Promise<Asked> {
    const { kept, read, turns } = this.#options;
    return turns.about(button.question.messageId) ?? read(await kept.question(button));
  }

  async #press(
    button: Pick<BotButton<Value>, "value" | "onPress">,
    asked: Asked,
    person: Person,
    messageId: string | undefined,
  ): Promise<CardActionAnswer> {
    const { core, handlers, run } = this.#options;
    const press = { value: button.value, person, message: asked.message, messageId };
    const toPress = button.onPress === undefined ? handlers.of("press") : [button.onPress];
    const answered = Promise.withResolvers<PressAnswer>();
    run(asked, person.openId, async (reply) => {
      let answer: PressAnswer;
      try {
        // A handler that answers nothing leaves what an earlier one said.
        for (const handle of toPress) answer = (await handle(press, reply)) ?? answer;
      } finally {
        answered.resolve(answer);
      }
    });
    try {
      const { clock } = core.instance.delivery;
      const answer = await withDeadline(clock, PRESS_WITHIN_MS, "answering a press", () => answered.promise);
      return answer === undefined ? {} : toToast(answer);
    } catch {
      return {};
    }
  }

  /** Asks what a button suggests, in the asker's name and in its turn; false when too many wait. */
  #askNext({ from, message }: Asked, question: string, openId: string): boolean {
    const sender = { ...from.sender, openId };
    const asked: Question = {
      from: { ...from, sender, text: question, commandText: question, attachments: [], mentions: [] },
      message: { ...message, text: question, attachments: [], mentions: [], quotes: [] },
      question,
    };
    return this.#options.core.questions.ask(message.conversationId, asked);
  }
}

/** A word of the bot's in both languages: a toast's is chosen by the reader's own. */
const both = (word: "asking" | "thanks"): { en: string; zh: string } => ({
  en: botStrings.en[word],
  zh: botStrings.zh[word],
});

const toToast = ({ toast, type = "info" }: NonNullable<PressAnswer>): CardActionAnswer => ({
  toast: { type, text: typeof toast === "string" ? { en: toast, zh: toast } : toast },
});
