import { LRUCache } from "lru-cache";
import { pressAnswers } from "../../../../src/plugin-sdk/index.ts";
import type { Language, Localized, PressOutcome, ReplyButton } from "../../../../src/plugin-sdk/index.ts";
import type { ReplyStream } from "../../../../src/stream/index.ts";
import type { FeishuCardAction, FeishuCardActionAnswer } from "../../inbound/index.ts";

/** A turn that buttons can act on. */
export interface ButtonTurn {
  /** open_id of the person who asked; only they may press. */
  readonly askedBy: string;
  readonly language: Language;
  /** Ends the reply; called at most once, and only while the turn runs. */
  stop(): void;
  /** Asks the same again; called at most once, and only after the turn has ended. */
  again(): void;
}

/** A reply from whose card buttons can be taken. */
export type ButtonCard = Pick<ReplyStream, "retireButtons">;

/** The buttons of one turn. */
export interface TurnButtons {
  readonly stop: ReplyButton;
  readonly again: ReplyButton;
  /** A reply shows them: they leave it when there is nothing to press any more. */
  on(reply: ButtonCard): void;
  /** The turn has ended: from now on Stop does nothing, and Regenerate works. */
  ended(): void;
}

interface Entry {
  readonly turn: ButtonTurn;
  state: "running" | "ended" | "stopped" | "used";
}

const LABELS: Readonly<Record<"stop" | "again", Localized>> = {
  stop: { en: "⏹ Stop", zh: "⏹ 停止" },
  again: { en: "🔄 Regenerate", zh: "🔄 重新生成" },
};

/** Turns that are remembered for their buttons; older ones answer "no longer in use". */
const MAX_TURNS = 2_000;
/** Turns whose replies are remembered, to take off a button that was used: those that were shown last. */
const MAX_SHOWN = 500;

/**
 * Stop and Regenerate. A button names its turn by an id that cannot be guessed and works only for the person who asked, each
 * once; anything else gets a polite answer and does nothing.
 */
export class ButtonRegistry {
  readonly #turns = new LRUCache<string, Entry>({ max: MAX_TURNS });
  /** Where the buttons of a turn are shown. */
  readonly #shown = new LRUCache<Entry, ButtonCard[]>({ max: MAX_SHOWN });
  readonly #newId: () => string;

  /** @param newId gives ids of at least 128 random bits. */
  constructor(newId: () => string) {
    this.#newId = newId;
  }

  /** The buttons for one turn. @param at what other gateways of the app call this one. @defaultValue there are none */
  register(turn: ButtonTurn, at?: string): TurnButtons {
    const id = this.#newId();
    const entry: Entry = { turn, state: "running" };
    this.#turns.set(id, entry);
    const make = (what: "stop" | "again"): ReplyButton => ({
      text: LABELS[what][turn.language],
      value: { cardstream: what, turn: id, ...(at === undefined ? {} : { at }) },
    });
    return {
      stop: make("stop"),
      again: make("again"),
      on: (reply) => void this.#shown.set(entry, [...(this.#shown.get(entry) ?? []), reply]),
      ended: () => {
        if (entry.state === "running" || entry.state === "stopped") entry.state = "ended";
      },
    };
  }

  /** The gateway whose button it is, when it is none of this one's; undefined when nobody says so. */
  elsewhere({ value }: Pick<FeishuCardAction, "value">): string | undefined {
    const { cardstream: what, turn: id, at } = value;
    if ((what !== "stop" && what !== "again") || typeof id !== "string" || this.#turns.has(id)) return undefined;
    return typeof at === "string" ? at : undefined;
  }

  /** Acts on a press; undefined when the button is not one of these. */
  press(action: Pick<FeishuCardAction, "value" | "operator">): FeishuCardActionAnswer | undefined {
    const { toast } = pressAnswers[this.#decide(action)];
    return toast && toastOf(toast.type, toast.text);
  }

  #decide({ value, operator }: Pick<FeishuCardAction, "value" | "operator">): PressOutcome {
    const { cardstream: what, turn: id } = value;
    if (what !== "stop" && what !== "again") return "not-ours";
    const entry = typeof id === "string" ? this.#turns.get(id) : undefined;
    if (entry === undefined) return "forged";
    if (operator.openId !== entry.turn.askedBy) return "foreign";
    if (entry.state === "used") return "used";
    return what === "stop" ? this.#stop(entry) : this.#again(entry);
  }

  #stop(entry: Entry): PressOutcome {
    if (entry.state !== "running") return entry.state === "stopped" ? "used" : "over";
    entry.state = "stopped";
    entry.turn.stop();
    return "stopping";
  }

  #again(entry: Entry): PressOutcome {
    if (entry.state !== "ended") return "running";
    entry.state = "used";
    for (const reply of this.#shown.get(entry) ?? []) void reply.retireButtons();
    this.#shown.delete(entry);
    entry.turn.again();
    return "restarted";
  }
}

/** A short notice to who pressed. */
export function toastOf(type: "info" | "success" | "warning" | "error", said: Localized): FeishuCardActionAnswer {
  return { toast: { type, content: said.zh, i18n: { zh_cn: said.zh, en_us: said.en } } };
}
