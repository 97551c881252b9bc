import type { ReplyButton } from "../../../../src/plugin-sdk/index.ts";
import type { Delta, Snapshot, ToolUpdate } from "../../../../src/stream/index.ts";
import type { Clock } from "../../../../src/time/index.ts";
import type { ReplyState } from "./reply-state.ts";
import type { ReplyTimes } from "./reply-times.ts";
import type { StatusLine } from "./status-line.ts";

/** Characters of commentary on all cards of a reply; what comes beyond stays in the answer. */
const MAX_REMARKS = 3_000;

/** Takes into a reply's state what its writer says. Every method gives whether there is something new to show. */
export class ReplyInput {
  readonly #state: ReplyState;
  readonly #status: StatusLine;
  readonly #times: ReplyTimes;
  readonly #clock: Clock;
  /** Tool calls that came before the current message. */
  #toolsBefore: number | undefined;

  constructor(state: ReplyState, status: StatusLine, times: ReplyTimes, clock: Clock) {
    this.#state = state;
    this.#status = status;
    this.#times = times;
    this.#clock = clock;
  }

  append(text: Delta): boolean {
    if (text === "") return false;
    const before = this.#state.text.length;
    this.#state.text.append(text);
    return this.#grew(before);
  }

  replace(text: Snapshot): boolean {
    const before = this.#state.text.length;
    this.#state.text.replace(text);
    return this.#grew(before);
  }

  /** @param slot the card that text goes to now */
  beginMessage({ keep }: { keep: boolean }, slot: number): boolean {
    const { text, remarks, tools } = this.#state;
    const said = remarks.reduce((sum, remark) => sum + remark.text.length, text.current.length);
    const commentary = text.beginMessage(keep || said > MAX_REMARKS);
    const toolsBefore = this.#toolsBefore ?? tools.size;
    this.#toolsBefore = undefined;
    if (commentary.trim() === "") return false;
    remarks.push({ text: commentary, slot, toolsBefore });
    return true;
  }

  /** @param thoughts all of them so far */
  think(thoughts: string): boolean {
    if (thoughts === this.#state.thoughts) return false;
    this.#state.thoughts = thoughts;
    this.#state.thoughtsDone = false;
    return true;
  }

  /** @param slot the card that text goes to now */
  tool(update: ToolUpdate, slot: number): boolean {
    const now = this.#clock.now();
    const known = this.#state.tools.get(update.id);
    this.#state.tools.set(update.id, {
      ...update,
      slot: known?.slot ?? slot,
      startedAt: known?.startedAt ?? now,
      endedAt: update.state === "running" ? undefined : (known?.endedAt ?? now),
    });
    return true;
  }

  status(text: string | undefined): boolean {
    this.#status.tell(text);
    return true;
  }

  addButton(button: ReplyButton): boolean {
    const { after } = this.#state;
    after.push({ ...button, when: "always", id: `after${after.length}` });
    return true;
  }

  #grew(before: number): boolean {
    const { text, tools } = this.#state;
    if (text.length > before) {
      this.#toolsBefore ??= tools.size;
      this.#times.arrived(before);
    }
    this.#state.thoughtsDone = true;
    this.#status.tell(undefined);
    return true;
  }
}
