import { SUB_CODES } from "./codes.ts";
import { API_PER_MINUTE, API_PER_SECOND, CARD_BYTES, ELEMENT_TABLES } from "./limits.ts";

/**
 * What Feishu's documents leave open, each with the stricter reading as its default. Tests change them to show that a client
 * does not depend on one reading. Mutable: a change counts from the next call on.
 */
export interface Settings {
  /** HTTP status of 999916xx answers. */
  authHttpStatus: number;
  /** Does a call that fails after the sequence check use up its `sequence`? */
  failedCallsConsumeSequence: boolean;
  /** Which of `sequence` (300317) and `uuid` (200770) is looked at first. */
  checkFirst: "sequence" | "uuid";
  /** How long a CardKit `uuid` is remembered, milliseconds. */
  cardUuidMs: number;
  /** Answer to a CardKit `uuid` seen before: 200770, or success without doing anything. */
  cardUuidReplay: "refuse" | "same";
  /** Answer to a message `uuid` seen before: the first message again, or 230049. */
  imUuidReplay: "same" | "refuse";
  /** Calls of one API by one app in a second. Raise both for load tests of your own. */
  apiPerSecond: number;
  /** Calls of one API by one app in a minute. */
  apiPerMinute: number;
  /** Does the limit of 10 calls a second per card hold while streaming? */
  cardLimitWhileStreaming: boolean;
  /** Code of a call over that limit. */
  cardLimitCode: 230020 | 99991400 | 200400;
  /** Gateway limits count any 1 s and 60 s back from the call (`sliding`), or whole seconds and minutes of the clock (`fixed`). */
  limitWindow: "sliding" | "fixed";
  /** Card JSON at create, full update, send and patch: UTF-8 bytes. */
  cardMaxBytes: number;
  /** The whole card after element operations: UTF-8 bytes of JSON. */
  entityMaxBytes: number;
  /** Markdown tables a card may hold. `table` components are counted apart: five, as documented. */
  maxTablesPerCard: number;
  /** Tables one markdown element may hold. */
  maxTablesPerElement: number;
  /** What follows `ErrCode:` in the 230099 for a card entity that is sent a second time. */
  secondSendSubCode: number;
  /** PATCH on a message that was sent by `card_id`: show the new card and cut the entity off, write into the entity, or refuse (230099). */
  patchEntityMessage: "detach" | "merge" | "refuse";
  /** Must PATCH find `update_multi: true` written out in the old and the new card? Otherwise leaving it out is fine. */
  patchNeedsUpdateMulti: boolean;
  /** First add-element call after streaming ran out: 200510, as its page lists, or success. */
  addElementAfterTimeout: "refuse" | "ok";
  /** Are mentions of unknown people refused (100290): in all card writes, only in whole cards, or not at all? */
  checkMentions: "all" | "card" | "off";
  /** Are image keys that were never uploaded refused (200570): in all card writes, only in whole cards, or not at all? */
  checkImages: "all" | "card" | "off";
  /** Elements added less than this many milliseconds ago are not found yet (300313). */
  elementVisibleAfterMs: number;
  /** Streaming ends with a full update that does not say `streaming_mode: true`. */
  fullUpdateEndsStreaming: boolean;
  /** May a card without `config.update_multi: true` be created? */
  updateMultiRequired: boolean;
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
  /** Keep every applied text of every element, for tests. */
  keepHistory: boolean;
}

/** What a card with Markdown tables was seen to hold. @see larksuite/openclaw-lark `src/card/card-error.ts` ("4+ fails", March 2026) */
const MEASURED_TABLES = 3;

export const DEFAULT_SETTINGS: Readonly<Settings> = Object.freeze({
  authHttpStatus: 400,
  failedCallsConsumeSequence: true,
  checkFirst: "sequence",
  cardUuidMs: 3_600_000,
  cardUuidReplay: "refuse",
  imUuidReplay: "same",
  apiPerSecond: API_PER_SECOND,
  apiPerMinute: API_PER_MINUTE,
  cardLimitWhileStreaming: true,
  cardLimitCode: 230020,
  limitWindow: "sliding",
  cardMaxBytes: CARD_BYTES,
  entityMaxBytes: CARD_BYTES,
  maxTablesPerCard: MEASURED_TABLES,
  maxTablesPerElement: ELEMENT_TABLES,
  secondSendSubCode: SUB_CODES.catchAll,
  patchEntityMessage: "detach",
  patchNeedsUpdateMulti: true,
  addElementAfterTimeout: "refuse",
  checkMentions: "all",
  checkImages: "all",
  elementVisibleAfterMs: 0,
  fullUpdateEndsStreaming: true,
  updateMultiRequired: false,
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
  keepHistory: false,
} satisfies Settings);
