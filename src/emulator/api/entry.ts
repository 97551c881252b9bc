import { appOfToken } from "./authorize.ts";
import type { Route } from "./call.ts";
import type { Core } from "../state/core.ts";
import type { ApiRequest } from "./request.ts";
import type { TimelineEntry } from "../state/timeline.ts";

/** What a request asks for: an operation, or something Feishu does not have. */
export type Found =
  | { readonly route: Route; readonly params: Readonly<Record<string, string>> }
  | { readonly problem: "pathNotFound" | "wrongMethod" };

/** Puts an arriving call in the timeline, with what can be known before it is looked at. */
export function startEntry(core: Core, request: ApiRequest, found: Found): TimelineEntry {
  const text = typeof request.body === "string" ? request.body : undefined;
  const params = "route" in found ? found.params : {};
  const operation = "route" in found ? found.route.operation : "unknown";
  const query = request.query.toString();
  const secret = operation.startsWith("auth.") || operation === "ws.endpoint";
  const entry: TimelineEntry = {
    seq: core.timeline.nextSeq(),
    at: Math.round(core.clock.wallNow()),
    operation,
    method: request.method,
    path: query === "" ? request.path : `${request.path}?${query}`,
    appId: appOfToken(core, request),
    cardId: params["card_id"],
    messageId: params["message_id"],
    elementId: params["element_id"],
    httpStatus: 0,
    code: -1,
    msg: "",
    ms: 0,
    requestBytes: text === undefined ? request.body.length : Buffer.byteLength(text),
    responseBytes: 0,
    // Bodies of auth calls hold the app's secret.
    body: secret ? undefined : core.timeline.cut(text ?? "(binary)"),
    outcome: "pending",
  };
  const numbers = text === undefined || secret ? null : /"sequence"\s*:\s*(-?\d+)/u.exec(text);
  if (numbers !== null) entry.sequence = Number(numbers[1]);
  const uuid = text === undefined || secret ? null : /"uuid"\s*:\s*"([^"]{1,100})"/u.exec(text);
  if (uuid !== null) entry.uuid = uuid[1];
  core.timeline.add(entry);
  return entry;
}

/** Counts a write to a card as under way until the returned function is called. Late ones count no longer than their caller waits. */
export function enter(underWay: Map<string, number>, entry: TimelineEntry): () => void {
  const { cardId } = entry;
  if (cardId === undefined) return () => {};
  const others = underWay.get(cardId) ?? 0;
  if (others > 0) entry.overlaps = others;
  underWay.set(cardId, others + 1);
  return () => {
    const left = (underWay.get(cardId) ?? 1) - 1;
    if (left > 0) underWay.set(cardId, left);
    else underWay.delete(cardId);
  };
}
