import { okFlat } from "../answer.ts";
import type { Route } from "../call.ts";

/** @see docs:bot-v3/uAjMxEjLwITMx4CMyETM */
export const botRoutes: readonly Route[] = [
  {
    operation: "bot.info",
    method: "GET",
    path: "/open-apis/bot/v3/info",
    auth: "tenant",
    scopes: [],
    invalid: "fieldValidation",
    run: ({ app }) =>
      okFlat({
        bot: {
          activate_status: app.enabled ? 2 : 1,
          app_name: app.name,
          avatar_url: "",
          ip_white_list: app.ipAllowList ?? [],
          open_id: app.botOpenId,
        },
      }),
  },
];
