import type { Route } from "./call.ts";
import type { Core } from "../state/core.ts";
import { refuse } from "./refusal.ts";
import type { ApiRequest } from "./request.ts";
import type { App } from "../store/apps.ts";

function bearer(request: ApiRequest): string | undefined {
  const match = /^Bearer\s+(.*)$/iu.exec(request.header("authorization") ?? "");
  return match?.[1]?.trim() || undefined;
}

/** The app a request's token belongs to, whether or not the token still holds. */
export function appOfToken(core: Core, request: ApiRequest): string | undefined {
  const value = bearer(request);
  return value === undefined ? undefined : core.store.tokens.find(value)?.appId;
}

/**
 * Token, app state, allow list, quota, scope: in this order.
 * @see docs:api-call-guide/ugjM14COyUjL4ITN; the order is the reference's section 11
 */
export function authorize(core: Core, route: Route, request: ApiRequest): App | undefined {
  if (route.auth === "none") return undefined;
  const value = bearer(request);
  if (value === undefined) throw refuse("tokenMissing");
  if (value.startsWith("u-")) {
    throw refuse("userTokenInvalid", {
      warning: "a user token was sent; the emulator knows only tenant tokens",
    });
  }
  if (!value.startsWith("t-")) throw refuse("tokenPrefix");
  const token = core.store.tokens.find(value);
  if (token === undefined)
    throw tokenInvalid(route, "this token was never issued here (the emulator may have been restarted)");
  if (!core.store.tokens.isAlive(token))
    throw tokenInvalid(route, "this token has ended: get a new one and send the call again");
  const app = core.store.apps.get(token.appId);
  if (app === undefined) throw tokenInvalid(route, "the app of this token is gone");
  if (!app.enabled) throw refuse("appDisabled");
  if (app.ipAllowList !== undefined && !app.ipAllowList.includes(request.ip)) throw refuse("ipDenied");
  if (app.quota !== undefined) {
    if (app.quota <= 0) throw refuse("quotaUsedUp");
    app.quota -= 1;
  }
  if (!app.botAbility) {
    if (route.operation.startsWith("message.")) throw refuse("botAbilityOff");
    if (route.invalid === "mediaParameter") throw refuse("mediaBotOff");
  }
  if (route.scopes.length > 0 && !app.scopes.has("*") && !route.scopes.some((scope) => app.scopes.has(scope))) {
    throw scopeMissing(app, route);
  }
  return app;
}

function tokenInvalid(route: Route, warning: string): Error {
  // Uploads and downloads have a code of their own, with HTTP 401 (docs:im-v1/image/create).
  if (route.invalid === "mediaParameter") return refuse("mediaUnauthorized", { httpStatus: 401, warning });
  return refuse("tokenInvalid", { warning });
}

function scopeMissing(app: App, route: Route): Error {
  const scopes = route.scopes.join(", ");
  const url = `https://open.feishu.cn/app/${app.appId}/auth?q=${route.scopes.join(",")}&op_from=openapi&token_type=tenant`;
  return refuse("scopeMissing", {
    msg: `Access denied. One of the following scopes is required: [${scopes}].应用尚未开通所需的应用身份权限：[${scopes}]，点击链接申请并开通任一权限即可：${url}`,
    error: {
      permission_violations: route.scopes.map((scope) => ({
        type: "action_scope_required",
        subject: scope,
        scope,
        url,
      })),
      helps: [{ url, description: "apply for the scope" }],
    },
    warning: `the app lacks the scope ${route.scopes[0]}`,
  });
}
