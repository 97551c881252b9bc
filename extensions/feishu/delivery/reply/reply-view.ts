import { shortened } from "../../../../src/text/index.ts";
import type { CardBlock, CardHeader, CardView } from "../../card/index.ts";
import {
  buttonsBlock,
  continuedHeader,
  ELEMENT,
  isAnswerId,
  markdownBlock,
  panelBlock,
  toSummary,
} from "../../card/index.ts";
import type { Ending } from "../../dialect/index.ts";
import { inLines, toCardMarkdown } from "../../dialect/index.ts";
import { soften } from "./audit.ts";
import { processLines } from "./process-lines.ts";
import type { Outcome, ReplyState } from "./reply-state.ts";

/** Thoughts beyond this many characters are not shown: they must not crowd the answer out of the card's 30 KB. */
const MAX_THOUGHTS = 3_000;

/** The part of the answer that one card shows. */
export interface AnswerPart {
  /** Number of the card within the reply. */
  readonly slot: number;
  /** Number of the card after it; Infinity when there is none. */
  readonly next: number;
  /** The first card that the reader sees: it has the header and the thoughts. */
  readonly first: boolean;
  /** The answer began on a card before. */
  readonly continued: boolean;
  /** The answer's elements, as the reply has them. */
  readonly pieces: readonly string[];
  /** This many elements from the first on may show images; in the others they are links still. */
  readonly illustrated: number;
  /** The last card of the reply, as far as is known. */
  readonly last: boolean;
  /** No more text comes to this card. */
  readonly final: boolean;
  /** How many Markdown tables the card may show. */
  readonly tables: number;
}

/** Draws one card of the reply. */
export function buildView(state: ReplyState, part: AnswerPart): CardView {
  const { strings } = state;
  const blocks: CardBlock[] = [];
  if (part.first && state.thoughts !== "") blocks.push(thinkingPanel(state));
  // What stood on a card that was not needed in the end stands on the one before.
  const lines = processLines(state, (slot) => (part.first || slot >= part.slot) && slot < part.next);
  if (lines.length > 0) {
    const text = inLines(lines.map((line) => asLinks(state, line)));
    blocks.push(markdownBlock(ELEMENT.tools, text, { size: "notation" }));
  }
  blocks.push(...answerBlocks(state, part));
  if (!part.final) {
    if (state.status !== "") {
      const line = `<font color='grey'>${asLinks(state, state.status)}</font>`;
      blocks.push(markdownBlock(ELEMENT.status, line, { size: "notation" }));
    }
    if (part.last && state.stop !== undefined) blocks.push(buttonsBlock([state.stop]));
  } else if (part.last && state.outcome !== undefined) {
    blocks.push(...endBlocks(state, state.outcome, blocks.length === 0));
  }
  return {
    header: headerOf(state, part),
    blocks,
    // Few of the calls that a view is drawn for carry it.
    get summary() {
      const preview = state.dialect.preview(soften(part.pieces.join(""), state.softened), isCut(state, part));
      return toSummary(preview, part.final ? strings.empty : strings.generating);
    },
    typing: state.typing,
  };
}

function headerOf({ header, strings }: ReplyState, { first, continued }: AnswerPart): CardHeader | undefined {
  if (continued) return continuedHeader(header, strings.continued);
  return first ? header : undefined;
}

function answerBlocks(state: ReplyState, part: AnswerPart): CardBlock[] {
  const images = part.pieces.map((): string[] => []);
  const imageKey = (target: string, index: number): string | undefined => {
    // Also asked for what is not shown yet: that begins fetching it.
    const key = state.images.keyOf(target);
    if (index >= part.illustrated || key === undefined) return undefined;
    images[index]?.push(key);
    return key;
  };
  const texts = state.dialect.render(part.slot, part.pieces, {
    grows: !part.final,
    cut: isCut(state, part),
    tables: part.tables,
    of: (index) => ({ mentionable: state.mentionable, imageKey: (target) => imageKey(target, index) }),
  });
  return texts.map((text, index) =>
    markdownBlock(ELEMENT.answer(index), soften(text, state.softened), { images: images[index] ?? [] }),
  );
}

/** Whether the card shows the end of an answer that is not whole. */
const isCut = ({ outcome }: ReplyState, { final, last }: AnswerPart): boolean =>
  final && last && outcome !== undefined && (outcome.kind !== "finalized" || outcome.incomplete === true);

function thinkingPanel(state: ReplyState): CardBlock {
  const { strings, thoughts } = state;
  return panelBlock(strings.thoughts, asLinks(state, shortened(thoughts, MAX_THOUGHTS)), !state.thoughtsDone);
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
  const incomplete = outcome.kind !== "finalized" || outcome.incomplete === true;
  const after = state.after.filter(({ when }) => when === "always" || incomplete);
  if (after.length > 0) blocks.push(buttonsBlock(after));
  return blocks;
}

function endNote(state: ReplyState, outcome: Outcome): string | undefined {
  if (outcome.kind === "aborted") return state.strings.stopped(outcome.by);
  if (outcome.kind === "finalized") return undefined;
  return outcome.failure.message ?? state.strings.failed(outcome.failure.code, outcome.failure.detail);
}

/** Markdown as a card shows it without images: what one refused word in the thoughts would otherwise cost is the whole card. */
export function asLinks(
  state: Pick<ReplyState, "mentionable" | "softened">,
  markdown: string,
  ending: Ending = {},
): string {
  const plain = toCardMarkdown(markdown, { mentionable: state.mentionable, ...ending });
  return soften(plain, state.softened);
}

/** Image keys in a view. */
export function imagesOf(view: CardView): string[] {
  return view.blocks.flatMap(({ images }) => images);
}

/** The answer that blocks show: its elements joined. */
export function answerOf(blocks: readonly CardBlock[]): string {
  return blocks
    .filter(({ id }) => isAnswerId(id))
    .map(({ text }) => text)
    .join("");
}
