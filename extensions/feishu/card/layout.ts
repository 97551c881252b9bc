/**
 * How a reply card is laid out: thinking panel, tool lines, answer, status line, buttons, footer, each an element of its own, so
 * that a change in one never makes another repaint.
 */

import { plainText, writtenElement } from "./parts.ts";

/** JSON of one card element (Card JSON 2.0). */
export type ElementJson = Readonly<Record<string, unknown>>;

/** JSON of a whole card (schema 2.0). */
export type CardJson = Readonly<Record<string, unknown>>;

/**
 * One top-level element. `text` lives in the element with id `textId` (the element itself, or one inside it) and may be streamed
 * into it; everything else of the element is told apart by `shape`, a string that is equal exactly when all else is.
 */
export interface CardBlock {
  readonly id: string;
  readonly textId: string | undefined;
  readonly text: string;
  readonly shape: string;
  /** Image keys in `text`. */
  readonly images: readonly string[];
  readonly build: (text: string) => ElementJson;
}

/** How fast the reader's client types (CardKit `streaming_config`): `stepChars` characters every `frequencyMs`. */
export interface TypingSpeed {
  readonly frequencyMs: number;
  readonly stepChars: number;
  readonly strategy: "fast" | "delay";
}

/** Header of the card; `template` is one of Feishu's colour names. */
export interface CardHeader {
  readonly title: string;
  readonly subtitle?: string | undefined;
  readonly template?: string | undefined;
}

/** A button below the answer. `value` comes back in the card action. */
export interface CardButton {
  /** Element id (≤ 20 characters, a letter first). */
  readonly id: string;
  readonly text: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly type?: "default" | "primary" | "danger" | undefined;
}

/** What a card shows at one moment. */
export interface CardView {
  readonly header: CardHeader | undefined;
  readonly blocks: readonly CardBlock[];
  readonly summary: string;
  readonly typing: TypingSpeed;
}

/** Ids of the fixed elements (≤ 20 characters, a letter first). Answer elements are `a0`, `a1`, … */
export const ELEMENT = {
  panel: "think",
  thoughts: "think_md",
  tools: "tools",
  answer: (index: number): string => `a${index}`,
  status: "status",
  note: "note",
  actions: "actions",
  footer: "foot",
} as const;

/** Whether an element with this id holds a part of the answer. */
export function isAnswerId(id: string): boolean {
  return /^a\d+$/u.test(id);
}

/** Whether the reader watches the block's text grow: the answer and the thoughts. Everything else may change at a stroke. */
export function isTyped({ id }: CardBlock): boolean {
  return id === ELEMENT.panel || isAnswerId(id);
}

/** A Markdown element; `size` is a Feishu `text_size`, `images` are the image keys in its text. */
export function markdownBlock(
  id: string,
  text: string,
  { size, images = [] }: { size?: "normal" | "notation"; images?: readonly string[] } = {},
): CardBlock {
  return {
    id,
    textId: id,
    text,
    images,
    shape: `markdown:${size ?? ""}`,
    build: (content) => writtenElement(content, { element_id: id, ...(size && { text_size: size }) }),
  };
}

/** A collapsible panel with one Markdown text inside. */
export function panelBlock(title: string, text: string, expanded: boolean): CardBlock {
  return {
    id: ELEMENT.panel,
    textId: ELEMENT.thoughts,
    text,
    images: [],
    shape: `panel:${expanded}:${title}`,
    build: (content) => ({
      tag: "collapsible_panel",
      element_id: ELEMENT.panel,
      expanded,
      header: { title: plainText(title) },
      border: { color: "grey", corner_radius: "6px" },
      elements: [writtenElement(content, { element_id: ELEMENT.thoughts, text_size: "notation" })],
    }),
  };
}

/** Buttons side by side, each of which sends a card action. */
export function buttonsBlock(buttons: readonly CardButton[]): CardBlock {
  return {
    id: ELEMENT.actions,
    textId: undefined,
    text: "",
    images: [],
    shape: `buttons:${JSON.stringify(buttons)}`,
    build: () => ({
      tag: "column_set",
      element_id: ELEMENT.actions,
      horizontal_spacing: "8px",
      columns: buttons.map((button) => ({ tag: "column", width: "auto", elements: [buttonJson(button)] })),
    }),
  };
}

function buttonJson(button: CardButton): ElementJson {
  return {
    tag: "button",
    element_id: button.id,
    text: plainText(button.text),
    type: button.type ?? "default",
    size: "small",
    behaviors: [{ type: "callback", value: button.value }],
  };
}

/** The element as it goes on the wire. */
export function blockJson(block: CardBlock): ElementJson {
  return block.build(block.text);
}

/** Header of a card that goes on where one before it ended: it says so, under the reply's own title where that has one. */
export function continuedHeader(header: CardHeader | undefined, words: string): CardHeader {
  if (header?.title === words) return header;
  return header === undefined ? { title: words, template: "default" } : { ...header, subtitle: words };
}

/** The whole card as it goes on the wire. `update_multi` is always sent: Feishu's patch page demands it. */
export function cardJson(view: CardView, streaming: boolean): CardJson {
  const { typing, header } = view;
  return {
    schema: "2.0",
    config: {
      update_multi: true,
      streaming_mode: streaming,
      summary: { content: view.summary },
      ...(streaming && {
        streaming_config: {
          print_frequency_ms: { default: typing.frequencyMs },
          print_step: { default: typing.stepChars },
          print_strategy: typing.strategy,
        },
      }),
    },
    ...(header && {
      header: {
        title: plainText(header.title),
        ...(header.subtitle !== undefined && { subtitle: plainText(header.subtitle) }),
        template: header.template ?? "blue",
      },
    }),
    body: { elements: view.blocks.map(blockJson) },
  };
}
