import type { CallBucket, PaceRule } from "../../../src/stream/index.ts";

/** Calls per second on one card entity, all operations together (web:streaming-overview). */
const CARD_PER_SECOND = 10;
/** Calls per second and per minute of one API, one app, one tenant (docs:cardkit-v1/*, docs:im-v1/*). */
const API_PER_SECOND = 50;
const API_PER_MINUTE = 1_000;
/** Messages per second to one chat or user, shared with other bots (docs:im-v1/message/create). */
const CHAT_PER_SECOND = 5;
/** Ours, not Feishu's: one patch per message and second; Feishu allows five (docs:im-v1/message-card/patch). */
const PATCH_EVERY_MS = 1_000;

/** A call may be seen by Feishu this much later (s) than its place was given by another process's count. */
const LATE_S = 0.2;

/**
 * The buckets of a name whose calls all processes of the app make; undefined when one process makes them all, as for a card or a chat.
 * In any minute they give 980 calls, in any second 50, with some delay.
 */
export function sharedBuckets(name: string, share: number): readonly CallBucket[] | undefined {
  if (!name.startsWith("api:")) return undefined;
  const [perMinute, perSecond] = [API_PER_MINUTE * share, API_PER_SECOND * share];
  return [
    { burst: Math.max(1, perMinute * 0.2), perSecond: (perMinute * 0.78) / 60 },
    { burst: Math.max(1, perSecond * 0.4), perSecond: (perSecond * 0.6) / (1 + LATE_S) },
  ];
}

/** Names of the limits that count a call; see {@link paceRule}. */
export const limitName = {
  api: (api: string): string => `api:${api}`,
  card: (cardId: string): string => `card:${cardId}`,
  chat: (chat: string): string => `chat:${chat}`,
  patch: (messageId: string): string => `patch:${messageId}`,
} as const;

/**
 * The rule of a name. `share` (0 to 1) is the part of the app's budget that this process may use; the rest is left to
 * other processes or other calls of the app.
 */
export function paceRule(name: string, share: number): PaceRule {
  switch (name.slice(0, name.indexOf(":"))) {
    case "card":
      // Evenly, a little below the limit: ten at once and then a pause would read worse than nine a second.
      return {
        windows: [{ max: CARD_PER_SECOND, windowMs: 1_000 }],
        bucket: { burst: 1, perSecond: CARD_PER_SECOND * 0.92 },
      };
    case "chat":
      return { windows: [{ max: CHAT_PER_SECOND, windowMs: 1_000 }] };
    case "patch":
      return { windows: [{ max: 1, windowMs: PATCH_EVERY_MS }] };
    default: {
      // A fifth of the minute at once, the rest evenly: 0.2 + 60 × (0.8 / 60) of the minute's budget in any minute.
      const perMinute = Math.max(1, Math.floor(API_PER_MINUTE * share));
      return {
        windows: [
          { max: Math.max(1, Math.floor(API_PER_SECOND * share)), windowMs: 1_000 },
          { max: perMinute, windowMs: 60_000 },
        ],
        bucket: { burst: Math.max(1, perMinute * 0.2), perSecond: (perMinute * 0.8) / 60 },
      };
    }
  }
}
