/**
 * Why a turn was ended from outside:
 * - `stopped`: the person who asked pressed Stop or said `/stop`
 * - `superseded`: the person sent another message, and the setting says that interrupts
 * - `interrupted`: the process is being stopped
 * - `deadline`: the turn took longer than the setting allows
 * - `chat-lost`: the bot was removed from the chat
 * - `handed-over`: another process answers in the chat now
 */
export type TurnStopKind = "stopped" | "superseded" | "interrupted" | "deadline" | "chat-lost" | "handed-over";

/** The reason a turn's signal aborts with. */
export class TurnStop extends Error {
  override readonly name = "TurnStop";
  readonly kind: TurnStopKind;
  /** Name of the person who stopped it, shown in the card. */
  readonly by: string | undefined;

  constructor(kind: TurnStopKind, by?: string) {
    super(`turn ended: ${kind}`);
    this.kind = kind;
    this.by = by;
  }
}
