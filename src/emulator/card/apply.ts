import type { CodeName } from "../api/codes.ts";
import type { Core } from "../state/core.ts";
import { copyJson } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { CARD_COMPONENTS } from "../limits.ts";
import { refuse } from "../api/refusal.ts";
import type { Refusal } from "../api/refusal.ts";
import type { CardEntity } from "../store/cards.ts";
import { chatOf, isElementId, readEntity } from "./entity.ts";
import { CardIssue, toCardKitRefusal } from "./issue.ts";
import type { CardTree } from "./tree.ts";

/** How a change to a card is judged. */
export interface Change {
  /** The answer to a bad result where CardKit has no more exact code. */
  readonly generic?: CodeName | undefined;
  /** Its result may have more than 200 components, once: a patch of one element is not counted (seen in public code). */
  readonly uncounted?: boolean | undefined;
}

/**
 * The card as it would be after `edit`, checked; the card itself is untouched.
 * @throws Refusal
 */
export function rebuild(core: Core, card: CardEntity, change: Change, edit: (json: JsonObject) => void): CardTree {
  const json = copyJson(card.tree.json);
  edit(json);
  const counted = change.uncounted !== true || card.tree.components > CARD_COMPONENTS;
  let tree: CardTree;
  try {
    tree = readEntity(core, card.appId, json, chatOf(core, card), {
      // A card that came with a message keeps its longer ids.
      isId: (id) => isElementId(id) || card.tree.slots.has(id),
      ...(counted ? {} : { maxComponents: Infinity }),
    });
  } catch (error) {
    throw error instanceof CardIssue ? toRefusal(error, change.generic) : error;
  }
  if (tree.bytes > core.world.cardBytes) throw tooLarge(tree.bytes, change.generic);
  return tree;
}

/** @see public reports: 300315 with `inner code` for what is too large */
function toRefusal(issue: CardIssue, generic: CodeName | undefined): Refusal {
  if (generic === "addFailed" && issue.cardkit === "tooManyElements") return inner(300305);
  return toCardKitRefusal(issue, generic);
}

function tooLarge(bytes: number, generic: CodeName | undefined): Refusal {
  const warning = `the card would have ${bytes} bytes`;
  return generic === "addFailed" ? inner(200860, warning) : refuse("cardTooLarge", { warning });
}

function inner(code: number, warning?: string): Refusal {
  return refuse("addFailed", { msg: `ErrMsg: add element failed, inner code: ${code}; `, warning });
}

/** Puts a checked tree in a card. Elements that were not there before count as added at `now`, when given. */
export function applyTree(card: CardEntity, tree: CardTree, now?: number): void {
  if (now !== undefined) {
    for (const id of tree.slots.keys()) if (!card.tree.slots.has(id)) card.addedAt.set(id, now);
  }
  card.tree = tree;
}
