import type { Emulator } from "../handle.ts";
import { isObject, parseJson, textOr } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { ROUTES } from "../routes/index.ts";
import { createRouter } from "../api/router.ts";

const find = createRouter(ROUTES);

/** A call of a recording as an entry of a timeline; lines of a timeline stay as they are. */
export function toEntry(line: JsonObject): JsonObject {
  if (line["kind"] !== "call") return line;
  const { method, path, query, request, response, seq, at } = line;
  const match = find(textOr(method), textOr(path));
  const search = isObject(query) ? new URLSearchParams(query as Record<string, string>).toString() : "";
  const json = isObject(request) ? request["json"] : undefined;
  const answer = isObject(response) ? response["json"] : undefined;
  return {
    seq,
    at,
    method,
    operation: match.kind === "route" ? match.route.operation : "unknown",
    path: search === "" ? path : `${textOr(path)}?${search}`,
    body: json === undefined ? "" : JSON.stringify(json),
    answer: JSON.stringify(answer ?? {}),
    code: isObject(answer) ? answer["code"] : -1,
  };
}

/** The message that a line of a recording brought to the bot, by the long connection or by webhook. */
export function messageIn(line: JsonObject): JsonObject | undefined {
  const request = isObject(line["request"]) ? line["request"]["json"] : undefined;
  const body = line["kind"] === "frame" ? line["json"] : line["kind"] === "webhook" ? request : undefined;
  const event = isObject(body) ? body["event"] : undefined;
  const message = isObject(event) ? event["message"] : undefined;
  return isObject(message) && typeof message["message_id"] === "string" ? message : undefined;
}

/** Says here what somebody said there, in the first person's chat with the bot. @returns ids there -> ids here */
export function sayAgain(emulator: Emulator, message: JsonObject): readonly (readonly [string, string])[] {
  const content = parseJson(textOr(message["content"]))?.value;
  const words = isObject(content) && typeof content["text"] === "string" ? content["text"] : "";
  const { messageId, chatId } = emulator.sendAsUser({
    text: words.trim() === "" ? `[${textOr(message["message_type"])}]` : words,
  });
  return [
    [textOr(message["message_id"]), messageId],
    [textOr(message["chat_id"]), chatId],
  ];
}
