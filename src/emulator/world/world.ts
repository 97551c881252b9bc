/**
 * How this Feishu works where Feishu's documents and what was seen of it leave a question open. Each field is one question;
 * {@link WORLD_QUESTIONS} lists the answers it can have, the default and the source. A client that keeps its promise keeps it
 * in every world. Mutable: a change counts from the next call on.
 */
export interface World {
  /**
   * `PATCH /im/v1/messages/:id` on a message that was sent by `card_id`. `noop`: code 0, nothing changes. `replace`: the
   * message shows the new card for good and the entity is no longer seen. `replaceUntilNextCardKitCall`: the entity is back
   * with its next CardKit write. `refuse`: 230099.
   */
  patchEntityMessage: "noop" | "replace" | "replaceUntilNextCardKitCall" | "refuse";
  /** The same on a message that was sent as card JSON and then given a card id by `id_convert`. `noopAfterCardKitCall`: code 0 and nothing changes once CardKit wrote to it. */
  patchConvertedMessage: "works" | "noopAfterCardKitCall";
  /** How old, in milliseconds, an entity must be before it can be sent; until then 230099 with 11310 `cardid is invalid`. */
  sendableAfterMs: number;
  /** How old, in milliseconds, a message must be before `id_convert` knows its card; until then 200740. */
  convertibleAfterMs: number;
  /** Elements added less than this many milliseconds ago are not found yet (300313). */
  elementVisibleAfterMs: number;
  /** More than ten CardKit calls in a second on a card that streams: allowed, or refused with this code. A card that does not stream is always limited (230020 where this says `free`). */
  cardLimitWhileStreaming: "free" | 230020 | 99991400;
  /** Several streaming cards in one chat. `limited`: more than 13 CardKit calls in a second on all of them together get HTTP 429 with 99991400. */
  streamingCardsInChat: "free" | "limited";
  /** Sending an entity a second time: 230099 with 11310, with another sub-code, or accepted as a second message that shows the same card. */
  secondSend: 11310 | "other" | "accepted";
  /** A CardKit `uuid` that was used on the card before: 200770, code 0 without doing anything, or the write is applied again. */
  cardUuidReplay: 200770 | "ok" | "appliedAgain";
  /** How long, in milliseconds, a CardKit `uuid` is remembered. */
  cardUuidMs: number;
  /** Does a CardKit call that fails after its `sequence` was accepted use it up? */
  failedCallConsumesSequence: boolean;
  /** Which of `sequence` (300317) and `uuid` is looked at first. */
  checkFirst: "sequence" | "uuid";
  /** The largest card, UTF-8 bytes of its JSON; 200860 on CardKit, 230025 on messages. */
  cardBytes: number;
  /** Markdown tables a card may hold, over all elements and panels; 230099 with 11310. `table` components are counted apart: five, as documented. */
  cardTables: number;
  /** CardKit's code for a card JSON with a property that it does not know, in create and full update. */
  unknownProperty: 200220 | 200621;
  /** A message `uuid` that was used before: the first message again, or 230049. */
  imUuidReplay: "same" | 230049;
  /** Does a full update that does not say `streaming_mode: true` end streaming? */
  fullUpdateEndsStreaming: boolean;
  /** First add-element call after streaming ran out: 200510, as its page lists, or applied. */
  addElementAfterTimeout: 200510 | "ok";
  /** Must a card entity say `config.update_multi: true`? */
  updateMultiRequired: boolean;
  /** What `card_msg_content_type=user_card_content` brings: the card JSON, or `{"user_dsl": "…"}` around it as a string. */
  userCardContent: "card" | "userDsl";
  /** Limits count the time back from the call (`sliding`), or whole seconds and minutes of the clock (`fixed`). */
  limitWindow: "sliding" | "fixed";
}

/** One thing that is not known about Feishu. */
export interface WorldQuestion<V extends string | number | boolean> {
  /** Answers worth trying. A question whose type is `number` takes any other whole number from 0 on as well. */
  readonly values: readonly V[];
  readonly fallback: V;
  /** May the answer be a number that is not among `values`? */
  readonly anyNumber?: true;
  /** Where the question comes from: a documentation page, or public code and issues. */
  readonly source: string;
}
