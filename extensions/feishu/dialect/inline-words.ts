import { shownAddress } from "./address.ts";
import { isAllowedMention, withoutStyles } from "./tags.ts";
import type { Inline } from "./tree.ts";

export interface PlainOptions {
  /** Ids that `<at user_id="…">` may mention. @defaultValue nobody */
  readonly mentionable?: ReadonlySet<string> | undefined;
  /** Addresses of links and pictures stand behind their words. @defaultValue true */
  readonly addresses?: boolean | undefined;
}

const NOBODY: ReadonlySet<string> = new Set();

/** The words of paragraphs without their marks. */
export class InlineWords {
  readonly #mentionable: ReadonlySet<string>;
  readonly #addresses: boolean;

  constructor({ mentionable = NOBODY, addresses = true }: PlainOptions) {
    this.#mentionable = mentionable;
    this.#addresses = addresses;
  }

  of(inline: readonly Inline[]): string {
    // The words of a link right behind an address would be read as a part of it.
    const isGlued = (one: Inline, before: Inline | undefined): boolean =>
      before?.kind === "address" && (one.kind === "link" || one.kind === "image");
    return inline.map((one, i) => (isGlued(one, inline[i - 1]) ? " " : "") + this.#one(one)).join("");
  }

  #one(one: Inline): string {
    switch (one.kind) {
      case "escape":
      case "entity":
        return one.char;
      case "code":
        return one.text;
      case "marks":
        return one.marks.raw.slice(one.marks.closes, one.marks.raw.length - one.marks.opens);
      case "link":
        return this.#target(one.label, one.href, one.title);
      case "image":
        return this.#target(one.label, one.src, one.title);
      case "tag":
        return isAllowedMention(one.raw, this.#mentionable) ? one.raw : withoutStyles(one.raw);
      case "break":
        return "\n";
      default:
        return one.raw;
    }
  }

  #target(label: readonly Inline[], href: string, title: string): string {
    const address = shownAddress(href);
    const words = this.of(label);
    const named = title === "" ? "" : ` (${title})`;
    if (words === "") return address + named;
    return (this.#addresses && address !== "" && words !== address ? `${words} (${address})` : words) + named;
  }
}
