/** A state file that cannot be used, and why. */
export class StateFileError extends Error {
  override readonly name = "StateFileError";
  /** Another emulator has it, it holds no state, or it cannot be written. */
  readonly reason: "in-use" | "unreadable" | "unwritable";
  readonly file: string;
  /** The reason in a few words, without the file's name. */
  readonly detail: string;

  constructor(reason: StateFileError["reason"], file: string, detail: string, cause?: unknown) {
    super(`the state file ${file} cannot be used: ${detail}`, { cause });
    this.reason = reason;
    this.file = file;
    this.detail = detail;
  }
}
