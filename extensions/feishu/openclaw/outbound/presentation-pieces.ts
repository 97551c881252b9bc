import type { CardJson, ElementJson } from "../../card/index.ts";
import type { Presentation, PresentationBlock } from "../host/index.ts";
import { toPresentationCard } from "./presentation-card.ts";

/** What one card of a presentation may hold: below Feishu's 200 elements, 30 KB and five Markdown tables. */
const MAX_ELEMENTS = 150;
const MAX_BYTES = 24_000;
const MAX_TABLES = 3;
/** Characters of one text element, and rows of one table, after which the next piece begins. */
const MAX_TEXT = 4_000;
const MAX_ROWS = 40;

/** A part of a presentation: as a card, and as Markdown for where the card is not taken. */
export interface PresentationPiece {
  readonly card: CardJson;
  readonly text: string;
}

/** A presentation in as many pieces as hold it all, in order: one where it fits. The title stands on the first. */
export function toPresentationPieces(presentation: Presentation, lead?: string): readonly PresentationPiece[] {
  const { blocks, ...head } = presentation;
  const done: PresentationPiece[] = [];
  let open: PresentationBlock[] = [];
  const draw = (parts: readonly PresentationBlock[]): PresentationPiece => {
    const isFirst = done.length === 0;
    const part = isFirst ? { ...head, blocks: [...parts] } : { blocks: [...parts] };
    const above = isFirst ? lead : undefined;
    return { card: toPresentationCard(part, above), text: toText(part, above) };
  };
  for (const block of blocks.flatMap(split)) {
    if (open.length > 0 && !fits(draw([...open, block]).card)) {
      done.push(draw(open));
      open = [];
    }
    open.push(block);
  }
  return [...done, draw(open)];
}

/** Everything that is said, as Markdown. What could be pressed is named. */
function toText({ title, blocks }: Presentation, lead: string | undefined): string {
  const said = blocks.map((block) => {
    if (block.type === "divider") return "---";
    const { elements } = toPresentationCard({ blocks: [block] })["body"] as { elements: readonly ElementJson[] };
    return elements.map(wordsOf).join("\n");
  });
  const parts = [title === undefined ? "" : `**${title}**`, lead ?? "", ...said];
  return parts.filter((part) => part.trim() !== "").join("\n\n");
}

/** A block in pieces that fit on a card each. */
function split(block: PresentationBlock): readonly PresentationBlock[] {
  if (block.type === "table") {
    const rows = Array.isArray(block["rows"]) ? (block["rows"] as unknown[]) : [];
    if (rows.length <= MAX_ROWS) return [block];
    return chunks(rows, MAX_ROWS).map((part) => ({ ...block, rows: part }));
  }
  const text = typeof block["text"] === "string" ? block["text"] : "";
  if (text.length <= MAX_TEXT) return [block];
  return cutText(text).map((part) => ({ ...block, text: part }));
}

function fits(card: CardJson): boolean {
  const { elements } = card["body"] as { elements: readonly ElementJson[] };
  const tables = elements.filter(({ content }) => typeof content === "string" && /^\|.*\|$/mu.test(content)).length;
  return (
    tables <= MAX_TABLES && countElements(card) <= MAX_ELEMENTS && Buffer.byteLength(JSON.stringify(card)) <= MAX_BYTES
  );
}

/** Feishu counts everything with a tag, also inside others. */
function countElements(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + countElements(one), 0);
  if (typeof value !== "object" || value === null) return 0;
  const inner = Object.values(value).reduce<number>((sum, one) => sum + countElements(one), 0);
  return "tag" in value ? inner + 1 : inner;
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}

/** At line ends where there are some, never inside a surrogate pair. */
function cutText(text: string): string[] {
  const parts: string[] = [];
  for (let at = 0; at < text.length;) {
    const rest = text.slice(at, at + MAX_TEXT);
    const line = at + MAX_TEXT >= text.length ? rest.length : rest.lastIndexOf("\n") + 1;
    const part = line > MAX_TEXT / 2 ? rest.slice(0, line) : rest.replace(/[\uD800-\uDBFF]$/u, "");
    parts.push(part);
    at += part.length;
  }
  return parts;
}

/** The words of an element, with links as Markdown has them. */
function wordsOf(element: ElementJson): string {
  const { tag, content, text, columns, elements, options, behaviors } = element;
  if (typeof content === "string") return content;
  const label = typeof text === "object" && text !== null ? wordsOf(text as ElementJson) : "";
  if (tag === "button") {
    const link = (behaviors as readonly { default_url?: string }[] | undefined)?.[0]?.default_url;
    return link === undefined ? `[${label}]` : `[${label}](${link})`;
  }
  const inside = [columns, elements, options].flatMap((part) => (Array.isArray(part) ? (part as ElementJson[]) : []));
  return [label, ...inside.map(wordsOf)].filter((words) => words !== "").join(tag === "column_set" ? " · " : "\n");
}
