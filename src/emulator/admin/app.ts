import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { UserActionError } from "../as-user.ts";
import { Refusal } from "../api/refusal.ts";
import { registrationRoutes } from "../registration/index.ts";
import { isAdmin } from "./auth.ts";
import { chatAdmin } from "./chats.ts";
import type { AdminContext } from "./context.ts";
import { AdminError } from "./errors.ts";
import { faultAdmin } from "./faults.ts";
import { feedAdmin } from "./feed.ts";
import { messageAdmin } from "./messages.ts";
import { searchAdmin } from "./search.ts";
import { stateAdmin } from "./state.ts";
import { timelineAdmin } from "./timeline.ts";

/** Bytes of a request: a whole exported timeline fits. */
const MAX_BODY = 64 * 1024 * 1024;

/** The routes under `/emulator`. Errors are `{error: "plain words"}` with a 4xx status. */
export function createAdmin(context: AdminContext): Hono {
  const app = new Hono();
  app.use("/emulator/*", async (c, next) => {
    if (!isAdmin(c.req.raw, context.emulator.adminToken))
      return c.json({ error: "send Authorization: Bearer <admin token>" }, 401);
    if (context.watchOnly && c.req.method !== "GET")
      return c.json({ error: "this page shows what passes by, and changes nothing" }, 409);
    await next();
    if (c.req.method !== "GET") context.core.feed.changed();
    return undefined;
  });
  app.use(
    "/emulator/*",
    bodyLimit({ maxSize: MAX_BODY, onError: (c) => c.json({ error: "the body is too large" }, 413) }),
  );
  for (const routes of [stateAdmin, chatAdmin, messageAdmin, searchAdmin, faultAdmin, timelineAdmin, feedAdmin])
    routes(app, context);
  registrationRoutes(app, context, context.registrations);
  app.notFound((c) => c.json({ error: `there is nothing at ${c.req.path}` }, 404));
  app.onError((error, c) => {
    if (error instanceof AdminError) return c.json({ error: error.message }, error.status);
    if (error instanceof UserActionError || error instanceof Refusal || error instanceof TypeError)
      return c.json({ error: error.message }, 400);
    context.core.logger.error("an admin request failed", { error: String(error) });
    return c.json({ error: "the emulator failed" }, 500);
  });
  return app;
}
