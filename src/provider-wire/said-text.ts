/** What is known of a text that repeats what was said. */
interface Repeated {
  /** What was said at the place that it names. */
  readonly told: string;
  /** Text came that named no place: one that differs has nothing new to say that could be told now. */
  readonly vague: boolean;
}

/**
 * The words of one stream, which are said in pieces and repeated as a whole: by their part, by their item, by the response. Every kind of
 * event repeats all of them in order, and places are not to be relied on: some servers count from one, give one place to several items or
 * name another in every event.
 */
export class SaidText {
  #all = "";
  /** Up to where each kind of event has repeated it. */
  readonly #at = new Map<string, number>();

  say(text: string): void {
    this.#all += text;
  }

  /** What the next text of an event of that kind says beyond what was said. */
  adds(by: string, whole: string, { told, vague }: Repeated): string {
    const from = this.#at.get(by) ?? 0;
    const rest = this.#all.slice(from);
    if (rest.startsWith(whole)) {
      this.#at.set(by, from + whole.length);
      return "";
    }
    if (told.startsWith(whole)) return "";
    if (rest !== "" && whole.startsWith(rest)) return this.#add(by, whole.slice(rest.length));
    // Some leave out the blanks at its ends.
    if (rest.includes(whole.trim())) return "";
    if (told !== "") return whole.startsWith(told) ? this.#add(by, whole.slice(told.length)) : "";
    return rest !== "" && vague ? "" : this.#add(by, whole);
  }

  #add(by: string, text: string): string {
    this.#all += text;
    this.#at.set(by, this.#all.length);
    return text;
  }
}
