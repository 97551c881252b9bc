import type { Json } from "./card-rules.ts";
import { elementsOf, walk } from "./card-rules.ts";
import type { Message } from "./messages.ts";
import type { SecondFeishu } from "./second-feishu.ts";

/** Everything a person can read in a message below its title, in order; whatever elements it is in. */
export function readable(feishu: SecondFeishu, message: Message): string {
  const { body } = message;
  if (body.kind === "text") return body.text;
  if (body.kind === "file") return "";
  const texts: string[] = [];
  const card = body.kind === "post" ? undefined : feishu.shownCard(message);
  if (card === undefined) {
    walk(body.kind === "post" ? body.content : [], (part) => {
      if (typeof part["text"] === "string") texts.push(part["text"]);
    });
  } else {
    walk(elementsOf(card), (element) => {
      if (typeof element["content"] === "string") texts.push(element["content"]);
    });
  }
  return texts.join("");
}

/** Whether a card still looks as if it were being written: nobody has switched its streaming off, or an element says so. */
export function looksUnfinished(feishu: SecondFeishu, message: Message, statusIds: readonly string[]): boolean {
  const card = feishu.shownCard(message);
  // Also when Feishu has ended it meanwhile: the chat list says "generating" for ever.
  const config = card?.["config"] as Json | undefined;
  if (message.body.kind === "entity" && config?.["streaming_mode"] === true) return true;
  let found = false;
  if (card !== undefined)
    walk(elementsOf(card), (element: Json) => {
      if (statusIds.includes(String(element["element_id"]))) found = true;
    });
  return found;
}
