import type { Clock } from "../../../../src/time/index.ts";
import type { FeishuClient } from "../../client/index.ts";
import type { SentMessage } from "../../send.ts";
import type { ReplyTarget } from "../reply/reply-target.ts";
import type { SequenceCounter } from "./sequence-counter.ts";
import type { TextRange } from "./surface.ts";

/** A card entity that another process made. */
export interface ExistingCard {
  readonly cardId: string;
  /** Undefined when it may not have been sent yet: the same uuid brings the message that is there. */
  readonly messageId: string | undefined;
  /** Of the reply's text, as it was seen. */
  readonly shown: TextRange;
  readonly sequence: SequenceCounter;
}

export interface CardKitCardOptions {
  readonly client: FeishuClient;
  readonly clock: Clock;
  readonly target: ReplyTarget;
  /** Unique per card; prefix of every `uuid` (≤ 30 characters). */
  readonly nonce: string;
  /** `uuid` of the send (≤ 40 characters). */
  readonly uuid: string;
  /** `create`: card entity first, sent by `card_id`. `convert`: card sent with its text at once, then `id_convert`. */
  readonly start: "create" | "convert";
  /** Calls are to be saved: text and structure go together. */
  readonly thrifty: boolean;
  /** @defaultValue it is made */
  readonly existing?: ExistingCard | undefined;
  /** A process that is gone may have sent another entity by the uuid of this card. @defaultValue false */
  readonly sharesUuid?: boolean | undefined;
  readonly onCreated: (cardId: string) => void;
  readonly onSent: (message: SentMessage) => void;
}
