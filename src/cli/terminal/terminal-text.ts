/** A string control (title, picture, link) that has not ended by then was not one. */
const MAX_STRING_CHARS = 65_536;

const ESC = "\u001B";
const BEL = "\u0007";

/** What is expected next: text, the rest of an escape sequence, of a control sequence, or of a string control. */
type State = "text" | "escape" | "intermediate" | "control" | "string" | "string-escape";

/**
 * Turns what programs write for a terminal into plain text, piece by piece: colours, cursor movements, titles and links are taken
 * out wherever the pieces are cut; CRLF and lone CR become line feeds; other control characters but the tab are dropped.
 * @see ECMA-48, sections 5.3 to 5.6
 */
export class TerminalText {
  #state: State = "text";
  #stringChars = 0;
  /** A carriage return was the last character: a line feed belongs to it. */
  #afterReturn = false;

  /** The plain text of the next piece. Never holds text back but a carriage return's line end. */
  push(piece: string): string {
    let plain = "";
    for (const char of piece) plain += this.#take(char);
    return plain;
  }

  /** What was still held back. */
  end(): string {
    const rest = this.#afterReturn ? "\n" : "";
    this.#afterReturn = false;
    this.#state = "text";
    return rest;
  }

  #take(char: string): string {
    switch (this.#state) {
      case "text":
        return this.#text(char);
      case "escape":
        // An escape sequence is ASCII; anything else is text again.
        if ((char < " " && char !== ESC) || char > "~") return this.#again(char);
        this.#state = afterEscape(char);
        this.#stringChars = 0;
        return "";
      case "intermediate":
        if (char < " " || char > "~") return this.#again(char);
        if (char > "/") this.#state = "text";
        return "";
      case "control":
        if (char >= "@" && char <= "~") this.#state = "text";
        // A control sequence has nothing but these; anything else is text again.
        else if (char < " " || char > "?") return this.#again(char);
        return "";
      case "string":
        return this.#string(char);
      default:
        this.#state = char === "\\" ? "text" : "string";
        return "";
    }
  }

  #text(char: string): string {
    const lineEnd = this.#afterReturn && char !== "\n" && char !== "\r" ? "\n" : "";
    this.#afterReturn = char === "\r";
    if (char === "\r") return lineEnd;
    if (char === "\n" || char === "\t") return lineEnd + char;
    if (char === ESC) this.#state = "escape";
    else if (char === "\u009B") this.#state = "control";
    else if (/[\u0090\u0098\u009D-\u009F]/u.test(char)) this.#state = "string";
    if (this.#state !== "text") this.#stringChars = 0;
    const isControl = char < " " || (char >= "\u007F" && char <= "\u009F");
    return isControl ? lineEnd : lineEnd + char;
  }

  #string(char: string): string {
    this.#stringChars += 1;
    if (char === BEL || char === "\u009C" || this.#stringChars > MAX_STRING_CHARS) this.#state = "text";
    else if (char === ESC) this.#state = "string-escape";
    return "";
  }

  #again(char: string): string {
    this.#state = "text";
    return this.#text(char);
  }
}

/**
 * What others named (a group, a bot, an error of a server) as one line for a terminal: no escape sequence, no control character, and
 * none of the marks that turn the direction of what follows.
 */
export function printable(text: string): string {
  return printableLines(text).replaceAll(/\s+/gu, " ").trim();
}

/** The same over several lines. */
export function printableLines(text: string): string {
  const terminal = new TerminalText();
  return `${terminal.push(text)}${terminal.end()}`.replaceAll(/[\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/gu, "");
}

function afterEscape(char: string): State {
  if (char === "[") return "control";
  if (char === ESC) return "escape";
  if ("]PX^_".includes(char)) return "string";
  return char >= " " && char <= "/" ? "intermediate" : "text";
}
