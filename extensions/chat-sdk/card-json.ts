import type { CardChild, CardElement, FieldsElement, TableElement } from "chat";
import { markdownElement, plainText, writtenElement } from "../feishu/card/index.ts";
import type { CardJson, ElementJson } from "../feishu/card/index.ts";
import { toCardMarkdown } from "../feishu/dialect/index.ts";
import { chartJson } from "./card-chart.ts";
import { controlsJson } from "./card-controls.ts";
import { mentionedIn, withMentions } from "./outgoing.ts";

/** What a card is made with. */
export interface CardJsonOptions {
  /** The key of an uploaded picture; undefined: it becomes a link. */
  readonly imageKey: (url: string) => string | undefined;
}

/** The addresses of a card's pictures. */
export function imagesOf(card: CardElement): string[] {
  const below = (child: CardChild): string[] => {
    if (child.type === "image") return [child.url];
    return child.type === "section" ? child.children.flatMap(below) : [];
  };
  return [...(card.imageUrl === undefined ? [] : [card.imageUrl]), ...card.children.flatMap(below)];
}

/** A card of the Chat SDK's as Feishu's (schema 2.0). */
export function toCardJson({ title, subtitle, imageUrl, children }: CardElement, options: CardJsonOptions): CardJson {
  const writer = new ElementWriter(options);
  const picture = imageUrl === undefined ? [] : writer.write({ type: "image", url: imageUrl });
  return {
    schema: "2.0",
    config: { update_multi: true },
    ...(title !== undefined && {
      header: { title: plainText(title), ...(subtitle !== undefined && { subtitle: plainText(subtitle) }) },
    }),
    body: { elements: [...picture, ...children.flatMap((child) => writer.write(child))] },
  };
}

/** Writes elements one by one. */
export class ElementWriter {
  readonly #options: CardJsonOptions;

  constructor(options: CardJsonOptions) {
    this.#options = options;
  }

  write(child: CardChild): ElementJson[] {
    switch (child.type) {
      case "text":
        return [this.#text(child.content, child.style)];
      case "link":
        return [this.#text(`[${child.label}](${child.url})`)];
      case "image":
        return [this.#image(child.url, child.alt)];
      case "divider":
        return [{ tag: "hr" }];
      case "actions":
        return child.children.length === 0 ? [] : [controlsJson(child.children)];
      case "section":
        return child.children.flatMap((one) => this.write(one));
      case "fields":
        return [this.fields(child)];
      case "table":
        return tableJson(child);
      default:
        return [chartJson(child)];
    }
  }

  /** Names with their values, two beside each other. */
  fields({ children }: FieldsElement): ElementJson {
    const column = ({ label, value }: FieldsElement["children"][number]): ElementJson => ({
      tag: "column",
      width: "weighted",
      weight: 1,
      elements: [this.#text(`**${label}**\n\n${value}`)],
    });
    return { tag: "column_set", flex_mode: "bisect", columns: children.map(column) };
  }

  #text(content: string, style?: "plain" | "bold" | "muted"): ElementJson {
    const markdown = withMentions(style === "bold" ? `**${content}**` : content, "card");
    const text = toCardMarkdown(markdown, { mentionable: mentionedIn(content) });
    if (style !== "muted") return writtenElement(text);
    return writtenElement(`<font color='grey'>${text}</font>`, { text_size: "notation" });
  }

  #image(url: string, alt = ""): ElementJson {
    const key = this.#options.imageKey(url);
    return key === undefined
      ? this.#text(`[${alt || url}](${url})`)
      : { tag: "img", img_key: key, alt: plainText(alt) };
  }
}

/** Rows on a page; Feishu takes 10 at most. */
const PAGE_SIZE = 5;

function tableJson({ caption, headers, rows, align, pageSize = PAGE_SIZE }: TableElement): ElementJson[] {
  const columns = headers.map((display_name, index) => ({
    name: `c${index}`,
    display_name,
    data_type: "text",
    horizontal_align: align?.[index] ?? "left",
  }));
  const table = {
    tag: "table",
    page_size: Math.min(10, Math.max(1, pageSize)),
    columns,
    rows: rows.map((row) => Object.fromEntries(row.map((cell, index) => [`c${index}`, cell]))),
  };
  return caption === undefined ? [table] : [markdownElement(`**${caption}**`), table];
}
