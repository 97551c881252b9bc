import { API_PER_MINUTE, API_PER_SECOND } from "../limits.ts";

/**
 * What a tenant, an administrator or a test decides about this Feishu; what is not known about Feishu itself is the
 * {@link World}. Mutable: a change counts from the next call on.
 */
export interface Settings {
  /** Calls of one API by one app in a second. Raise both for load tests of your own. */
  apiPerSecond: number;
  /** Calls of one API by one app in a minute. */
  apiPerMinute: number;
  /** Are mentions of unknown people refused (100290): in all card writes, only in whole cards, or not at all? */
  checkMentions: "all" | "card" | "off";
  /** Are image keys that were never uploaded refused (200570): in all card writes, only in whole cards, or not at all? */
  checkImages: "all" | "card" | "off";
  /** Milliseconds after which a bot may no longer recall or edit its message. */
  recallWindowMs: number;
  /** See {@link Settings.recallWindowMs}. */
  editWindowMs: number;
  /** Deliver every message event twice, the second time with another event_id: delivery is at least once. */
  duplicateEvents: boolean;
  /** Does the endpoint call hand out addresses? Otherwise it answers 403, as it may outside Feishu's own domain. */
  longConnectionAllowed: boolean;
  /** What clients of the long connection are told, and how large a frame may be before an event is split. */
  longConnection: {
    pingIntervalSeconds: number;
    /** -1: for ever. */
    reconnectCount: number;
    reconnectIntervalSeconds: number;
    /** The first attempt comes after a random time up to this. */
    reconnectNonceSeconds: number;
    frameBytes: number;
  };
  /** Are the scopes, events and callbacks that a registration link asks for (`addons`) granted? A gray-scale switch of the platform. */
  registrationAddons: boolean;
  /** How often whoever registers an app may ask whether it is confirmed. */
  registrationIntervalSeconds: number;
  /** Keep every applied text of every element, for tests. */
  keepHistory: boolean;
}

export const DEFAULT_SETTINGS: Readonly<Settings> = Object.freeze({
  apiPerSecond: API_PER_SECOND,
  apiPerMinute: API_PER_MINUTE,
  checkMentions: "all",
  checkImages: "all",
  recallWindowMs: 86_400_000,
  editWindowMs: 86_400_000,
  duplicateEvents: false,
  longConnectionAllowed: true,
  longConnection: Object.freeze({
    pingIntervalSeconds: 120,
    reconnectCount: -1,
    reconnectIntervalSeconds: 120,
    reconnectNonceSeconds: 30,
    frameBytes: 64 * 1024,
  }),
  registrationAddons: true,
  registrationIntervalSeconds: 5,
  keepHistory: false,
} satisfies Settings);
