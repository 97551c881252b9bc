import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { errorName } from "../../../src/log/index.ts";
import type { PressOutcome } from "../../../src/plugin-sdk/index.ts";
import type { BotCore } from "../bot-core.ts";
import { loadInboundFeishu } from "../inbound/index.ts";
import type { DedupeStore, FeishuInboundMessage } from "../inbound/index.ts";
import { mayPress } from "./buttons.ts";
import type { BotButton, MayPress } from "./buttons.ts";

/** A button whose card carries all that a press means. */
export interface KeptButton<Value> {
  readonly value: Value;
  readonly for: MayPress;
  readonly askerId: string;
  /** Names it, if it works for one press; undefined: for many. */
  readonly once?: string | undefined;
  /** Wall-clock ms at which it was made. */
  readonly madeAt: number;
  /** The question whose answer carries it. */
  readonly question: Pick<FeishuInboundMessage, "messageId" | "chatId" | "chatType" | "inTopicGroup" | "threadId">;
}

/** What {@link KeptButtons} work with. */
export interface KeptButtonsOptions {
  readonly core: Pick<BotCore<never>, "instance" | "intake" | "transport">;
  /** Which were pressed; has to outlive the process. @defaultValue nobody knows: such a button cannot work once only */
  readonly pressed: DedupeStore | undefined;
}

/** What a card has room for besides its text. */
const MAX_CHARS = 4_000;
/** Somebody who finds a card later than this asks again. */
const KEPT_FOR_MS = 90 * 24 * 3_600_000;
/** A press has to be answered within 2.5 s, handlers included. */
const LOAD_WITHIN_MS = 1_000;

/** Makes and reads buttons that work after a restart, and in every process of the app. */
export class KeptButtons<Value> {
  readonly #options: KeptButtonsOptions;

  constructor(options: KeptButtonsOptions) {
    this.#options = options;
  }

  /** What the button's card sends. @throws TypeError for one that cannot be kept */
  make(button: BotButton<Value>, askerId: string, from: FeishuInboundMessage | undefined): Record<string, string> {
    const { value, for: to = "asker", once = true, onPress } = button;
    const json = JSON.stringify(value) as string | undefined;
    if (json === undefined || !isDeepStrictEqual(JSON.parse(json), value))
      throw new TypeError("keep: the button's value has to be JSON, of plain objects, lists, texts and numbers");
    if (onPress !== undefined)
      throw new TypeError("keep: onPress ends with the process; add a press handler to the bot");
    if (from === undefined) throw new TypeError("keep: only an answer to a message can have such buttons");
    if (once && this.#options.pressed === undefined)
      throw new TypeError(
        "keep: give the bot stateDir, shared or dedupe to know what was pressed, or the button once: false",
      );
    const { messageId, chatId, chatType, inTopicGroup, threadId } = from;
    const kept: KeptButton<Value> = {
      value,
      for: to,
      askerId,
      once: once ? randomBytes(12).toString("base64url") : undefined,
      madeAt: this.#clock.wallNow(),
      question: { messageId, chatId, chatType, inTopicGroup, threadId },
    };
    const text = JSON.stringify(kept);
    if (text.length > MAX_CHARS)
      throw new TypeError(`keep: the button's value is too long for a card by ${text.length - MAX_CHARS} characters`);
    return { cardstream: "kept", kept: text };
  }

  /** The button that a press means, if it is one of these. */
  read({ cardstream, kept }: Readonly<Record<string, unknown>>): KeptButton<Value> | undefined {
    // Under a seal: written by `make` of some process.
    return cardstream === "kept" && typeof kept === "string" ? (JSON.parse(kept) as KeptButton<Value>) : undefined;
  }

  /** Why a press does not count; undefined when it may. Who may not talk to the bot is told nothing. */
  refusal(button: KeptButton<Value>, personId: string): PressOutcome | undefined {
    if (!this.#options.core.intake.mayAct(this.#skeleton(button), personId)) return "not-ours";
    if (!mayPress(button, personId)) return "foreign";
    return this.#clock.wallNow() - button.madeAt > KEPT_FOR_MS ? "outdated" : undefined;
  }

  /** Uses the button up, if it works for one press. @returns why it cannot be used */
  async use(button: KeptButton<Value>): Promise<PressOutcome | undefined> {
    if (button.once === undefined) return undefined;
    const { pressed, core } = this.#options;
    try {
      const key = `feishu:${core.instance.client.account.appId}:button:${button.once}`;
      return (await pressed?.claim(key, KEPT_FOR_MS)) === true ? undefined : "used";
    } catch (error) {
      core.instance.delivery.logger.error("it is not known whether a button was pressed before", {
        error: errorName(error),
      });
      return "away";
    }
  }

  /** The question whose answer carries the button, as Feishu has it now; without words where Feishu does not give it. */
  async question(button: KeptButton<Value>): Promise<FeishuInboundMessage> {
    const { instance, transport } = this.#options.core;
    const place = this.#skeleton(button);
    try {
      const options = { timeoutMs: LOAD_WITHIN_MS };
      return await loadInboundFeishu(instance.client, place, { botOpenId: transport.bot?.openId }, options);
    } catch {
      return place;
    }
  }

  get #clock(): { wallNow(): number } {
    return this.#options.core.instance.delivery.clock;
  }

  #skeleton({ question, askerId }: KeptButton<Value>): FeishuInboundMessage {
    return {
      ...question,
      accountId: this.#options.core.instance.name,
      sender: { openId: askerId, type: "user" },
      createdAt: 0,
      type: "",
      text: "",
      commandText: "",
      mentionedBot: true,
      mentionAll: false,
      mentions: [],
      attachments: [],
      raw: undefined,
    };
  }
}
