import type { CardBlock } from "../../card/index.ts";
import { blockJson, isAnswerId, isTyped } from "../../card/index.ts";
import type { CardAction } from "../../send.ts";

/** Blocks known to be on a card, in order. */
export type ShownBlocks = readonly CardBlock[];

/** One step from the shown blocks towards the wanted ones. */
export interface CardChange {
  /** As actions of one batch. Empty when nothing differs. */
  readonly actions: readonly CardAction[];
  /** The block that differs, when it is one that is there and only its text does. */
  readonly only: CardBlock | undefined;
  /** Image keys in what changes. */
  readonly images: readonly string[];
  /** What the card shows afterwards. */
  readonly result: ShownBlocks;
}

/** The first block that text is still to be typed into, when the card is ready for it: all of the answer before it is there. */
export function nextToType(shown: ShownBlocks, wanted: readonly CardBlock[]): CardBlock | undefined {
  for (const block of wanted) {
    if (!isTyped(block)) continue;
    const there = shown.find(({ id }) => id === block.id);
    if (there?.shape !== block.shape) {
      if (isAnswerId(block.id)) return undefined;
      continue;
    }
    if (there.text !== block.text) return block;
  }
  return undefined;
}

/** The shown blocks with one of them as wanted. */
export function withBlock(shown: ShownBlocks, block: CardBlock): ShownBlocks {
  return shown.map((one) => (one.id === block.id ? block : one));
}

/** Everything but the text that is typed: elements come empty, and those that are there keep their text. */
export function structureOf(shown: ShownBlocks, wanted: readonly CardBlock[]): ShownBlocks {
  return wanted.map((block) => {
    if (!isTyped(block)) return block;
    const there = shown.find(({ id }) => id === block.id);
    if (there === undefined) return { ...block, text: "", images: [] };
    return there.shape === block.shape ? there : block;
  });
}

/** How far along the wanted answer the shown blocks are: the number of its elements that are there in full, all of those before them too. */
export function completeAnswers(shown: ShownBlocks, wanted: readonly CardBlock[]): number {
  const answers = wanted.filter(({ id }) => isAnswerId(id));
  const missing = answers.findIndex((block) => shown.find(({ id }) => id === block.id)?.text !== block.text);
  return missing < 0 ? answers.length : missing;
}

/** Compares by id; blocks that stay are expected in the same order. */
export function diffBlocks(shown: ShownBlocks, wanted: readonly CardBlock[]): CardChange {
  const before = new Map(shown.map((block) => [block.id, block]));
  const after = new Set(wanted.map((block) => block.id));
  const changes: CardAction[] = [];
  const present = shown.filter((block) => after.has(block.id)).map((block) => block.id);
  const gone = shown.filter((block) => !after.has(block.id)).map((block) => block.id);
  const additions: CardAction[] = [];
  const changed: CardBlock[] = [];
  const texts: CardBlock[] = [];
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
  return {
    actions,
    only: actions.length === 1 ? texts[0] : undefined,
    images: changed.flatMap((block) => block.images),
    result: wanted,
  };
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
