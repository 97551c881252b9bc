import { ok } from "../api/answer.ts";
import { isDemoFromAfar } from "../state/demo-secret.ts";
import type { Answer } from "../api/answer.ts";
import type { Call, Route } from "../api/call.ts";
import { isObject } from "../json.ts";
import { LONG_CONNECTIONS } from "../limits.ts";
import { Refusal } from "../api/refusal.ts";
import { bodyJson } from "../api/request.ts";

/** Service number of the sample addresses. */
const SERVICE_ID = 33_554_678;

/** Refusals come with HTTP 200 and a `data` object: the Node SDK retries for ever on anything else. @see the reference's section 8.2 */
function refuseEndpoint(code: number, msg: string): Refusal {
  return new Refusal(code, msg, { httpStatus: 200 });
}

function endpoint(call: Call): Answer {
  const { core, request } = call;
  const body = bodyJson(request);
  const appId = isObject(body) ? body["AppID"] : undefined;
  const secret = isObject(body) ? body["AppSecret"] : undefined;
  const app = typeof appId === "string" ? core.store.apps.get(appId) : undefined;
  if (app === undefined || app.appSecret !== secret || isDemoFromAfar(app, request))
    throw refuseEndpoint(514, "app_id or app_secret is invalid");
  call.entry.appId = app.appId;
  if (!app.enabled || app.isv || !core.settings.longConnectionAllowed) throw refuseEndpoint(403, "forbidden");
  const open = core.inbound.connections().filter((one) => one.appId === app.appId).length;
  if (open >= LONG_CONNECTIONS) throw refuseEndpoint(1_000_040_350, "the number of connections exceeded the limit");
  const { pingIntervalSeconds, reconnectCount, reconnectIntervalSeconds, reconnectNonceSeconds } =
    core.settings.longConnection;
  const host = request.origin.replace(/^http/u, "ws");
  // service_id must not come first: the Node SDK reads it with a query parser over the whole address.
  const query = new URLSearchParams({
    fpid: "493",
    aid: "552564",
    device_id: core.ids.make("").slice(0, 19),
    access_key: core.ids.secret(32),
    service_id: String(SERVICE_ID),
    ticket: core.tickets.issue(app.appId),
  });
  return ok({
    URL: `${host}/ws/v2?${query.toString()}`,
    ClientConfig: {
      PingInterval: pingIntervalSeconds,
      ReconnectCount: reconnectCount,
      ReconnectInterval: reconnectIntervalSeconds,
      ReconnectNonce: reconnectNonceSeconds,
    },
  });
}

/** @see the reference's section 8.1 */
export const wsEndpointRoutes: readonly Route[] = [
  {
    operation: "ws.endpoint",
    method: "POST",
    path: "/callback/ws/endpoint",
    auth: "none",
    scopes: [],
    invalid: "badParameter",
    run: endpoint,
  },
];
