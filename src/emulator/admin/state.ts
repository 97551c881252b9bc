import type { Context, Hono } from "hono";
import { z } from "zod";
import { toAppView, toCardView, toChatView, toMessageView, toMeterView, toUserView } from "../views/make-views.ts";
import { readBody } from "./body.ts";
import type { AdminContext } from "./context.ts";
import { AdminError } from "./errors.ts";
import { changeSettings, settingsBody } from "./settings.ts";
import { WORLD_QUESTIONS, worldSchema } from "../world/index.ts";

const cardAction = z.strictObject({ cardId: z.string().optional() });
const appAction = z.strictObject({ appId: z.string().optional() });
const lockAction = z.strictObject({ cardId: z.string(), ms: z.number().min(0) });
const latencyAction = z.strictObject({
  ms: z.union([z.number().min(0), z.tuple([z.number().min(0), z.number().min(0)])]),
});

/** Looking at everything, and actions on the whole emulator. */
export function stateAdmin(app: Hono, { core, emulator, watchOnly }: AdminContext): void {
  const readAppId = async (c: Context): Promise<string | undefined> => {
    const { appId } = await readBody(c, appAction);
    if (appId !== undefined && !core.store.apps.has(appId))
      throw new AdminError(`appId: there is no app ${appId}`, 404);
    return appId;
  };
  app.get("/emulator/state", (c) =>
    c.json({
      now: Math.round(core.clock.wallNow()),
      watchOnly,
      apps: Array.from(core.store.apps.values(), (one) => toAppView(core, one)),
      users: core.store.users.all().map((user) => toUserView(core, user)),
      chats: core.store.chats.all().map((chat) => toChatView(core, chat)),
      settings: core.settings,
      world: core.world,
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
    return c.json({
      ...toCardView(core, card),
      messageId: card.messageIds[0],
      history: card.history,
      writes: card.writes,
    });
  });
  app.get("/emulator/messages/:messageId", (c) => {
    const message = core.store.messages.get(c.req.param("messageId"));
    if (message === undefined) throw new AdminError("there is no such message", 404);
    return c.json(toMessageView(core, message));
  });
  app.patch("/emulator/settings", async (c) => {
    changeSettings(core.settings, await readBody(c, settingsBody));
    core.feed.emit(() => ({ type: "settings", settings: core.settings }));
    return c.json(core.settings);
  });
  app.get("/emulator/world", (c) => c.json({ world: core.world, questions: WORLD_QUESTIONS }));
  app.patch("/emulator/world", async (c) => {
    Object.assign(core.world, await readBody(c, worldSchema));
    core.feed.emit(() => ({ type: "world", world: core.world }));
    core.feed.changed();
    return c.json({ world: core.world, questions: WORLD_QUESTIONS });
  });
  app.post("/emulator/actions/close-streaming", async (c) => {
    const { cardId } = await readBody(c, cardAction);
    if (cardId !== undefined && core.store.cards.get(cardId) === undefined)
      throw new AdminError(`cardId: there is no card ${cardId}`, 404);
    emulator.closeStreaming(cardId);
    return c.json({ ok: true });
  });
  app.post("/emulator/actions/expire-tokens", async (c) => {
    emulator.expireTokens(await readAppId(c));
    return c.json({ ok: true });
  });
  app.post("/emulator/actions/drop-connections", async (c) => {
    emulator.dropConnections(await readAppId(c));
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
