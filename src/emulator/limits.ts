/**
 * Feishu's numbers, as read for the emulator. The client states its own; a test compares the two.
 * @see Feishu Open Platform, server API (mirror of 24 May 2026) and card JSON 2.0 pages (June 2025)
 */

/** Each API, per app and tenant: calls in one second and in one minute. @see docs:cardkit-v1, docs:im-v1, "Rate limits" of each page */
export const API_PER_SECOND = 50;
/** @see the same pages */
export const API_PER_MINUTE = 1000;
/** All card and element APIs together, per card entity. @see web:streaming-overview */
export const CARD_PER_SECOND = 10;
/** To one chat, shared by all bots in it; to one user; and PATCH on one message. @see docs:im-v1/message/create, docs:im-v1/message-card/patch */
export const CHAT_PER_SECOND = 5;
/** CardKit calls on the streaming cards of one chat together, in a world that limits them. One report. */
export const CHAT_STREAM_PER_SECOND = 13;
/** Streaming mode ends this long after it was last enabled. @see web:streaming-overview */
export const STREAMING_MS = 600_000;
/** A card entity can be used this long. @see docs:cardkit-v1/card/create */
export const ENTITY_MS: number = 14 * 86_400_000;
/** A message can be patched this long. @see docs:im-v1/message-card/patch (230031) */
export const PATCH_MS: number = 14 * 86_400_000;
/** Card JSON that Feishu recommends to stay within, bytes of UTF-8. What is refused is `world.cardBytes`. @see docs:im-v1/message/create, docs:im-v1/faq */
export const RECOMMENDED_CARD_BYTES: number = 30 * 1024;
/** `content` of a post, bytes of UTF-8. @see docs:im-v1/message/create */
export const POST_BYTES: number = 30 * 1024;
/** A card of a delayed update, bytes of UTF-8, before its own code (100000). @see docs:im-v1/message-card/uMDO1YjLzgTN24yM4UjN */
export const DELAYED_CARD_BYTES: number = 100 * 1024;
/** The body of a text message request. @see docs:im-v1/message/create */
export const TEXT_REQUEST_BYTES: number = 150 * 1024;
/** `content` of a streaming text update, UTF-16 units. @see docs:cardkit-v1/card-element/content */
export const CONTENT_CHARS = 100_000;
/** `data` on create. @see docs:cardkit-v1/card/create */
export const CREATE_DATA_CHARS = 3_000_000;
/** `card.data`, `actions`, `elements`, `element`, `partial_element`. @see docs:cardkit-v1 */
export const DATA_CHARS = 1_000_000;
/** `settings`. @see docs:cardkit-v1/card/settings */
export const SETTINGS_CHARS = 100_000;
/** Components in a card, text objects included. @see web:card-json-v2-structure (300305) */
export const CARD_COMPONENTS = 200;
/** `table` components in a card. @see web:table */
export const CARD_TABLES = 5;
/** Containers inside containers. @see web:collapsible-panel */
export const NESTING_LEVELS = 5;
/** `uuid` on CardKit, characters. @see docs:cardkit-v1 */
export const CARDKIT_UUID_CHARS = 64;
/** `uuid` on messages, characters. @see docs:im-v1/message/create */
export const IM_UUID_CHARS = 50;
/** The same message `uuid` succeeds once within this time. @see docs:im-v1/message/create */
export const IM_UUID_MS = 3_600_000;
/** Largest `sequence` (int32). @see docs:cardkit-v1 */
export const SEQUENCE_MAX = 2_147_483_647;
/** Edits of one message. @see docs:im-v1/message/update (230072) */
export const MESSAGE_EDITS = 20;
/** Life of a tenant token, seconds, and how much of it must be left for the same one to be handed out again. @see docs:authentication-management */
export const TOKEN_SECONDS = 7200;
/** @see the same page */
export const TOKEN_REUSE_SECONDS = 1800;
/** Life of an ISV app token, seconds. @see docs:authentication-management/access-token/app_access_token */
export const ISV_TOKEN_SECONDS = 7140;
/** Image upload. @see docs:im-v1/image/create */
export const IMAGE_BYTES: number = 10 * 1024 * 1024;
/** File upload. @see docs:im-v1/file/create */
export const FILE_BYTES: number = 30 * 1024 * 1024;
/** Pixels of a side of an avatar. @see docs:im-v1/image/create */
export const AVATAR_PIXELS = 4096;
/** Pixels of a side: GIF, and all other images. @see docs:im-v1/image/create */
export const GIF_PIXELS = 2000;
/** @see the same page */
export const IMAGE_PIXELS = 12_000;
/** Time to answer an event or a card action. @see docs:event-subscription-guide, docs:cardkit-v1/card-callback-communication */
export const CALLBACK_MS = 3000;
/** Waits before an unanswered event is sent again. @see docs:event-subscription-guide */
export const EVENT_RETRY_MS: readonly number[] = [15_000, 300_000, 3_600_000, 21_600_000];
/** Time to echo the challenge of a webhook. @see docs:event-subscription-guide */
export const CHALLENGE_MS = 1000;
/** The token of a card action: life and uses. @see docs:im-v1/message-card/uMDO1YjLzgTN24yM4UjN */
export const ACTION_TOKEN_MS = 1_800_000;
/** @see the same page */
export const ACTION_TOKEN_USES = 2;
/** Long connections of one app. @see docs:event-subscription-guide */
export const LONG_CONNECTIONS = 50;
