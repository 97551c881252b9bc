import type { Hono } from "hono";
import { z } from "zod";
import { DEFAULT_SETTINGS, SETTING_CHOICES } from "../settings.ts";
import type { Settings } from "../settings.ts";
import { toAppView, toCardView, toChatView, toMessageView, toMeterView, toUserView } from "../views.ts";
import { readBody } from "./body.ts";
import type { AdminContext } from "./context.ts";
import { AdminError } from "./errors.ts";

const settingsBody = z.record(z.string(), z.unknown());
const cardAction = z.object({ cardId: z.string().optional() });
const appAction = z.object({ appId: z.string().optional() });
const lockAction = z.object({ cardId: z.string(), ms: z.number().min(0) });
const latencyAction = z.object({ ms: z.union([z.number().min(0), z.tuple([z.number().min(0), z.number().min(0)])]) });

/** Sets known settings to values of the kind they have. @throws AdminError */
function applySettings(settings: Settings, changes: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(changes)) {
    if (!(key in DEFAULT_SETTINGS)) throw new AdminError(`there is no setting ${key}`);
    const current: unknown = settings[key as keyof Settings];
    if (typeof current !== typeof value) throw new AdminError(`${key}: must be a ${typeof current}`);
    const choices = SETTING_CHOICES[key as keyof Settings];
    if (choices !== undefined && !choices.includes(value as string))
      throw new AdminError(`${key}: one of ${choices.join(", ")}`);
  }
  // Every key is a setting, with a value that was checked above.
  const merged = { ...changes };
  if (merged["longConnection"] !== undefined)
    merged["longConnection"] = { ...settings.longConnection, ...(merged["longConnection"] as object) };
  Object.assign(settings, merged);
}

/** Looking at everything, and actions on the whole emulator. */
export function stateAdmin(app: Hono, { core, emulator }: AdminContext): void {
  app.get("/emulator/state", (c) =>
    c.json({
      now: Math.round(core.clock.wallNow()),
      apps: Array.from(core.store.apps.values(), (one) => toAppView(core, one)),
      users: core.store.users.all().map((user) => toUserView(core, user)),
      chats: core.store.chats.all().map((chat) => toChatView(core, chat)),
      settings: core.settings,
      latencyMs: emulator.latencyMs,
      faults: core.faults.list(),
      connections: core.inbound.connections(),
      meters: toMeterView(core),
    }),
  );
  app.get("/emulator/meters", (c) => c.json(toMeterView(core)));
  app.get("/emulator/cards/:cardId", (c) => {
    const card = core.store.cards.get(c.req.param("cardId"));
    if (card === undefined) throw new AdminError("there is no such card", 404);
    return c.json({ ...toCardView(core, card), messageId: card.messageId, history: card.history, writes: card.writes });
  });
  app.get("/emulator/messages/:messageId", (c) => {
    const message = core.store.messages.get(c.req.param("messageId"));
    if (message === undefined) throw new AdminError("there is no such message", 404);
    return c.json(toMessageView(core, message));
  });
  app.patch("/emulator/settings", async (c) => {
    applySettings(core.settings, await readBody(c, settingsBody));
    core.feed.emit(() => ({ type: "settings", settings: core.settings }));
    return c.json(core.settings);
  });
  app.post("/emulator/actions/close-streaming", async (c) => {
    emulator.closeStreaming((await readBody(c, cardAction)).cardId);
    return c.json({ ok: true });
  });
  app.post("/emulator/actions/expire-tokens", async (c) => {
    emulator.expireTokens((await readBody(c, appAction)).appId);
    return c.json({ ok: true });
  });
  app.post("/emulator/actions/drop-connections", async (c) => {
    emulator.dropConnections((await readBody(c, appAction)).appId);
    return c.json({ ok: true });
  });
  app.post("/emulator/actions/lock-card", async (c) => {
    const { cardId, ms } = await readBody(c, lockAction);
    emulator.lockCard(cardId, ms);
    return c.json({ ok: true });
  });
  app.post("/emulator/actions/latency", async (c) => {
    emulator.latencyMs = (await readBody(c, latencyAction)).ms;
    return c.json({ ok: true });
  });
  app.post("/emulator/actions/reset", (c) => {
    emulator.reset();
    return c.json({ ok: true });
  });
}
