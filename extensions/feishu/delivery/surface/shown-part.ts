import { withoutTargets } from "../../dialect/index.ts";
import type { ShownBlocks } from "./card-diff.ts";
import { completeAnswers } from "./card-diff.ts";
import { answerOf } from "../reply/reply-view.ts";
import type { TextRange, Want } from "./surface.ts";

/** What is known to be on a card. */
export interface Held extends TextRange {
  readonly blocks: ShownBlocks;
}

/** Which part of the text a card shows with these blocks. @param held what was on it before */
export function shownPart(want: Want, blocks: ShownBlocks, held: Held | undefined): TextRange {
  const { start, version } = want;
  const complete = completeAnswers(blocks, want.view.blocks);
  if (complete >= want.ends.length) return { start, end: want.end, version };
  const sure = complete === 0 ? start : (want.ends[complete - 1] ?? start);
  if (held?.start !== start || held.version !== version) return { start, end: sure, version };
  // The head of a block may leave its element before the next one is there to show it.
  const keepsAll = withoutTargets(answerOf(blocks)).startsWith(withoutTargets(answerOf(held.blocks)));
  return { start, end: keepsAll ? Math.max(sure, held.end) : sure, version };
}
