import type { CardEntity } from "./card-entity.ts";
import type { Json } from "./card-rules.ts";
import type { World } from "./world.ts";

/** What a message shows. */
export type Body =
  | { readonly kind: "text"; text: string }
  | { readonly kind: "post"; content: Json }
  /** A card of the message's own. */
  | { readonly kind: "inline"; card: Json }
  | {
      readonly kind: "entity";
      readonly entity: CardEntity;
      /** An IM patch that Feishu shows in the entity's place. */
      patched: { readonly card: Json; readonly atWrites: number } | undefined;
      /** It was sent as an inline card and converted later. */
      readonly converted: boolean;
    }
  | { readonly kind: "file"; readonly key: string };

/** One message of a chat. */
export interface Message {
  readonly messageId: string;
  readonly chatId: string;
  /** A topic's first message gets it when the topic begins. */
  threadId: string | undefined;
  readonly parentId: string | undefined;
  readonly sender: "app" | "user";
  readonly createdAt: number;
  updatedAt: number;
  body: Body;
  /** By whom it was taken back. */
  recalled: "app" | "person" | undefined;
  edits: number;
}

/** The card that a message shows; undefined when it shows none. */
export function cardOf({ body }: Message, { patchOnEntity }: World): Json | undefined {
  if (body.kind === "inline") return body.card;
  if (body.kind !== "entity") return undefined;
  const { entity, patched } = body;
  if (patched === undefined) return entity.card;
  const over = patchOnEntity === "replaceUntilNextCardKitCall" && entity.writes > patched.atWrites;
  return over ? entity.card : patched.card;
}
