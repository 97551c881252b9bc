import type { Hono } from "hono";
import { queryNumber } from "./body.ts";
import type { AdminContext } from "./context.ts";
import { AdminError } from "./errors.ts";
import { replayTimeline } from "./replay.ts";

/** The record of calls: reading, exporting, replaying. */
export function timelineAdmin(app: Hono, { core, emulator }: AdminContext): void {
  app.get("/emulator/timeline", (c) => {
    const after = queryNumber(c, "after", 0);
    const limit = queryNumber(c, "limit", 500, 1);
    const operation = c.req.query("operation");
    const entries = core.timeline
      .entries()
      .filter((entry) => entry.seq > after && (operation === undefined || entry.operation === operation));
    return c.json({
      entries: c.req.query("after") === undefined ? entries.slice(-limit) : entries.slice(0, limit),
      dropped: core.timeline.dropped,
    });
  });
  app.delete("/emulator/timeline", (c) => {
    core.timeline.clear();
    return c.json({ ok: true });
  });
  app.get("/emulator/timeline/:seq", (c) => {
    const entry = core.timeline.entries().find((one) => String(one.seq) === c.req.param("seq"));
    if (entry === undefined) throw new AdminError("there is no such entry", 404);
    return c.json(entry);
  });
  app.get("/emulator/timeline.jsonl", (c) =>
    c.body(core.timeline.toJsonLines(), 200, {
      "content-type": "application/x-ndjson; charset=utf-8",
      "content-disposition": 'attachment; filename="timeline.jsonl"',
    }),
  );
  app.post("/emulator/replay", async (c) => {
    const speed = queryNumber(c, "speed", 1);
    if (speed <= 0) throw new AdminError("speed: must be above 0");
    return c.json(await replayTimeline(core, emulator, await c.req.text(), speed));
  });
}
