import type { ReplyFailure, ReplyText, ToolUpdate } from "../../../../src/stream/index.ts";
import type { CardButton, CardHeader, CardStrings, TypingSpeed } from "../../card/index.ts";
import type { Audited } from "./audit.ts";
import type { ReplyDialect } from "../../dialect/index.ts";
import type { ReplyImages } from "../../images/index.ts";

/** A tool call with the clock times that its line shows. */
export interface ToolLine extends ToolUpdate {
  /** Card on which the line stands. */
  readonly slot: number;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
}

/** Something said before a tool was called: no part of the answer, but people have read it. */
export interface Remark {
  readonly text: string;
  /** Card on which it stands. */
  readonly slot: number;
  /** Tool calls of the reply that came before it. */
  readonly toolsBefore: number;
}

/** How the reply ended. */
export type Outcome =
  | { readonly kind: "finalized"; readonly footer: string | undefined; readonly incomplete?: boolean | undefined }
  | { readonly kind: "failed"; readonly failure: ReplyFailure }
  | { readonly kind: "aborted"; readonly by: string | undefined };

/** A button of the last card; `incomplete`: only when the reply ended early, or with less than a whole answer. */
export type AfterButton = CardButton & { readonly when: "always" | "incomplete" };

/** Everything a reply's cards are drawn from. */
export interface ReplyState {
  readonly text: ReplyText;
  readonly tools: Map<string, ToolLine>;
  /** What was said before tools were called, oldest first. */
  readonly remarks: Remark[];
  thoughts: string;
  thoughtsDone: boolean;
  /** The line that says what is going on, drawn anew only when it changes. */
  status: string;
  outcome: Outcome | undefined;
  readonly header: CardHeader | undefined;
  readonly stop: CardButton | undefined;
  readonly after: AfterButton[];
  /** People whom the answer may mention. */
  readonly mentionable: ReadonlySet<string>;
  /** What the content audit does not let pass as it is. */
  readonly softened: Set<Audited>;
  readonly images: ReplyImages;
  readonly dialect: ReplyDialect;
  readonly strings: CardStrings;
  readonly typing: TypingSpeed;
}
