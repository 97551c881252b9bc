import type { Core } from "../state/core.ts";
import type { JsonObject } from "../json.ts";
import type { App } from "../store/apps.ts";

/** An event in the v2 envelope (or v1 for `app_ticket`), as it travels. */
export interface Envelope {
  readonly appId: string;
  readonly eventType: string;
  readonly body: JsonObject;
}

/** @see docs:event-subscription-guide/event-subscriptions/uUTNz4SN1MjL1UzM */
export function envelope(core: Core, app: App, eventType: string, event: JsonObject): Envelope {
  // Message events carry milliseconds; the card callback's sample shows microseconds.
  const ms = Math.round(core.clock.wallNow());
  const createTime = eventType === "card.action.trigger" ? `${ms}000` : String(ms);
  const header = {
    event_id: core.ids.make("").slice(0, 32),
    event_type: eventType,
    create_time: createTime,
    token: app.verificationToken,
    app_id: app.appId,
    tenant_key: app.tenantKey,
  };
  return { appId: app.appId, eventType, body: { schema: "2.0", header, event } };
}

/** The same content as a new event: another `event_id`, the same message. */
export function duplicate(core: Core, original: Envelope): Envelope {
  const header = original.body["header"];
  return {
    ...original,
    body: { ...original.body, header: { ...(header as JsonObject), event_id: core.ids.make("").slice(0, 32) } },
  };
}
