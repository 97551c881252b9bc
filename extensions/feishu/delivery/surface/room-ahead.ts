import type { CardBlock, CardView } from "../../card/index.ts";
import { ELEMENT, isAnswerId, markdownBlock } from "../../card/index.ts";
import type { ShownBlocks } from "./card-diff.ts";

/** Empty elements of a reply's first card: most answers are short, and a reader sees a narrow gap for each below the text. */
const FIRST_CARD = 3;
/** Of a card that comes after another, and when all are used up: the answer has proved to be a long one. */
const MORE = 5;
/** Blocks that the answer comes after. */
const BEFORE_ANSWER: readonly string[] = [ELEMENT.panel, ELEMENT.tools];

/**
 * The blocks with empty elements after the answer, so that the next block of the answer can be typed as soon as it begins, without a
 * call that makes its element first. Those that are there stay; new ones are wanted when none is left.
 * @param held what is on the card; undefined before it is made
 * @param first the reply begins on this card
 */
export function withRoomAhead(
  wanted: readonly CardBlock[],
  held: ShownBlocks | undefined,
  first: boolean,
): readonly CardBlock[] {
  const left = (held ?? []).filter((block) => isEmptyAnswer(block) && !wanted.some(({ id }) => id === block.id));
  const after = wanted.findLastIndex(({ id }) => isAnswerId(id) || BEFORE_ANSWER.includes(id));
  return wanted.toSpliced(after + 1, 0, ...(left.length > 0 ? left : newRoom(wanted, held === undefined && first)));
}

const isEmptyAnswer = ({ id, text }: CardBlock): boolean => text === "" && isAnswerId(id);

function newRoom(wanted: readonly CardBlock[], first: boolean): CardBlock[] {
  const answers = wanted.filter(({ id }) => isAnswerId(id)).length;
  const count = first ? FIRST_CARD : MORE;
  return Array.from({ length: count }, (_, ahead) => markdownBlock(ELEMENT.answer(answers + ahead), ""));
}

/** The view with other blocks. */
export function withBlocks(view: CardView, blocks: readonly CardBlock[]): CardView {
  return {
    header: view.header,
    typing: view.typing,
    blocks,
    // Drawn when it is asked for.
    get summary() {
      return view.summary;
    },
  };
}
