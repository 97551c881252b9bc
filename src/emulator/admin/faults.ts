import type { Hono } from "hono";
import { z } from "zod";
import { matchesOperation } from "../faults/index.ts";
import { ROUTES } from "../routes/index.ts";
import { readBody } from "./body.ts";
import type { AdminContext } from "./context.ts";
import { AdminError } from "./errors.ts";

const ms = z.union([z.number().min(0), z.tuple([z.number().min(0), z.number().min(0)])]);
const effect = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("latency"), beforeMs: ms.optional(), afterMs: ms.optional() }),
  z.strictObject({
    type: z.literal("code"),
    code: z.int(),
    msg: z.string().optional(),
    httpStatus: z.int().min(200).max(599).optional(),
    headers: z.record(z.string(), z.string()).optional(),
    resetSeconds: z.number().min(0).optional(),
  }),
  z.strictObject({
    type: z.literal("http"),
    status: z.int().min(400).max(599),
    body: z.enum(["json", "html"]).optional(),
  }),
  z.strictObject({ type: z.literal("audit"), found: z.string().min(1).optional() }),
  z.strictObject({ type: z.literal("reset") }),
  z.strictObject({ type: z.literal("lost") }),
  z.strictObject({ type: z.literal("late"), ms: z.number().min(0) }),
  z.strictObject({ type: z.literal("hang") }),
  z.strictObject({ type: z.literal("token-expired") }),
  z.strictObject({ type: z.literal("streaming-closed") }),
  z.strictObject({ type: z.literal("truncated") }),
]);
const rule = z.strictObject({
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
  contains: z.string().min(1).optional(),
});

/** A pattern that no call can match is a slip of the pen. */
function isKnown(pattern: string): boolean {
  return /^event(?:\.|\*|$)/u.test(pattern) || ROUTES.some(({ operation }) => matchesOperation(pattern, operation));
}

/** Making things go wrong. */
export function faultAdmin(app: Hono, { core }: AdminContext): void {
  app.get("/emulator/faults", (c) => c.json({ faults: core.faults.list() }));
  app.post("/emulator/faults", async (c) => {
    const body = await readBody(c, rule);
    const unknown = [body.operation].flat().find((one) => !isKnown(one));
    if (unknown !== undefined) throw new AdminError(`operation: nothing is called ${unknown}`);
    return c.json({ id: core.faults.add(body) });
  });
  app.delete("/emulator/faults", (c) => {
    core.faults.clear();
    return c.json({ ok: true });
  });
  app.delete("/emulator/faults/:id", (c) => {
    if (!core.faults.remove(c.req.param("id"))) throw new AdminError("there is no such fault", 404);
    return c.json({ ok: true });
  });
}
