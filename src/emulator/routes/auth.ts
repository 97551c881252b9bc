import { z } from "zod";
import { okFlat } from "../api/answer.ts";
import type { Answer } from "../api/answer.ts";
import type { Call, Route } from "../api/call.ts";
import { isDemoFromAfar } from "../state/demo-secret.ts";
import { ISV_TOKEN_SECONDS, TOKEN_SECONDS } from "../limits.ts";
import { refuse } from "../api/refusal.ts";
import type { App } from "../store/apps.ts";
import { sendAppTicket } from "../inbound/notices.ts";

const base = { auth: "none", scopes: [], invalid: "badParameter", method: "POST" } as const;

const keys = z.object({ app_id: z.string().min(1), app_secret: z.string().min(1) });
const ticketKeys = z.object({ ...keys.shape, app_ticket: z.string().min(1) });
const tenantKeys = z.object({ app_access_token: z.string().min(1), tenant_key: z.string().min(1) });

function appWith(call: Call, input: { app_id: string; app_secret: string }): App {
  const app = call.core.store.apps.get(input.app_id);
  // A wrong id and a wrong secret look alike (10015); the reference only infers the code.
  if (app === undefined || app.appSecret !== input.app_secret) throw refuse("wrongSecret");
  if (isDemoFromAfar(app, call.request)) {
    throw refuse("wrongSecret", {
      warning: "the demo app's secret is public: it works only on this machine; give the emulator an app of your own",
    });
  }
  call.entry.appId = app.appId;
  if (!app.enabled) throw refuse("appUnavailable");
  return app;
}

function internalTenant(call: Call): Answer {
  const app = appWith(call, call.input(keys));
  const { token, expire } = call.core.store.tokens.issue(app.appId, "tenant", TOKEN_SECONDS);
  return okFlat({ tenant_access_token: token.value, expire });
}

function internalApp(call: Call): Answer {
  const app = appWith(call, call.input(keys));
  const { token, expire } = call.core.store.tokens.issue(app.appId, "tenant", TOKEN_SECONDS);
  return okFlat({ app_access_token: token.value, tenant_access_token: token.value, expire });
}

function storeApp(call: Call): Answer {
  const input = call.input(ticketKeys);
  const app = appWith(call, input);
  if (app.ticket === undefined || app.ticket !== input.app_ticket) throw refuse("ticketInvalid");
  const { token, expire } = call.core.store.tokens.issue(app.appId, "app", ISV_TOKEN_SECONDS);
  return okFlat({ app_access_token: token.value, expire });
}

function storeTenant(call: Call): Answer {
  const input = call.input(tenantKeys);
  const { tokens, apps } = call.core.store;
  const appToken = tokens.find(input.app_access_token);
  if (appToken === undefined || !tokens.isAlive(appToken)) throw refuse("appTokenInvalid");
  const app = apps.get(appToken.appId);
  if (app === undefined || app.tenantKey !== input.tenant_key) throw refuse("tenantCodeInvalid");
  call.entry.appId = app.appId;
  const { token, expire } = tokens.issue(app.appId, "tenant", ISV_TOKEN_SECONDS);
  return okFlat({ tenant_access_token: token.value, expire });
}

function resendTicket(call: Call): Answer {
  const app = appWith(call, call.input(keys));
  app.ticket = call.core.ids.secret(32);
  sendAppTicket(call.core, app);
  return okFlat({});
}

const AUTH = "/open-apis/auth/v3";

/** @see docs:authentication-management/access-token */
export const authRoutes: readonly Route[] = [
  { ...base, operation: "auth.tenant_token", path: `${AUTH}/tenant_access_token/internal`, run: internalTenant },
  { ...base, operation: "auth.app_token", path: `${AUTH}/app_access_token/internal`, run: internalApp },
  { ...base, operation: "auth.app_token_isv", path: `${AUTH}/app_access_token`, run: storeApp },
  { ...base, operation: "auth.tenant_token_isv", path: `${AUTH}/tenant_access_token`, run: storeTenant },
  { ...base, operation: "auth.app_ticket_resend", path: `${AUTH}/app_ticket/resend`, run: resendTicket },
];
