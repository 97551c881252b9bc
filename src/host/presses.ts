import { randomBytes } from "node:crypto";
import { LRUCache } from "lru-cache";
import { pressAnswers } from "../plugin-sdk/index.ts";
import type { CardAction, CardActionAnswer, Language, PressOutcome, ReplyButtons } from "../plugin-sdk/index.ts";
import type { Conversation, LastTurn } from "./conversation.ts";
import { hostStrings } from "./strings.ts";
import { TurnStop } from "./turn-stop.ts";
import type { Turn } from "./turn.ts";

/** What the buttons of a reply can ask for. */
type ButtonAction = "stop" | "regenerate" | "continue";

const ACTIONS: readonly string[] = ["stop", "regenerate", "continue"] satisfies ButtonAction[];

/** What a button says. The channel vouches for its being one of ours. */
export interface ButtonClaim {
  readonly action: ButtonAction;
  readonly turnId: string;
  /** Whose button it is. */
  readonly ownerId: string;
}

/** What a press may start. */
export interface PressHandlers {
  /** Whether the conversation has nothing to do, so that its newest question may be taken up again. */
  isIdle(conversation: Conversation, last: LastTurn): boolean;
  /** Asks `question` in the conversation, as an answer to the message of `last`. `continues`: its answer goes on with the last one. */
  askAgain(conversation: Conversation, last: LastTurn, question: string, continues: boolean): void;
  /** A conversation whose newest turn this is, though it was not answered by this process. */
  findLast(turnId: string): Conversation | undefined;
  /** The name of who pressed, for the card. */
  nameOf(action: CardAction, language: Language): string;
}

interface KnownTurn {
  readonly id: string;
  readonly ownerId: string;
  readonly conversation: Conversation;
  /** Undefined when another process answered. */
  readonly turn: Turn | undefined;
  readonly used: Set<ButtonAction>;
}

/** Turns whose buttons still work; older ones answer that they are outdated. */
const MAX_TURNS = 5000;

/** Makes the buttons of replies and decides what a press means. A press counts only when who asked is who presses, and only once. */
export class Presses {
  readonly #handlers: PressHandlers;
  readonly #turns = new LRUCache<string, KnownTurn>({ max: MAX_TURNS });

  constructor(handlers: PressHandlers) {
    this.#handlers = handlers;
  }

  /** An id that no process has given out before, and that nobody can guess. */
  newTurnId(): string {
    return randomBytes(12).toString("base64url");
  }

  /** The buttons of one turn's reply, in the conversation's language. */
  buttons(turnId: string, ownerId: string, language: Language): ReplyButtons {
    const strings = hostStrings[language];
    const value = (cardstream: ButtonAction): Record<string, string> => ({ cardstream, turn: turnId, owner: ownerId });
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
    this.#turns.set(turn.id, { id: turn.id, ownerId: turn.ownerId, conversation, turn, used: new Set() });
  }

  /** What a press asks for, when the person who presses is the one whose buttons they are. */
  claimOf(action: CardAction): ButtonClaim | undefined {
    const claim = toButtonClaim(action.value);
    return claim?.ownerId === action.operator.id ? claim : undefined;
  }

  /** What the person who pressed is told; what the press starts has been started. */
  press(action: CardAction): CardActionAnswer {
    return pressAnswers[this.#decide(action)];
  }

  #decide(action: CardAction): PressOutcome {
    const claim = toButtonClaim(action.value);
    if (claim === undefined) return "not-ours";
    const known = this.#turns.get(claim.turnId) ?? this.#findLast(claim.turnId);
    if (known === undefined) return "outdated";
    if (action.operator.id !== known.ownerId) return "foreign";
    if (known.used.has(claim.action)) return "used";
    const outcome = claim.action === "stop" ? this.#stop(known, action) : this.#again(known, claim.action);
    if (outcome !== "over" && outcome !== "outdated") known.used.add(claim.action);
    return outcome;
  }

  #findLast(turnId: string): KnownTurn | undefined {
    const conversation = this.#handlers.findLast(turnId);
    if (conversation?.last === undefined) return undefined;
    const { message } = conversation.last;
    const known = {
      id: turnId,
      ownerId: message.sender.id,
      conversation,
      turn: undefined,
      used: new Set<ButtonAction>(),
    };
    this.#turns.set(turnId, known);
    return known;
  }

  #stop({ conversation, turn }: KnownTurn, action: CardAction): PressOutcome {
    if (turn === undefined || conversation.current !== turn) return "over";
    turn.stop(new TurnStop("stopped", this.#handlers.nameOf(action, conversation.language)));
    return "stopped";
  }

  #again({ id, conversation }: KnownTurn, action: "regenerate" | "continue"): PressOutcome {
    const { last } = conversation;
    // Answering an older question again would put its answer at the wrong place of the conversation.
    if (last?.turnId !== id || !this.#handlers.isIdle(conversation, last)) return "outdated";
    if (action === "continue") {
      // An answer that never got to a word (all spent on thinking, say) cannot be gone on with; its question is asked again.
      const { continuePrompt } = hostStrings[conversation.language];
      this.#handlers.askAgain(conversation, last, last.recorded ? continuePrompt : last.question, last.recorded);
      return "continued";
    }
    if (last.recorded) conversation.forgetLast();
    this.#handlers.askAgain(conversation, last, last.question, false);
    return "restarted";
  }
}

/** Reads a pressed button's value; undefined when it is not one of a reply. */
function toButtonClaim(value: Readonly<Record<string, unknown>>): ButtonClaim | undefined {
  const { cardstream: action, turn: turnId, owner: ownerId } = value;
  if (typeof action !== "string" || !ACTIONS.includes(action)) return undefined;
  if (typeof turnId !== "string" || typeof ownerId !== "string") return undefined;
  // `ACTIONS` holds every ButtonAction and nothing else.
  return { action: action as ButtonAction, turnId, ownerId };
}
