import type { ReplyFailure, ReplyText, ToolUpdate } from "../../../src/stream/index.ts";
import type { CardButton, CardHeader, CardStrings, TypingSpeed } from "../card/index.ts";
import type { ReplyImages } from "../images/index.ts";

/** A tool call with the clock times that its line shows. */
export interface ToolLine extends ToolUpdate {
  /** Card on which the line stands. */
  readonly slot: number;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
}

/** How the reply ended. */
export type Outcome =
  | { readonly kind: "finalized"; readonly footer: string | undefined }
  | { readonly kind: "failed"; readonly failure: ReplyFailure }
  | { readonly kind: "aborted"; readonly by: string | undefined };

/** A button of the last card; `incomplete`: only when the reply ended early. */
export type AfterButton = CardButton & { readonly when: "always" | "incomplete" };

/** Everything a reply's cards are drawn from. */
export interface ReplyState {
  readonly text: ReplyText;
  readonly tools: Map<string, ToolLine>;
  thoughts: string;
  thoughtsDone: boolean;
  /** The line that says what is going on, drawn anew only when it changes. */
  status: string;
  outcome: Outcome | undefined;
  readonly header: CardHeader | undefined;
  readonly stop: CardButton | undefined;
  readonly after: readonly AfterButton[];
  /** People whom the answer may mention. */
  readonly mentionable: ReadonlySet<string>;
  readonly images: ReplyImages;
  readonly strings: CardStrings;
  readonly typing: TypingSpeed;
}
