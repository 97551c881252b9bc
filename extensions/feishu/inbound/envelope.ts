import { z } from "zod";

/** An event out of its envelope, version 1 or 2. */
export interface FeishuEnvelope {
  /** `event_id` (v2) or `uuid` (v1). */
  readonly eventId: string;
  readonly type: string;
  /** Wall-clock ms; 0 when the envelope does not say. */
  readonly createdAt: number;
  /** The verification token; absent over the long connection of some platforms. */
  readonly token: string | undefined;
  readonly appId: string | undefined;
  readonly event: unknown;
}

const text = z.coerce.string().optional();
const v2 = z.object({
  header: z.object({ event_id: z.string(), event_type: z.string(), create_time: text, token: text, app_id: text }),
  event: z.unknown(),
});
const v1 = z.object({
  uuid: z.string(),
  token: text,
  ts: text,
  event: z.looseObject({ type: z.string(), app_id: text }),
});

/**
 * Opens an envelope; undefined when it is none.
 * @see Feishu server API, event-subscription-guide/event-subscriptions/uUTNz4SN1MjL1UzM
 */
export function openEnvelope(body: unknown): FeishuEnvelope | undefined {
  const second = v2.safeParse(body);
  if (second.success) {
    const { header, event } = second.data;
    return {
      eventId: header.event_id,
      type: header.event_type,
      createdAt: toMs(header.create_time),
      token: header.token,
      appId: header.app_id,
      event,
    };
  }
  const first = v1.safeParse(body);
  if (!first.success) return undefined;
  const { uuid, token, ts, event } = first.data;
  return { eventId: uuid, type: event.type, createdAt: toMs(ts), token, appId: event.app_id, event };
}

/**
 * A time as milliseconds. Feishu writes seconds (v1, with a fraction), milliseconds (messages) and microseconds (card
 * callbacks); only the length tells them apart.
 */
export function toMs(value: string | undefined): number {
  const time = Number(value);
  if (value === undefined || !Number.isFinite(time) || time <= 0) return 0;
  if (time >= 1e14) return Math.floor(time / 1_000);
  return time >= 1e11 ? time : Math.floor(time * 1_000);
}
