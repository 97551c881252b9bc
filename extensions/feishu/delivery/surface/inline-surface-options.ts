import type { Clock } from "../../../../src/time/index.ts";
import type { FeishuClient } from "../../client/index.ts";
import type { SentMessage } from "../../send.ts";
import type { ReplyTarget } from "../reply/reply-target.ts";
import type { Shown, TextRange } from "./surface.ts";

/** A message with a card of its own that another process sent. */
export interface ExistingMessage {
  readonly cardId: undefined;
  readonly messageId: string;
  /** Of the reply's text, as it was seen. */
  readonly shown: TextRange;
}

export interface InlineSurfaceOptions {
  readonly client: FeishuClient;
  readonly clock: Clock;
  readonly target: ReplyTarget;
  /** `uuid` of the send (≤ 40 characters). */
  readonly uuid: string;
  /** Something else may have been sent by this uuid, an entity say: of the two only one can succeed. @defaultValue false */
  readonly sharesUuid?: boolean | undefined;
  /** Clock time until which calls of a process that is gone may change the message. @defaultValue none may */
  readonly othersUntil?: number | undefined;
  /** An existing message with a card of its own, never written to by CardKit, and what it shows. */
  readonly existing?: { readonly messageId: string; readonly shown: Shown | undefined } | undefined;
  readonly onSent: (message: SentMessage) => void;
}
