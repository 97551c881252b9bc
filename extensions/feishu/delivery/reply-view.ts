import type { CardBlock, CardView } from "../card/index.ts";
import { buttonsBlock, ELEMENT, markdownBlock, panelBlock, toFeishuMarkdown, toSummary } from "../card/index.ts";
import type { Outcome, ReplyState, ToolLine } from "./reply-state.ts";

/** Thoughts beyond this many characters are not shown: they must not crowd the answer out of the card's 30 KB. */
const MAX_THOUGHTS = 3_000;

/** The part of the answer that one card shows. */
export interface AnswerPart {
  /** Number of the card within the reply. */
  readonly slot: number;
  /** The first card that the reader sees: it has the header and the thoughts. */
  readonly first: boolean;
  /** The answer's elements, as the reply has them. */
  readonly pieces: readonly string[];
  /** This many elements from the first on may show images; in the others they are links still. */
  readonly illustrated: number;
  /** The last card of the reply, as far as is known. */
  readonly last: boolean;
  /** No more text comes to this card. */
  readonly final: boolean;
}

/** Draws one card of the reply. */
export function buildView(state: ReplyState, part: AnswerPart): CardView {
  const { strings } = state;
  const blocks: CardBlock[] = [];
  if (part.first && state.thoughts !== "") blocks.push(thinkingPanel(state));
  const tools = [...state.tools.values()].filter(({ slot }) => slot === part.slot || (part.first && slot < part.slot));
  if (tools.length > 0) {
    const lines = tools.map(toolLine).join("\n");
    blocks.push(markdownBlock(ELEMENT.tools, asLinks(state, lines), { size: "notation" }));
  }
  part.pieces.forEach((piece, index) => blocks.push(answerBlock(state, index, piece, index < part.illustrated)));
  if (!part.final) {
    if (state.status !== "") {
      const line = `<font color='grey'>${asLinks(state, state.status)}</font>`;
      blocks.push(markdownBlock(ELEMENT.status, line, { size: "notation" }));
    }
    if (part.last && state.stop !== undefined) blocks.push(buttonsBlock([state.stop]));
  } else if (part.last && state.outcome !== undefined) {
    blocks.push(...endBlocks(state, state.outcome, blocks.length === 0));
  }
  const text = part.pieces.join("");
  const summary = toSummary(text, part.final ? strings.empty : strings.generating);
  return { header: part.first ? state.header : undefined, blocks, summary, typing: state.typing };
}

function answerBlock(state: ReplyState, index: number, piece: string, illustrated: boolean): CardBlock {
  const images: string[] = [];
  const imageKey = (target: string): string | undefined => {
    // Also asked for what is not shown yet: that begins fetching it.
    const key = state.images.keyOf(target);
    if (!illustrated || key === undefined) return undefined;
    images.push(key);
    return key;
  };
  const text = toFeishuMarkdown(piece, { mentionable: state.mentionable, imageKey });
  return markdownBlock(ELEMENT.answer(index), text, { images });
}

function thinkingPanel(state: ReplyState): CardBlock {
  const { strings, thoughts } = state;
  const shown = thoughts.length <= MAX_THOUGHTS ? thoughts : `${thoughts.slice(0, MAX_THOUGHTS - 1)}…`;
  return panelBlock(strings.thoughts, asLinks(state, shown), !state.thoughtsDone);
}

function toolLine(tool: ToolLine): string {
  const mark = { running: "⏳", done: "✅", failed: "❌" }[tool.state];
  const seconds = tool.endedAt === undefined ? "" : ` · ${((tool.endedAt - tool.startedAt) / 1000).toFixed(1)} s`;
  const detail = tool.detail === undefined || tool.detail === "" ? "" : ` — ${oneLine(tool.detail)}`;
  return `${mark} **${oneLine(tool.name)}**${detail}${seconds}`;
}

function endBlocks(state: ReplyState, outcome: Outcome, empty: boolean): CardBlock[] {
  const { strings } = state;
  const blocks: CardBlock[] = [];
  const note = endNote(state, outcome) ?? (empty ? strings.empty : undefined);
  if (note !== undefined)
    blocks.push(markdownBlock(ELEMENT.note, `<font color='grey'>${asLinks(state, note)}</font>`, { size: "notation" }));
  if (outcome.kind === "finalized" && outcome.footer !== undefined && outcome.footer !== "") {
    blocks.push(markdownBlock(ELEMENT.footer, asLinks(state, outcome.footer), { size: "notation" }));
  }
  const after = state.after.filter(({ when }) => when === "always" || outcome.kind !== "finalized");
  if (after.length > 0) blocks.push(buttonsBlock(after));
  return blocks;
}

function endNote(state: ReplyState, outcome: Outcome): string | undefined {
  if (outcome.kind === "aborted") return state.strings.stopped(outcome.by);
  if (outcome.kind === "finalized") return undefined;
  return outcome.failure.message ?? state.strings.failed(outcome.failure.code);
}

function oneLine(text: string): string {
  const line = text
    .replace(/\s+/gu, " ")
    .replace(/[*_`<>~]/gu, "")
    .trim();
  return line.length <= 120 ? line : `${line.slice(0, 119)}…`;
}

/** Markdown as a card shows it without images: what one refused word in the thoughts would otherwise cost is the whole card. */
export function asLinks(state: ReplyState, markdown: string): string {
  return toFeishuMarkdown(markdown, { mentionable: state.mentionable, imageKey: () => undefined });
}

/** Image keys in a view. */
export function imagesOf(view: CardView): string[] {
  return view.blocks.flatMap(({ images }) => images);
}

/** The answer that a view shows: its answer elements joined. */
export function answerOf(view: CardView): string {
  return view.blocks
    .filter(({ id }) => /^a\d+$/u.test(id))
    .map(({ text }) => text)
    .join("");
}
