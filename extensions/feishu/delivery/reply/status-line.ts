import type { Clock } from "../../../../src/time/index.ts";
import type { ReplyState } from "./reply-state.ts";

/** The line that says what is going on, with the seconds it has been going on for when it takes long. */
export class StatusLine {
  readonly #clock: Clock;
  #told: string | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What is to be said until something else is, or text flows; undefined: what follows from the reply itself. */
  tell(text: string | undefined): void {
    this.#told = text;
  }

  /** The line; empty when text flows, which is sign of life enough. @param quietForMs for how long nothing has changed */
  draw({ strings, tools, text }: ReplyState, quietForMs: number): string {
    const elapsed = (line: string, ms: number): string =>
      quietForMs === 0 ? line : strings.elapsed(line, Math.round(ms / 1000));
    const running = [...tools.values()].findLast(({ state }) => state === "running");
    if (running !== undefined && this.#told === undefined)
      return elapsed(strings.running(running.name), this.#clock.now() - running.startedAt);
    if (this.#told === undefined && text.length > 0 && quietForMs === 0) return "";
    return elapsed(this.#told ?? (text.length === 0 ? strings.thinking : strings.writing), quietForMs);
  }
}
