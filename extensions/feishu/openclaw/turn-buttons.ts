import { LRUCache } from "lru-cache";
import type { Language, Localized, ReplyButton } from "../../../src/plugin-sdk/index.ts";
import type { FeishuCardAction, FeishuCardActionAnswer } from "../inbound/index.ts";

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

/** The buttons of one turn. */
export interface TurnButtons {
  readonly stop: ReplyButton;
  readonly again: ReplyButton;
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

const ANSWERS = {
  stopping: { en: "Stopping", zh: "正在停止" },
  again: { en: "Asking again", zh: "正在重新生成" },
  over: { en: "This answer is already finished", zh: "这条回答已经结束" },
  running: { en: "The answer is still being written", zh: "回答还在生成中" },
  used: { en: "Already done", zh: "已经操作过了" },
  notYours: { en: "Only the person who asked can do that", zh: "只有提问的人可以操作" },
  unknown: { en: "This button is no longer in use", zh: "这个按钮已失效" },
} as const satisfies Record<string, Localized>;

/** Turns that are remembered for their buttons; older ones answer "no longer in use". */
const MAX_TURNS = 2_000;

/**
 * Stop and Regenerate. A button names its turn by an id that cannot be guessed and works only for the person who asked, each
 * once; anything else gets a polite answer and does nothing.
 */
export class ButtonRegistry {
  readonly #turns = new LRUCache<string, Entry>({ max: MAX_TURNS });
  readonly #newId: () => string;

  /** @param newId gives ids of at least 128 random bits. */
  constructor(newId: () => string) {
    this.#newId = newId;
  }

  /** The buttons for one turn. */
  register(turn: ButtonTurn): TurnButtons {
    const id = this.#newId();
    const entry: Entry = { turn, state: "running" };
    this.#turns.set(id, entry);
    const make = (what: "stop" | "again"): ReplyButton => ({
      text: LABELS[what][turn.language],
      value: { cardstream: what, turn: id },
    });
    return {
      stop: make("stop"),
      again: make("again"),
      ended: () => {
        if (entry.state === "running" || entry.state === "stopped") entry.state = "ended";
      },
    };
  }

  /** Acts on a press; undefined when the button is not one of these. */
  press(action: Pick<FeishuCardAction, "value" | "operator">): FeishuCardActionAnswer | undefined {
    const { cardstream: what, turn: id } = action.value;
    if (what !== "stop" && what !== "again") return undefined;
    const entry = typeof id === "string" ? this.#turns.get(id) : undefined;
    if (entry === undefined) return toastOf("warning", ANSWERS.unknown);
    const { turn } = entry;
    if (action.operator.openId !== turn.askedBy) return toastOf("warning", ANSWERS.notYours);
    if (entry.state === "used") return toastOf("info", ANSWERS.used);
    if (what === "stop") {
      if (entry.state !== "running") return toastOf("info", entry.state === "stopped" ? ANSWERS.used : ANSWERS.over);
      entry.state = "stopped";
      turn.stop();
      return toastOf("success", ANSWERS.stopping);
    }
    if (entry.state !== "ended") return toastOf("info", ANSWERS.running);
    entry.state = "used";
    turn.again();
    return toastOf("success", ANSWERS.again);
  }
}

/** A short notice to who pressed. */
export function toastOf(type: "info" | "success" | "warning", said: Localized): FeishuCardActionAnswer {
  return { toast: { type, content: said.zh, i18n: { zh_cn: said.zh, en_us: said.en } } };
}
