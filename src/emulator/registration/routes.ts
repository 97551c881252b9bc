import type { Context, Hono } from "hono";
import { isAdmin } from "../admin/auth.ts";
import type { AdminContext } from "../admin/context.ts";
import { AdminError } from "../admin/errors.ts";
import { decodeAddons, NOTHING } from "./addons.ts";
import { registrationPage } from "./page.ts";
import type { PageFacts } from "./page.ts";
import type { Confirmation, Registration, Registrations } from "./registrations.ts";

/** The page has a form and no script; everything else is as on the main page. */
const HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
};

/** The account service's registration, the page behind its codes, and the same for tests under `/emulator`. */
export function registrationRoutes(app: Hono, context: AdminContext, registrations: Registrations): void {
  const { core, emulator } = context;

  app.post("/oauth/v1/app/registration", async (c) => {
    const fields = new URLSearchParams(await c.req.text());
    const action = fields.get("action");
    const { status, body } =
      action === "begin"
        ? registrations.begin(`${new URL(c.req.url).origin}/register`)
        : action === "poll"
          ? registrations.poll(fields.get("device_code") ?? "")
          : action === "init"
            ? { status: 200 as const, body: { supported_auth_methods: ["client_secret"] } }
            : {
                status: 400 as const,
                body: { error: "invalid_request", error_description: `no action ${action ?? ""}` },
              };
    return c.json(body, status);
  });

  app.get("/register", (c) => page(c, c.req.query("user_code") ?? "", (name) => c.req.query(name) ?? ""));

  app.post("/register", async (c) => {
    // The page's cookie, which no other website's form carries along.
    if (!isAdmin(c.req.raw, emulator.adminToken)) return c.text("open the page of the emulator first", 401);
    const fields = new URLSearchParams(await c.req.text());
    const registration = registrations.find(fields.get("user_code") ?? "");
    const action = fields.get("action");
    if (action === "addons-on" || action === "addons-off") {
      core.settings.registrationAddons = action === "addons-on";
      core.feed.changed();
    } else if (registration !== undefined) {
      act(registration, action ?? "", {
        asked: decodeAddons(fields.get("addons") ?? "") ?? NOTHING,
        name: fields.get("name") ?? undefined,
        appId: fields.get("app_id") || undefined,
        brand: fields.get("brand") === "lark" ? "lark" : "feishu",
      });
    }
    const names: Readonly<Record<string, string>> = { clientID: "app_id" };
    return page(c, fields.get("user_code") ?? "", (name) => fields.get(names[name] ?? name) ?? "");
  });

  app.get("/emulator/registrations", (c) => c.json({ items: registrations.all().map(view) }));
  app.post("/emulator/registrations/:user_code/:action", async (c) => {
    const registration = registrations.find(c.req.param("user_code"));
    if (registration === undefined) throw new AdminError(`there is no code ${c.req.param("user_code")}`, 404);
    const query = (name: string): string | undefined => c.req.query(name) || undefined;
    act(registration, c.req.param("action"), {
      asked: decodeAddons(query("addons") ?? "") ?? NOTHING,
      name: query("name"),
      appId: query("clientID"),
      brand: query("brand") === "lark" ? "lark" : "feishu",
    });
    return c.json(view(registration));
  });

  function act(registration: Registration, action: string, confirmation: Confirmation): void {
    if (action === "confirm") registrations.confirm(registration, confirmation);
    else if (action === "deny") registrations.end(registration, "denied");
    else if (action === "expire") registrations.end(registration, "expired");
    else throw new AdminError(`action: confirm, deny or expire, not ${action}`);
    core.feed.changed();
  }

  const view = (registration: Registration): object => ({
    userCode: registration.userCode,
    state: registrations.stateOf(registration),
    appId: registration.app?.appId,
    expiresInMs: Math.max(0, registration.expiresAt - core.clock.now()),
  });

  function page(c: Context, userCode: string, query: (name: string) => string): Response {
    const registration = registrations.find(userCode);
    const addons = query("addons");
    const asked = addons === "" ? NOTHING : decodeAddons(addons);
    const appId = query("clientID");
    const existing = core.store.apps.get(appId);
    const facts: PageFacts = {
      registration,
      state: registration === undefined ? "unknown" : registrations.stateOf(registration),
      addons,
      asked,
      granted: registrations.granted(asked ?? NOTHING),
      honoured: core.settings.registrationAddons,
      name: query("name") || "cardstream",
      description: query("desc"),
      app:
        existing === undefined
          ? undefined
          : {
              appId: existing.appId,
              name: existing.name,
              has: new Set([
                ...existing.scopes,
                ...(existing.subscriptions?.events ?? []),
                ...(existing.subscriptions?.callbacks ?? []),
              ]),
            },
      missingApp: appId !== "" && existing === undefined ? appId : undefined,
      result: registration?.app,
    };
    return c.html(registrationPage(facts), 200, HEADERS);
  }
}
