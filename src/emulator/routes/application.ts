import { ok } from "../answer.ts";
import type { Route } from "../call.ts";

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
        },
      }),
  },
];
