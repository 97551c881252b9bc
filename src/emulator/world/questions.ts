import type { World, WorldQuestion } from "./world.ts";

/** Every open question with its answers. A fuzzer draws a world by drawing one of `values` for each. */
export const WORLD_QUESTIONS: { readonly [K in keyof World]: WorldQuestion<World[K]> } = {
  patchEntityMessage: {
    values: ["noop", "replace", "replaceUntilNextCardKitCall", "refuse"],
    fallback: "noop",
    source: "chenhg5/cc-connect PR 1204 (a silent no-op); larksuite/openclaw-lark avoids the call",
  },
  patchConvertedMessage: {
    values: ["works", "noopAfterCardKitCall"],
    fallback: "works",
    source: "no source; the same question as for entity messages",
  },
  sendableAfterMs: {
    values: [0, 500, 2000],
    fallback: 0,
    anyNumber: true,
    source:
      "zarazhangrui/lark-coding-agent-bridge#163, Cheerwhy/hermes-lark-streaming#88: clients retry after 400 and 800 ms",
  },
  convertibleAfterMs: {
    values: [0, 500],
    fallback: 0,
    anyNumber: true,
    source: "public clients retry a passing 200740 right after the card was sent",
  },
  elementVisibleAfterMs: {
    values: [0, 150],
    fallback: 0,
    anyNumber: true,
    source: "Cheerwhy/hermes-lark-streaming#98: a passing 300313 for elements just added",
  },
  cardLimitWhileStreaming: {
    values: [230020, "free", 99991400],
    fallback: 230020,
    source:
      "web:streaming-overview says both: 10 calls a second per card, and no frequency limit while streaming; codes from larksuite/openclaw-lark and docs:api-call-guide",
  },
  streamingCardsInChat: {
    values: ["free", "limited"],
    fallback: "free",
    source: "one report of HTTP 429 at about 13 calls a second per chat",
  },
  secondSend: {
    values: [11310, "other", "accepted"],
    fallback: 11310,
    source: "docs:cardkit-v1/card/create: one send per entity, the code is not said",
  },
  cardUuidReplay: {
    values: [200770, "ok", "appliedAgain"],
    fallback: 200770,
    source: "docs:cardkit-v1: takes effect once, 200770 is the conflict; what a replay gets is not said",
  },
  cardUuidMs: {
    values: [3_600_000, 60_000],
    fallback: 3_600_000,
    anyNumber: true,
    source: "docs:cardkit-v1 gives no window; an hour is the one of messages",
  },
  failedCallConsumesSequence: {
    values: [true, false],
    fallback: true,
    source: "wzj998/ChatCCC#191, #198",
  },
  checkFirst: { values: ["sequence", "uuid"], fallback: "sequence", source: "docs:cardkit-v1 gives no order" },
  cardBytes: {
    values: [150 * 1024, 100 * 1024, 30 * 1024],
    fallback: 150 * 1024,
    anyNumber: true,
    source:
      "picsky/dsh-pocket-console, hermes-fry-cards: 148 KB accepted, 150 KB refused; docs:im-v1/faq: 100 KB, 30 KB recommended",
  },
  cardTables: {
    values: [5, 3],
    fallback: 5,
    anyNumber: true,
    source:
      "larksuite/openclaw-lark#46, #436, baileyh8/hermes-feishu-streaming-card#10: five; openclaw-lark caps at three",
  },
  unknownProperty: {
    values: [200220, 200621],
    fallback: 200220,
    source: "docs:cardkit-v1/card/create (200220); 200621 is what messages answer",
  },
  imUuidReplay: {
    values: ["same", 230049],
    fallback: "same",
    source: "docs:im-v1/message/create: succeeds at most once within an hour; the answer is not said",
  },
  fullUpdateEndsStreaming: {
    values: [true, false],
    fallback: true,
    source: "config.streaming_mode defaults to false; public clients say it in the last full update",
  },
  addElementAfterTimeout: {
    values: [200510, "ok"],
    fallback: 200510,
    source: "docs:cardkit-v1/card-element/create lists 200510",
  },
  updateMultiRequired: {
    values: [false, true],
    fallback: false,
    source: "openclaw/openclaw#68049, one report; the documents say it may be left out",
  },
  userCardContent: {
    values: ["card", "userDsl"],
    fallback: "card",
    source: "docs:im-v1/message/get-message; public code meets both forms",
  },
  limitWindow: { values: ["sliding", "fixed"], fallback: "sliding", source: "docs:api-call-guide does not say" },
};

/** The world as it most likely is. */
export function defaultWorld(): World {
  // Every key of World is a key of the table, with a fallback of its type.
  return Object.fromEntries(
    Object.entries(WORLD_QUESTIONS).map(([name, { fallback }]) => [name, fallback]),
  ) as unknown as World;
}
