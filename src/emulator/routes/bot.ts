import { ok, okFlat } from "../api/answer.ts";
import type { Answer } from "../api/answer.ts";
import type { Call, Route } from "../api/call.ts";
import { refuse } from "../api/refusal.ts";

function info({ app }: Call): Answer {
  // The page says that the bot ability has to be on and names no code. Seen is this one, with HTTP 200 as older APIs answer:
  // the Node SDK would throw at any other status, and set-ups that meet it print its words.
  if (!app.botAbility) throw refuse("noBot", { httpStatus: 200 });
  return okFlat({
    bot: {
      activate_status: app.enabled ? 2 : 1,
      app_name: app.name,
      avatar_url: "",
      ip_white_list: app.ipAllowList ?? [],
      open_id: app.botOpenId,
    },
  });
}

/** @see docs:bot-v3/uAjMxEjLwITMx4CMyETM */
export const botRoutes: readonly Route[] = [
  {
    operation: "bot.info",
    method: "GET",
    path: "/open-apis/bot/v3/info",
    auth: "tenant",
    scopes: [],
    invalid: "fieldValidation",
    run: info,
  },
  // On no page of Feishu's. The official plugin of OpenClaw calls it once at start and looks at nothing but the code; without
  // it the vendor's SDK prints 150 lines about an unknown path.
  {
    operation: "bot.ping",
    method: "POST",
    path: "/open-apis/bot/v1/openclaw_bot/ping",
    auth: "tenant",
    scopes: [],
    invalid: "fieldValidation",
    run: () => ok({}, { msg: "ok" }),
  },
];
