import type { CodeName } from "../codes.ts";
import type { Core } from "../core.ts";
import { copyJson } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { refuse } from "../refusal.ts";
import type { CardEntity } from "../store/cards.ts";
import { chatOf, readEntity } from "./entity.ts";
import { CardIssue, toCardKitRefusal } from "./issue.ts";
import type { CardTree } from "./tree.ts";

/**
 * The card as it would be after `edit`, checked; the card itself is untouched. A bad result is answered with `generic` where
 * CardKit has no more exact code.
 * @throws Refusal
 */
export function rebuild(
  core: Core,
  card: CardEntity,
  generic: CodeName | undefined,
  edit: (json: JsonObject) => void,
): CardTree {
  const json = copyJson(card.tree.json);
  edit(json);
  let tree: CardTree;
  try {
    tree = readEntity(core, card.appId, json, chatOf(core, card));
  } catch (error) {
    throw error instanceof CardIssue ? toCardKitRefusal(error, generic) : error;
  }
  if (tree.bytes > core.settings.entityMaxBytes)
    throw refuse("cardTooLarge", { warning: `the card would have ${tree.bytes} bytes` });
  return tree;
}

/** Puts a checked tree in a card. Elements that were not there before count as added at `now`, when given. */
export function applyTree(card: CardEntity, tree: CardTree, now?: number): void {
  if (now !== undefined) {
    for (const id of tree.slots.keys()) if (!card.tree.slots.has(id)) card.addedAt.set(id, now);
  }
  card.tree = tree;
}
