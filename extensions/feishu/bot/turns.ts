import { LRUCache } from "lru-cache";
import type { Language } from "../../../src/plugin-sdk/index.ts";
import type { BotCore } from "../bot-core.ts";
import type { FeishuInboundMessage } from "../inbound/index.ts";
import type { ReplyDispatcher } from "../reply-dispatcher.ts";
import type { MessageTarget } from "../send.ts";
import { ButtonBook } from "./buttons.ts";
import type { Deed, MayPress } from "./buttons.ts";
import type { HandlerBook } from "./handler-book.ts";
import type { KeptButtons } from "./kept-buttons.ts";
import type { BotMessage } from "./message.ts";
import type { BotErrorContext, BotOptions } from "./options.ts";
import type { SharedBot } from "./shared-bot.ts";
import { LazyReply } from "./reply.ts";
import { botStrings } from "./strings.ts";
import { Turn } from "./turn.ts";

/** A question as it came, and as handlers get it. */
export interface Asked {
  readonly from: FeishuInboundMessage;
  readonly message: BotMessage;
}

/** A question in its turn. */
export interface Question extends Asked {
  /** What a button suggested and somebody pressed. */
  readonly question?: string | undefined;
}

/** Where a reply goes, and in which language. */
export interface TurnPlace {
  readonly chatId: string;
  readonly target: MessageTarget;
  readonly language: Language;
  readonly asked: Asked | undefined;
  /** Whose reply it is: who may stop it. */
  readonly askerId: string;
  /** A suggestion that was pressed: nobody has written it, so the card says what it answers. */
  readonly suggested?: string | undefined;
}

/** What {@link Turns} work with. */
export interface TurnsOptions<Value> {
  readonly bot: BotOptions;
  readonly core: Pick<BotCore<never>, "buttons" | "instance" | "openReply">;
  readonly handlers: HandlerBook<Value>;
  readonly kept: KeptButtons<Value>;
  /** Where several processes run the bot. */
  readonly shared: SharedBot | undefined;
}

/** Questions remembered for reactions, presses and recalls; the oldest are forgotten first. */
const MAX_ASKED = 2_000;
/** A title is one line. */
const MAX_TITLE = 100;

/** Runs handlers, each with a reply that ends whatever they do, and knows whose cards are whose. */
export class Turns<Value> {
  readonly buttons: ButtonBook<Value, Turn<Value>>;
  readonly #options: TurnsOptions<Value>;
  /** By the ids of questions and of the cards that answer them. */
  readonly #asked = new LRUCache<string, Asked>({ max: MAX_ASKED });
  readonly #running = new Set<Turn<Value>>();
  /** Work beside the lanes: presses, notices. */
  readonly #beside = new Set<Promise<unknown>>();

  constructor(options: TurnsOptions<Value>) {
    this.#options = options;
    this.buttons = new ButtonBook(options.shared?.name);
  }

  /** Remembers a question. */
  note(asked: Asked): void {
    this.#asked.set(asked.from.messageId, asked);
  }

  /** The question that has this id, or that a card with this id answers. */
  about(messageId: string | undefined): Asked | undefined {
    return messageId === undefined ? undefined : this.#asked.get(messageId);
  }

  /** Turns that run and fit. */
  those(fits: (turn: Turn<Value>) => boolean): Turn<Value>[] {
    return [...this.#running].filter(fits);
  }

  /** Runs a handler to the end of its reply. Never rejects. */
  async run(
    during: BotErrorContext["during"],
    place: TurnPlace,
    handle: (reply: LazyReply<Value>) => Promise<void>,
  ): Promise<void> {
    const { handlers, core } = this.#options;
    const turn = this.#open(place, during === "message" || during === "command");
    this.#running.add(turn);
    try {
      await turn.run(
        async () => handle(turn.reply),
        (error) => handlers.failed(error, { during, chatId: place.chatId }),
      );
    } catch (error) {
      core.instance.delivery.logger.error("a reply could not be ended", {
        error: error instanceof Error ? error.name : "unknown",
      });
    } finally {
      this.#running.delete(turn);
    }
  }

  /** Keeps {@link Turns.idle} waiting for it. */
  track(work: Promise<unknown>): void {
    this.#beside.add(work);
    void work.finally(() => this.#beside.delete(work));
  }

  /** Resolves when nothing runs that was tracked. */
  async idle(): Promise<void> {
    while (this.#beside.size > 0) await Promise.all(this.#beside);
  }

  #open(place: TurnPlace, isAnswer: boolean): Turn<Value> {
    const { chatId, asked, askerId, language } = place;
    const strings = botStrings[language];
    const hold = (deed: Deed<Value>, to: MayPress = "asker", once = true): Record<string, string> =>
      this.#options.core.buttons.seal(this.buttons.add({ turn, askerId, for: to, once, deed }));
    const reply = new LazyReply<Value>({
      hold,
      keep: (button) => this.#options.core.buttons.seal(this.#options.kept.make(button, askerId, asked?.from)),
      onLate: () =>
        this.#options.core.instance.delivery.logger.error(
          "text came after its reply had ended and is not shown: a handler must await what it starts",
        ),
      open: () => this.#openCard(place, isAnswer, hold),
    });
    const turn: Turn<Value> = new Turn(reply, { chatId, asked: asked?.message, askerId }, strings);
    return turn;
  }

  #openCard(
    { chatId, target, language, asked, suggested }: TurnPlace,
    isAnswer: boolean,
    hold: (deed: Deed<Value>, to?: MayPress, once?: boolean) => Record<string, string>,
  ): ReplyDispatcher {
    const { bot, core, handlers, shared } = this.#options;
    const { title, template, maxChars, flushMs, start, stopButton, feedback } = bot.card ?? {};
    const strings = botStrings[language];
    const rate = (rating: "up" | "down", text: string) => ({
      text,
      when: "always" as const,
      value: hold({ kind: "rate", rating }, feedback === "everybody" ? "everybody" : "asker", false),
    });
    const shown = suggested === undefined ? title : Array.from(suggested).slice(0, MAX_TITLE).join("");
    const card = core.openReply({
      language,
      target,
      chatId,
      header: shown === undefined ? undefined : { title: shown, template },
      settings: { rolloverChars: maxChars, flushMs, start },
      buttons: {
        stop: stopButton === false ? undefined : { text: strings.stop, value: hold({ kind: "stop" }) },
        after: isAnswer && feedback !== undefined && feedback !== false ? [rate("up", "👍"), rate("down", "👎")] : [],
      },
    });
    shared?.follow(card, { chatId, language });
    card.events.on("card", ({ messageId }) => {
      if (messageId === undefined || asked === undefined) return;
      this.#asked.set(messageId, asked);
      if (isAnswer) shared?.shown(asked.from.messageId);
    });
    card.events.on("finalize", (result) =>
      this.track(handlers.tell("answered", (tell) => tell({ message: asked?.message, result }), chatId)),
    );
    return card;
  }
}
