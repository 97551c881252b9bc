/**
 * Numbers that Feishu sets, each with its page. The emulator states its own; a test compares the two.
 * Character counts are UTF-16 code units, sizes are bytes of UTF-8.
 */
export const FEISHU_LIMITS = {
  /** `card_id`, `element_id`: 1–20 characters (CardKit v1, every card and element page). */
  idMaxChars: 20,
  /** `content` of a streamed element: 1–100,000 characters (CardKit v1, card-element/content). */
  contentMaxChars: 100_000,
  /** `data` of card create: 1–3,000,000 characters (CardKit v1, card/create). */
  createDataMaxChars: 3_000_000,
  /** `card.data`, `actions`, `elements`, `element`, `partial_element`: ≤1,000,000 characters (CardKit v1, card/update, card/batch_update, card-element/create, update, patch). */
  updateDataMaxChars: 1_000_000,
  /** `settings`: ≤100,000 characters (CardKit v1, card/settings). */
  settingsMaxChars: 100_000,
  /** `uuid` on CardKit calls: 1–64 characters (CardKit v1, every write). */
  cardUuidMaxChars: 64,
  /** `uuid` on message send and reply: ≤50 characters (im-v1/message/create, reply). */
  messageUuidMaxChars: 50,
  /** `sequence`: int32, from 1 (CardKit v1, every write; 0 is refused with 300317). */
  sequenceMin: 1,
  sequenceMax: 2_147_483_647,
  /** Card and post messages: ≤30 KB of request body (im-v1/message/create). */
  cardMaxBytes: 30_720,
  /** Text messages: ≤150 KB of request body (im-v1/message/create). */
  textMaxBytes: 153_600,
  /** Elements and components per card, `plain_text` objects included (CardKit v1, 300305). */
  cardMaxElements: 200,
  /** `table` components per card (card JSON 2.0, table). */
  cardMaxTables: 5,
  /** Calls per card entity and second, all card and element APIs together (streaming updates overview, June 2025). */
  cardWritesPerSecond: 10,
  /** Calls per API, app and tenant (every CardKit and IM page). */
  apiPerSecond: 50,
  apiPerMinute: 1_000,
  /** Messages to one user per second; to one group per second, shared by all its bots (im-v1/message/create). */
  chatPerSecond: 5,
  /** Patches of one message per second (im-v1/message-card/patch). */
  patchPerSecond: 5,
  /** A card can be patched and written for 14 days (im-v1/message-card/patch, CardKit v1 card/create). */
  cardLifetimeMs: 1_209_600_000,
  /** Streaming mode ends by itself this long after it was last enabled (streaming updates overview). */
  streamingWindowMs: 600_000,
  /** Edits of one text or post message (im-v1/message/update, 230072). */
  messageMaxEdits: 20,
  /** The same send `uuid` succeeds at most once within this time (im-v1/message/create). */
  messageUuidWindowMs: 3_600_000,
  /** A tenant token is renewed from this much life on; older ones stay valid (tenant_access_token_internal). */
  tokenRenewBeforeMs: 1_800_000,
  /** Uploads: images ≤10 MB, files ≤30 MB (im-v1/image/create, im-v1/file/create). */
  imageMaxBytes: 10_485_760,
  fileMaxBytes: 31_457_280,
  /** Page size of message lists: 1–50 (im-v1/message/list). */
  messagePageMax: 50,
  /** Events, card actions and callbacks have to be answered within 3 s (event subscription guide). */
  answerWithinMs: 3_000,
} as const;
