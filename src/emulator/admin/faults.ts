import type { Hono } from "hono";
import { z } from "zod";
import { readBody } from "./body.ts";
import type { AdminContext } from "./context.ts";
import { AdminError } from "./errors.ts";

const ms = z.union([z.number().min(0), z.tuple([z.number().min(0), z.number().min(0)])]);
const effect = z.discriminatedUnion("type", [
  z.object({ type: z.literal("latency"), beforeMs: ms.optional(), afterMs: ms.optional() }),
  z.object({
    type: z.literal("code"),
    code: z.int(),
    msg: z.string().optional(),
    httpStatus: z.int().min(200).max(599).optional(),
    headers: z.record(z.string(), z.string()).optional(),
    resetSeconds: z.number().min(0).optional(),
  }),
  z.object({ type: z.literal("http"), status: z.int().min(400).max(599), body: z.enum(["json", "html"]).optional() }),
  z.object({ type: z.literal("reset") }),
  z.object({ type: z.literal("lost") }),
  z.object({ type: z.literal("late"), ms: z.number().min(0) }),
  z.object({ type: z.literal("hang") }),
  z.object({ type: z.literal("token-expired") }),
  z.object({ type: z.literal("streaming-closed") }),
  z.object({ type: z.literal("truncated") }),
]);
const rule = z.object({
  operation: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]),
  effect,
  count: z.int().min(1).optional(),
  skip: z.int().min(0).optional(),
  probability: z.number().min(0).max(1).optional(),
  from: z.number().min(0).optional(),
  until: z.number().min(0).optional(),
  appId: z.string().optional(),
  cardId: z.string().optional(),
  messageId: z.string().optional(),
  elementId: z.string().optional(),
});

/** Making things go wrong. */
export function faultAdmin(app: Hono, { core }: AdminContext): void {
  app.get("/emulator/faults", (c) => c.json({ faults: core.faults.list() }));
  app.post("/emulator/faults", async (c) => c.json({ id: core.faults.add(await readBody(c, rule)) }));
  app.delete("/emulator/faults", (c) => {
    core.faults.clear();
    return c.json({ ok: true });
  });
  app.delete("/emulator/faults/:id", (c) => {
    if (!core.faults.remove(c.req.param("id"))) throw new AdminError("there is no such fault", 404);
    return c.json({ ok: true });
  });
}
