import type { CardBlock } from "../card/index.ts";
import { blockJson } from "../card/index.ts";
import type { CardAction } from "../send.ts";

/** Blocks known to be on a card, in order. */
export type ShownBlocks = readonly CardBlock[];

/** What turns the shown blocks into the wanted ones. */
export interface CardDiff {
  /** Blocks of which only the text differs. */
  readonly texts: readonly CardBlock[];
  /** Everything, the texts included, as batch actions. Empty when nothing differs. */
  readonly actions: readonly CardAction[];
  /** Whether elements come, go, or change other than in their text. */
  readonly structural: boolean;
  /** Image keys in what changes. */
  readonly images: readonly string[];
}

/** Compares by id; blocks that stay are expected in the same order. */
export function diffBlocks(shown: ShownBlocks, wanted: readonly CardBlock[]): CardDiff {
  const before = new Map(shown.map((block) => [block.id, block]));
  const after = new Set(wanted.map((block) => block.id));
  const texts: CardBlock[] = [];
  const changes: CardAction[] = [];
  const present = shown.filter((block) => after.has(block.id)).map((block) => block.id);
  const gone = shown.filter((block) => !after.has(block.id)).map((block) => block.id);
  const additions: CardAction[] = [];
  const changed: CardBlock[] = [];
  wanted.forEach((block, index) => {
    const old = before.get(block.id);
    if (old?.shape !== block.shape || old.text !== block.text) changed.push(block);
    if (old === undefined) {
      additions.push(addition(block, wanted, index, present));
      present.push(block.id);
    } else if (old.shape !== block.shape) {
      changes.push({ action: "update_element", params: { element_id: block.id, element: blockJson(block) } });
    } else if (old.text !== block.text && block.textId !== undefined) {
      texts.push(block);
      changes.push({
        action: "partial_update_element",
        params: { element_id: block.textId, partial_element: { content: block.text } },
      });
    }
  });
  const actions = [...changes, ...additions];
  if (gone.length > 0) actions.push({ action: "delete_elements", params: { element_ids: gone } });
  const images = changed.flatMap((block) => block.images);
  return { texts, actions, structural: actions.length > texts.length, images };
}

function addition(
  block: CardBlock,
  wanted: readonly CardBlock[],
  index: number,
  present: readonly string[],
): CardAction {
  const elements = [blockJson(block)];
  const earlier = wanted.slice(0, index).findLast(({ id }) => present.includes(id));
  if (earlier !== undefined) {
    return { action: "add_elements", params: { type: "insert_after", target_element_id: earlier.id, elements } };
  }
  const later = wanted.slice(index + 1).find(({ id }) => present.includes(id));
  if (later !== undefined) {
    return { action: "add_elements", params: { type: "insert_before", target_element_id: later.id, elements } };
  }
  return { action: "add_elements", params: { type: "append", elements } };
}
