import { sleep } from "../time/index.ts";
import type { Answer } from "./answer.ts";
import { appOfToken, authorize } from "./authorize.ts";
import { Call } from "./call.ts";
import type { Route } from "./call.ts";
import { CODES } from "./codes.ts";
import type { Core } from "./core.ts";
import { endStreaming } from "./card/entity.ts";
import type { Effect, Milliseconds } from "./faults/index.ts";
import { textOr } from "./json.ts";
import { API_PER_SECOND } from "./limits.ts";
import { Refusal, refuse } from "./refusal.ts";
import type { ApiRequest } from "./request.ts";
import type { Match } from "./router.ts";
import type { TimelineEntry } from "./timeline.ts";

/** What the caller gets. `reset` and `lost`: the connection breaks. `hang`: nothing, ever. */
export type Outcome =
  | {
      readonly kind: "answer";
      readonly httpStatus: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string | Uint8Array<ArrayBuffer>;
    }
  | { readonly kind: "reset" }
  | { readonly kind: "hang" };

/** Takes one request through faults, token, limits and operation. */
export type Gateway = (request: ApiRequest) => Promise<Outcome>;

interface Reply {
  readonly httpStatus: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

type Found =
  | { readonly route: Route; readonly params: Readonly<Record<string, string>> }
  | { readonly problem: "pathNotFound" | "wrongMethod" };

const JSON_TYPE = { "content-type": "application/json; charset=utf-8" };

/** Round trip added to every call, milliseconds: half on the way in, half on the way out. */
export type Latency = Milliseconds;

export function createGateway(
  core: Core,
  route: (method: string, path: string) => Match,
  latency: () => Latency,
): Gateway {
  const underWay = new Map<string, number>();
  return async (request) => {
    const match = route(request.method, request.path);
    const found: Found =
      match.kind === "route" ? match : { problem: match.kind === "none" ? "pathNotFound" : "wrongMethod" };
    const entry = startEntry(core, request, found);
    const started = core.clock.now();
    const leave = enter(underWay, entry);
    const effects = core.faults.take(entry);
    if (effects.length > 0) entry.fault = effects.map((effect) => effect.type).join("+");

    const way = draw(core, latency()) / 2;
    const before = way + sum(core, effects, "beforeMs");
    if (before > 0) await sleep(core.clock, before);
    const finish = (outcome: Outcome, how: TimelineEntry["outcome"]): Outcome => {
      entry.outcome = how;
      entry.ms = core.clock.now() - started;
      leave();
      if (entry.overlaps !== undefined)
        entry.warning ??= "another write to this card was still under way: they may arrive in either order";
      core.feed.emit(() => ({ type: "call", entry }));
      return outcome;
    };

    for (const effect of effects) {
      if (effect.type === "hang") return finish({ kind: "hang" }, "hung");
      if (effect.type === "reset") return finish({ kind: "reset" }, "reset");
      if (effect.type === "late") {
        // The caller is gone by then; the entry still shows what became of the call.
        core.clock.setTimer(effect.ms, () => apply(core, found, request, entry).call?.answered());
        return finish({ kind: "reset" }, "reset");
      }
      if (effect.type === "token-expired") core.store.tokens.expire(entry.appId);
      if (effect.type === "streaming-closed") closeStreaming(core, entry);
    }
    const injected = effects.find((effect) => effect.type === "code" || effect.type === "http");
    const { reply, call } =
      injected === undefined
        ? apply(core, found, request, entry)
        : { reply: inject(core, entry, injected), call: undefined };

    const after = way + sum(core, effects, "afterMs");
    if (after > 0) await sleep(core.clock, after);
    call?.answered();
    if (effects.some((effect) => effect.type === "lost")) return finish({ kind: "reset" }, "lost");
    const truncated = effects.some((effect) => effect.type === "truncated");
    const body = truncated ? reply.body.slice(0, Math.floor(reply.body.length / 2)) : reply.body;
    return finish({ kind: "answer", ...reply, body }, "answered");
  };
}

function startEntry(core: Core, request: ApiRequest, found: Found): TimelineEntry {
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
function enter(underWay: Map<string, number>, entry: TimelineEntry): () => void {
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

/** Runs the operation; whatever goes wrong becomes an answer in Feishu's shape. */
function apply(
  core: Core,
  found: Found,
  request: ApiRequest,
  entry: TimelineEntry,
): { reply: Reply; call: Call | undefined } {
  let call: Call | undefined;
  try {
    if ("problem" in found) throw refuse(found.problem, { httpStatus: 404 });
    const { route, params } = found;
    const app = authorize(core, route, request);
    if (app !== undefined) {
      entry.appId = app.appId;
      const trip = core.meters.take(app.appId, route.operation, core.clock.now());
      if (trip !== undefined) throw limited(core, trip.limit, trip.resetSeconds);
    }
    call = new Call({ core, route, request, params, entry, app });
    return { reply: succeed(core, entry, route.run(call)), call };
  } catch (error) {
    if (error instanceof Refusal) return { reply: fail(core, entry, error), call };
    core.logger.error("the emulator failed inside an operation", { operation: entry.operation, error: String(error) });
    return { reply: fail(core, entry, new Refusal(5000, "internal error", { httpStatus: 500 })), call };
  }
}

function limited(core: Core, limit: number, resetSeconds: number): Refusal {
  const headers = { "x-ogw-ratelimit-limit": String(limit), "x-ogw-ratelimit-reset": String(resetSeconds) };
  const span = limit === core.settings.apiPerSecond ? "second" : "minute";
  const warning = `more than ${limit} calls in a ${span} of this API`;
  return refuse("rateLimited", { httpStatus: 429, headers, warning });
}

function logId(core: Core): string {
  return `${Math.round(core.clock.wallNow())}${core.ids.make("")}`;
}

function succeed(core: Core, entry: TimelineEntry, answer: Answer): Reply {
  entry.httpStatus = answer.httpStatus;
  entry.code = 0;
  entry.warning = answer.warning;
  const headers = { ...JSON_TYPE, "x-tt-logid": logId(core), ...answer.headers };
  if (answer.body instanceof Uint8Array) {
    entry.responseBytes = answer.body.byteLength;
    return { httpStatus: answer.httpStatus, headers, body: answer.body };
  }
  const body = JSON.stringify(answer.body);
  entry.msg = textOr(answer.body["msg"]);
  entry.responseBytes = body.length;
  entry.answer = entry.operation.startsWith("auth.") ? undefined : core.timeline.cut(body, 0.5);
  return { httpStatus: answer.httpStatus, headers, body };
}

function fail(core: Core, entry: TimelineEntry, refusal: Refusal): Reply {
  const id = logId(core);
  const { parts } = refusal;
  entry.httpStatus = parts.httpStatus ?? 400;
  entry.code = refusal.code;
  entry.msg = refusal.message;
  entry.warning = parts.warning;
  const body = JSON.stringify({
    code: refusal.code,
    msg: refusal.message,
    error: { log_id: id, ...parts.error },
    data: {},
  });
  entry.responseBytes = body.length;
  entry.answer = core.timeline.cut(body, 0.5);
  return { httpStatus: entry.httpStatus, headers: { ...JSON_TYPE, "x-tt-logid": id, ...parts.headers }, body };
}

const KNOWN = new Map<number, string>(Object.values(CODES).map(([code, msg]) => [code, msg]));

function inject(core: Core, entry: TimelineEntry, effect: Effect): Reply {
  if (effect.type === "code") {
    const limit = effect.code === CODES.rateLimited[0];
    const headers: Record<string, string> = limit
      ? { "x-ogw-ratelimit-limit": String(API_PER_SECOND), "x-ogw-ratelimit-reset": String(effect.resetSeconds ?? 1) }
      : {};
    const httpStatus = effect.httpStatus ?? (limit ? 429 : 400);
    const msg = effect.msg ?? KNOWN.get(effect.code) ?? "injected fault";
    return fail(core, entry, new Refusal(effect.code, msg, { httpStatus, headers: { ...headers, ...effect.headers } }));
  }
  const status = effect.type === "http" ? effect.status : 500;
  const html = effect.type === "http" && (effect.body ?? (status === 504 ? "html" : "json")) === "html";
  if (!html) return fail(core, entry, new Refusal(2200, "Internal Error", { httpStatus: status }));
  entry.httpStatus = status;
  const body = `<html><head><title>${status} Gateway Time-out</title></head><body><center><h1>${status} Gateway Time-out</h1></center></body></html>`;
  entry.responseBytes = body.length;
  entry.msg = "(html)";
  return { httpStatus: status, headers: { "content-type": "text/html", "x-tt-logid": logId(core) }, body };
}

function closeStreaming(core: Core, entry: TimelineEntry): void {
  const card = entry.cardId === undefined ? undefined : core.store.cards.get(entry.cardId);
  if (card !== undefined) endStreaming(card);
}

function draw(core: Core, ms: Milliseconds): number {
  return typeof ms === "number" ? ms : ms[0] + core.random() * (ms[1] - ms[0]);
}

function sum(core: Core, effects: readonly Effect[], key: "beforeMs" | "afterMs"): number {
  let total = 0;
  for (const effect of effects) if (effect.type === "latency") total += draw(core, effect[key] ?? 0);
  return total;
}
