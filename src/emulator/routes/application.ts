import { ok } from "../api/answer.ts";
import type { Route } from "../api/call.ts";

/** The only version that an app has here. */
const VERSION_ID = "oav_local";

/** What an app may do and who it is; for programs that check their set-up. */
export const applicationRoutes: readonly Route[] = [
  {
    operation: "scope.list",
    method: "GET",
    path: "/open-apis/application/v6/scopes",
    auth: "tenant",
    scopes: [],
    invalid: "fieldValidation",
    run: ({ app }) =>
      ok({ scopes: Array.from(app.scopes, (scope_name) => ({ scope_name, scope_type: "tenant", grant_status: 1 })) }),
  },
  {
    operation: "app.get",
    method: "GET",
    path: "/open-apis/application/v6/applications/:app_id",
    auth: "tenant",
    scopes: [],
    invalid: "fieldValidation",
    run: ({ app }) =>
      ok({
        app: {
          app_id: app.appId,
          app_name: app.name,
          status: app.enabled ? 1 : 0,
          scopes: Array.from(app.scopes, (scope) => ({ scope })),
          ...(app.subscriptions && { online_version_id: VERSION_ID }),
        },
      }),
  },
  {
    operation: "app.version",
    method: "GET",
    path: "/open-apis/application/v6/applications/:app_id/app_versions/:version_id",
    auth: "tenant",
    scopes: ["application:application:self_manage"],
    invalid: "fieldValidation",
    run: ({ app }) =>
      ok({
        app_version: {
          app_id: app.appId,
          version_id: VERSION_ID,
          event_infos: (app.subscriptions?.events ?? []).map((event_type) => ({ event_type })),
        },
      }),
  },
];
