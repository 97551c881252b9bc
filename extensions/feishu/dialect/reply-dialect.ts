import type { RenderOptions } from "./card-dialect.ts";
import { CardDialect } from "./card-dialect.ts";
import { mendCutOff } from "./cut-off.ts";
import { InlineReader, parseBlocks } from "./parse.ts";
import { toPlainText } from "./plain-text.ts";
import type { Block } from "./tree.ts";

/** So much of a text its preview is made from, in UTF-16 units. */
const PREVIEW_MAX = 600;

const blocksOf = (text: string): readonly Block[] => parseBlocks(text, new InlineReader()).blocks;

/** The dialects of a reply's elements, each of which remembers what of its text is finished. */
export class ReplyDialect {
  readonly #elements = new Map<string, CardDialect>();
  #preview = { text: "", plain: "" };

  /**
   * The elements of one card's answer. @param grows more text may come to the last one; `cut`: none will, and it broke off.
   * @param tables how many tables the card may show as tables.
   */
  render(
    slot: number,
    pieces: readonly string[],
    options: {
      readonly grows: boolean;
      readonly cut: boolean;
      readonly tables: number;
      readonly of: (index: number) => RenderOptions;
    },
  ): string[] {
    let { tables } = options;
    return pieces.map((piece, index) => {
      const last = index === pieces.length - 1;
      const ends = { grows: options.grows && last, cut: options.cut && last };
      const { text, tablesLeft } = this.#element(slot, index).render(piece, { ...options.of(index), ...ends, tables });
      tables = tablesLeft;
      return text;
    });
  }

  /** Up to which offset what is written of an element's text cannot change any more. */
  settled(slot: number, index: number, piece: string): number {
    return this.#element(slot, index).settled(piece);
  }

  /**
   * The beginning of a text as one that knows no Markdown shows it: a card's line in the list of chats.
   * @param cut the text broke off
   */
  preview(text: string, cut: boolean): string {
    const begin = cut && text.length <= PREVIEW_MAX ? mendCutOff(text, blocksOf) : text.slice(0, PREVIEW_MAX);
    if (begin !== this.#preview.text) this.#preview = { text: begin, plain: toPlainText(begin, { addresses: false }) };
    return this.#preview.plain;
  }

  #element(slot: number, index: number): CardDialect {
    const key = `${slot}:${index}`;
    const known = this.#elements.get(key);
    if (known !== undefined) return known;
    const fresh = new CardDialect();
    this.#elements.set(key, fresh);
    return fresh;
  }
}
