import { FEISHU_LIMITS, FeishuInputError } from "../client/index.ts";
import type { CallOptions, FeishuClient } from "../client/index.ts";
import { checkWrite } from "./card-entity.ts";
import type { CardWrite } from "./card-entity.ts";
import { checkElementId, checkLength, toJsonField } from "./validate.ts";

/**
 * Streams an element's text: `content` is the whole text so far, never a piece. While the old text is a prefix of the new one
 * Feishu types out the rest; otherwise the whole text appears at once. Needs streaming mode on and a markdown or plain_text element.
 * @throws FeishuApiError, FeishuTransportError, FeishuInputError, or the signal's reason; so do all functions here.
 * @see Feishu server API, cardkit-v1/card-element/content
 */
export async function streamUpdateCardElementFeishu(
  client: FeishuClient,
  params: CardWrite & { elementId: string; content: string },
  options?: CallOptions,
): Promise<void> {
  const operation = "cardkit.cardElement.content";
  const { path, write } = checkWrite(operation, params);
  const element_id = checkElementId(operation, params.elementId);
  const content = checkLength(operation, "content", params.content, FEISHU_LIMITS.contentMaxChars);
  await client.call(operation, options, (sdk) =>
    sdk.cardkit.v1.cardElement.content({ path: { ...path, element_id }, data: { content, ...write } }),
  );
}

/** Where new elements go. Without `targetElementId`, `append` means the end of the body; with it, the end of that container. */
export interface ElementPlace {
  readonly type: "insert_before" | "insert_after" | "append";
  readonly targetElementId?: string | undefined;
}

/**
 * Adds elements to a card.
 * @see Feishu server API, cardkit-v1/card-element/create
 */
export async function addCardElementsFeishu(
  client: FeishuClient,
  params: CardWrite & ElementPlace & { elements: readonly object[] },
  options?: CallOptions,
): Promise<void> {
  const operation = "cardkit.cardElement.create";
  const { path, write } = checkWrite(operation, params);
  const target = params.targetElementId;
  if (target === undefined && params.type !== "append")
    throw new FeishuInputError(operation, "targetElementId", "missing-id", `is needed for ${params.type}`);
  const elements = toJsonField(operation, "elements", params.elements, FEISHU_LIMITS.updateDataMaxChars);
  const place = {
    type: params.type,
    ...(target === undefined ? {} : { target_element_id: checkElementId(operation, target, "targetElementId") }),
  };
  await client.call(operation, options, (sdk) =>
    sdk.cardkit.v1.cardElement.create({ path, data: { ...place, elements, ...write } }),
  );
}

/**
 * Replaces one element as a whole.
 * @see Feishu server API, cardkit-v1/card-element/update
 */
export async function replaceCardElementFeishu(
  client: FeishuClient,
  params: CardWrite & { elementId: string; element: object },
  options?: CallOptions,
): Promise<void> {
  const operation = "cardkit.cardElement.update";
  const { path, write } = checkWrite(operation, params);
  const element_id = checkElementId(operation, params.elementId);
  const element = toJsonField(operation, "element", params.element, FEISHU_LIMITS.updateDataMaxChars);
  await client.call(operation, options, (sdk) =>
    sdk.cardkit.v1.cardElement.update({ path: { ...path, element_id }, data: { element, ...write } }),
  );
}

/**
 * Changes some properties of an element; not its `tag`. A new `element_id` renames it.
 * @see Feishu server API, cardkit-v1/card-element/patch
 */
export async function patchCardElementFeishu(
  client: FeishuClient,
  params: CardWrite & { elementId: string; partialElement: object },
  options?: CallOptions,
): Promise<void> {
  const operation = "cardkit.cardElement.patch";
  const { path, write } = checkWrite(operation, params);
  const element_id = checkElementId(operation, params.elementId);
  const partial_element = toJsonField(
    operation,
    "partialElement",
    params.partialElement,
    FEISHU_LIMITS.updateDataMaxChars,
  );
  await client.call(operation, options, (sdk) =>
    sdk.cardkit.v1.cardElement.patch({ path: { ...path, element_id }, data: { partial_element, ...write } }),
  );
}

/**
 * Removes an element and everything in it.
 * @see Feishu server API, cardkit-v1/card-element/delete
 */
export async function deleteCardElementFeishu(
  client: FeishuClient,
  params: CardWrite & { elementId: string },
  options?: CallOptions,
): Promise<void> {
  const operation = "cardkit.cardElement.delete";
  const { path, write } = checkWrite(operation, params);
  const element_id = checkElementId(operation, params.elementId);
  await client.call(operation, options, (sdk) =>
    sdk.cardkit.v1.cardElement.delete({ path: { ...path, element_id }, data: write }),
  );
}
