import type { Hono } from "hono";
import type { FeedEvent } from "../state/feed.ts";
import { toMeterView } from "../views/make-views.ts";
import type { AdminContext } from "./context.ts";

/** Events wait this long so that many go in one frame. */
const BATCH_MS = 33;
/** A comment keeps the connection and intermediaries awake. */
const PING_MS = 15_000;
/** Budgets are told this often while calls come in. */
const METERS_MS = 500;
/** Events kept for a watcher that does not keep up; then it is told to load the state again. */
const MAX_WAITING = 5000;

/** Calls travel without their bodies, which are read one at a time on request. */
function lighten(event: FeedEvent): FeedEvent {
  return event.type === "call"
    ? { type: "call", entry: { ...event.entry, body: undefined, answer: undefined } }
    : event;
}

function isWanted(event: FeedEvent, chatId: string | undefined, calls: boolean): boolean {
  if (event.type === "call") return calls;
  if (chatId === undefined) return true;
  if (event.type === "message") return event.message.chatId === chatId;
  return "chatId" in event ? event.chatId === chatId : true;
}

/** The live feed, as server-sent events in batches. */
export function feedAdmin(app: Hono, { core }: AdminContext): void {
  const encoder = new TextEncoder();
  app.get("/emulator/events", (c) => {
    const chatId = c.req.query("chat");
    const calls = c.req.query("calls") === "1";
    let seq = 0;
    let stop = (): void => {};
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        let waiting: FeedEvent[] = [];
        let overflow = false;
        let called = false;
        let cancelFlush: (() => void) | undefined;
        let cancelPing = (): void => {};
        let cancelMeters = (): void => {};
        const write = (text: string): void => {
          try {
            controller.enqueue(encoder.encode(text));
          } catch {
            // The watcher went away between two events.
            stop();
          }
        };
        const flush = (): void => {
          cancelFlush = undefined;
          seq += 1;
          const events = overflow ? [{ type: "reset" } as const] : waiting;
          waiting = [];
          overflow = false;
          write(`event: batch\nid: ${seq}\ndata: ${JSON.stringify(events)}\n\n`);
        };
        const offer = (event: FeedEvent): void => {
          if (event.type === "call") called = true;
          if (!isWanted(event, chatId, calls)) return;
          // A watcher that reads slower than the bot writes must not make the emulator grow.
          if (waiting.length >= MAX_WAITING || (controller.desiredSize ?? 0) < -200) {
            overflow = true;
            waiting = [];
          } else if (!overflow) waiting.push(lighten(event));
          cancelFlush ??= core.clock.setTimer(BATCH_MS, flush);
        };
        const ping = (): void => {
          write(": ping\n\n");
          cancelPing = core.clock.setTimer(PING_MS, ping);
        };
        const meters = (): void => {
          if (called) offer({ type: "meters", meters: toMeterView(core) });
          called = false;
          cancelMeters = core.clock.setTimer(METERS_MS, meters);
        };
        const unsubscribe = core.feed.subscribe(offer);
        stop = (): void => {
          unsubscribe();
          cancelFlush?.();
          cancelPing();
          cancelMeters();
        };
        waiting.push({ type: "hello", seq: 0, now: Math.round(core.clock.wallNow()) });
        flush();
        cancelPing = core.clock.setTimer(PING_MS, ping);
        cancelMeters = core.clock.setTimer(METERS_MS, meters);
      },
      cancel() {
        stop();
      },
    });
    return c.body(stream, 200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
    });
  });
}
