import { sleep } from "../../time/index.ts";
import { fail, inject, limited, succeed } from "./reply.ts";
import type { Reply } from "./reply.ts";
import { authorize } from "./authorize.ts";
import { Call } from "./call.ts";
import { enter, startEntry } from "./entry.ts";
import type { Found } from "./entry.ts";
import type { Core } from "../state/core.ts";
import { endStreaming } from "../card/entity.ts";
import type { Effect, Milliseconds } from "../faults/index.ts";
import { Refusal, refuse } from "./refusal.ts";
import { bodyText } from "./request.ts";
import type { ApiRequest } from "./request.ts";
import type { Match } from "./router.ts";
import type { TimelineEntry } from "../state/timeline.ts";
import { announceCard } from "../views/make-views.ts";

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
    const effects = core.faults.take(entry, () => bodyText(request));
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
    const injected = effects.find((effect) => ["code", "http", "audit"].includes(effect.type));
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
    if (request.tooLarge === true) {
      if (route.invalid === "mediaParameter") throw refuse("mediaTooBig");
      throw call.invalid("body", "is too large");
    }
    const reply = succeed(core, entry, route.run(call));
    if (route.method !== "GET") core.feed.changed();
    return { reply, call };
  } catch (error) {
    if (error instanceof Refusal) return { reply: fail(core, entry, error), call };
    core.logger.error("the emulator failed inside an operation", { operation: entry.operation, error: String(error) });
    return { reply: fail(core, entry, new Refusal(5000, "internal error", { httpStatus: 500 })), call };
  }
}

function closeStreaming(core: Core, entry: TimelineEntry): void {
  const card = entry.cardId === undefined ? undefined : core.store.cards.get(entry.cardId);
  if (card === undefined) return;
  endStreaming(card);
  announceCard(core, card);
}

function draw(core: Core, ms: Milliseconds): number {
  return typeof ms === "number" ? ms : ms[0] + core.random() * (ms[1] - ms[0]);
}

function sum(core: Core, effects: readonly Effect[], key: "beforeMs" | "afterMs"): number {
  let total = 0;
  for (const effect of effects) if (effect.type === "latency") total += draw(core, effect[key] ?? 0);
  return total;
}
