/** What a tokenizer finds in Markdown, as the writers read it. Texts are as written, nothing in them has been escaped or decoded. */

/** One piece of a paragraph, heading or table cell. */
export type Inline =
  | { readonly kind: "text"; readonly raw: string }
  /** `\*`: the character itself. */
  | { readonly kind: "escape"; readonly char: string }
  /** `&copy;`: as written, and what it stands for. */
  | { readonly kind: "entity"; readonly raw: string; readonly char: string }
  | { readonly kind: "code"; readonly text: string }
  /** `$x$` and the like: as written. */
  | { readonly kind: "math"; readonly raw: string }
  | { readonly kind: "marks"; readonly marks: Marks }
  | { readonly kind: "link"; readonly label: readonly Inline[]; readonly href: string; readonly title: string }
  /** An address that stands in the text; `angled`: between `<` and `>`. `glued`: what follows it would be taken for a part of it. */
  | { readonly kind: "address"; readonly raw: string; readonly angled: boolean; readonly glued: boolean }
  | { readonly kind: "image"; readonly label: readonly Inline[]; readonly src: string; readonly title: string }
  | { readonly kind: "tag"; readonly raw: string }
  | { readonly kind: "break"; readonly hard: boolean };

/** A run of emphasis marks. */
export interface Marks {
  /** As written: `**`. */
  readonly raw: string;
  /** How many of them, from the left, end what is emphasised; and from the right, begin it. The rest is text. */
  readonly closes: number;
  readonly opens: number;
  /** Feishu takes the run for marks only with a space there. */
  readonly spaceBefore: boolean;
  readonly spaceAfter: boolean;
}

/** Where a block stands: its first line, and the line after its last one. */
export interface Lines {
  readonly from: number;
  readonly to: number;
}

/** A block of Markdown. */
export type Block = Lines &
  (
    | { readonly kind: "paragraph"; readonly content: string; readonly inline: readonly Inline[] }
    /** `underline`: as written, of a heading that is underlined. */
    | {
        readonly kind: "heading";
        readonly level: number;
        readonly underline: string | undefined;
        readonly inline: readonly Inline[];
      }
    /** `marker` undefined: indented code. `closed`: its end is there. */
    | {
        readonly kind: "code";
        readonly marker: string | undefined;
        readonly info: string;
        readonly text: string;
        readonly closed: boolean;
      }
    | { readonly kind: "rule" }
    | { readonly kind: "quote"; readonly blocks: readonly Block[] }
    | { readonly kind: "list"; readonly items: readonly Item[] }
    /** `read` tells what is in a cell. */
    | {
        readonly kind: "table";
        readonly rows: readonly string[];
        readonly columns: number;
        readonly read: (cell: string) => readonly Inline[];
      }
    /** `[label]: address`, which Markdown would not show. */
    | { readonly kind: "definition"; readonly inline: readonly Inline[] }
  );

/** An item of a list. */
export interface Item extends Lines {
  /** As written: `1.` or `-`. */
  readonly marker: string;
  /** With the number that people see: `2.`. */
  readonly counted: string;
  readonly blocks: readonly Block[];
}
