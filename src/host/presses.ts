import { LRUCache } from "lru-cache";
import type { CardAction, CardActionAnswer, Language, ReplyButtons } from "../plugin-sdk/index.ts";
import { pressAnswers } from "./action-strings.ts";
import type { PressOutcome } from "./action-strings.ts";
import { ButtonSigner, toButtonClaim } from "./button-signer.ts";
import type { ButtonAction } from "./button-signer.ts";
import type { Conversation, LastTurn } from "./conversation.ts";
import { hostStrings } from "./strings.ts";
import { TurnStop } from "./turn-stop.ts";
import type { Turn } from "./turn.ts";

/** What a press may start. */
export interface PressHandlers {
  /** Whether the conversation has nothing to do, so that its newest question may be taken up again. */
  isIdle(conversation: Conversation): boolean;
  /** Asks `question` in the conversation, as an answer to the message of `last`. */
  askAgain(conversation: Conversation, last: LastTurn, question: string): void;
  /** The name of who pressed, for the card. */
  nameOf(action: CardAction, language: Language): string;
}

interface KnownTurn {
  readonly conversation: Conversation;
  readonly turn: Turn;
  readonly used: Set<ButtonAction>;
}

/** Turns whose buttons still work; older ones answer that they are outdated. */
const MAX_TURNS = 5000;

/**
 * Makes the buttons of replies and decides what a press means. A press counts only when its value was made here, for that turn, when
 * the person who asked is the one who presses, and only once.
 */
export class Presses {
  readonly #signer: ButtonSigner;
  readonly #handlers: PressHandlers;
  readonly #turns = new LRUCache<string, KnownTurn>({ max: MAX_TURNS });

  /** @param secret at least 32 random bytes. */
  constructor(secret: Uint8Array, handlers: PressHandlers) {
    this.#signer = new ButtonSigner(secret);
    this.#handlers = handlers;
  }

  newTurnId(): string {
    return this.#signer.newTurnId();
  }

  /** The buttons of one turn's reply, in the conversation's language. */
  buttons(turnId: string, ownerId: string, language: Language): ReplyButtons {
    const strings = hostStrings[language];
    const value = (action: ButtonAction): Record<string, string> => this.#signer.value(action, turnId, ownerId);
    return {
      stop: { text: strings.stop, value: value("stop") },
      after: [
        { text: strings.regenerate, value: value("regenerate"), when: "always" },
        { text: strings.continue, value: value("continue"), when: "incomplete" },
      ],
    };
  }

  /** From now on presses on this turn's buttons are understood. */
  register(turn: Turn, conversation: Conversation): void {
    this.#turns.set(turn.id, { conversation, turn, used: new Set() });
  }

  /** What the person who pressed is told; what the press starts has been started. */
  press(action: CardAction): CardActionAnswer {
    return pressAnswers[this.#decide(action)];
  }

  #decide(action: CardAction): PressOutcome {
    const claim = toButtonClaim(action.value);
    if (claim === undefined) return "not-ours";
    const known = this.#turns.get(claim.turnId);
    if (known === undefined || !this.#signer.verify(claim, known.turn.ownerId)) return "outdated";
    if (action.operator.id !== known.turn.ownerId) return "foreign";
    if (known.used.has(claim.action)) return "used";
    const outcome = claim.action === "stop" ? this.#stop(known, action) : this.#again(known, claim.action);
    if (outcome !== "over" && outcome !== "outdated") known.used.add(claim.action);
    return outcome;
  }

  #stop({ conversation, turn }: KnownTurn, action: CardAction): PressOutcome {
    if (conversation.current !== turn) return "over";
    turn.stop(new TurnStop("stopped", this.#handlers.nameOf(action, conversation.language)));
    return "stopped";
  }

  #again({ conversation, turn }: KnownTurn, action: "regenerate" | "continue"): PressOutcome {
    const { last } = conversation;
    // Answering an older question again would put its answer at the wrong place of the conversation.
    if (last?.turnId !== turn.id || !this.#handlers.isIdle(conversation)) return "outdated";
    if (action === "continue") {
      this.#handlers.askAgain(conversation, last, hostStrings[conversation.language].continuePrompt);
      return "continued";
    }
    if (last.recorded) conversation.forgetLast();
    this.#handlers.askAgain(conversation, last, last.question);
    return "restarted";
  }
}
