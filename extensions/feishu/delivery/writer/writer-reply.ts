import type { Want } from "../surface/surface.ts";

/** What a writer asks of the reply whose card it writes, and tells it. */
export interface WriterReply {
  /** Settles what the card is to show, as far as the text is known now. Called before `want`. */
  readonly prepare: () => void;
  /** The newest state; asked before every write. Asking changes nothing. */
  readonly want: () => Want;
  /** Something was acknowledged. */
  readonly onShown: () => void;
  /** The card takes no more text as it is (too large, or closed for good). False when nothing less can be wanted. */
  readonly onRefused: (why: "too-large" | "closed", error: unknown) => boolean;
  /** Feishu would not take a write that carried these image keys. */
  readonly onImagesRefused: (keys: readonly string[]) => void;
  /** The content audit refused the text. False when it cannot be written in another way. */
  readonly onAudited: (error: unknown) => boolean;
  /** The message to be answered is gone. False when the answer cannot go elsewhere. */
  readonly onReplyGone: (error: unknown) => Promise<boolean>;
  /** The card is written by somebody else now, as is known elsewhere. */
  readonly isTaken: (cardId: string) => Promise<boolean>;
  /** Messages of the reply may be sent and patched by this process. */
  readonly mayWrite: () => boolean | Promise<boolean>;
}

/**
 * How a writer ended. `failed`: the surface cannot go on; `refused`: nothing of this reply can arrive any more; `taken`: the card is
 * somebody else's now; `stopped`: it was told to.
 */
export type WriterEnd =
  | { readonly state: "finished" }
  | { readonly state: "failed" | "refused" | "taken" | "stopped"; readonly error: unknown };

/** Why a reply writes nothing more. */
export const CHAT_TAKEN = "the chat is another process's now";
