/**
 * What nobody outside Feishu knows for certain, as settings: a way in which Feishu may turn out to work. Whatever a reply is promised
 * holds in every combination. The marks and sources are those of docs/en/reference/platform.md.
 */
export interface World {
  /** What an IM patch does to a message that shows a card entity. `noop`: code 0, nothing changes. */
  readonly patchOnEntity: "noop" | "replace" | "replaceUntilNextCardKitCall" | "refuse";
  /** What an IM patch does to an inline card after `id_convert`. */
  readonly patchAfterConvert: "works" | "noopOnceCardKitWrote";
  /** Milliseconds after its creation for which an entity cannot be sent (230099, ErrCode 11310). */
  readonly sendableAfterMs: number;
  /** Milliseconds after its sending for which an inline card cannot be converted or written (200740). */
  readonly convertibleAfterMs: number;
  /** Milliseconds after its adding for which an element is not found (300313). */
  readonly elementAfterMs: number;
  /** What answers more than ten writes per second to one card that streams. */
  readonly cardRate: "free" | "230020" | "99991400";
  /** `thirteen`: all streaming cards of one chat share about 13 writes per second, then HTTP 429. */
  readonly chatRate: "free" | "thirteen";
  /** What sending an entity again does. */
  readonly secondSend: "11310" | "other" | "accepted";
  /** What a CardKit write with a `uuid` that was applied before gets. `again`: nobody looks at the uuid. */
  readonly uuidReplay: "ok" | "200770" | "again";
  readonly failedCallTakesSequence: boolean;
  /** Largest card, bytes of JSON. */
  readonly cardBytes: number;
  /** Most tables on a card. */
  readonly tables: number;
  /** Code for a property that card JSON 2.0 does not know. */
  readonly unknownProperty: 200_220 | 200_621;
  /** Whether the `streaming_mode` of a whole-card update counts. */
  readonly putDecidesStreaming: boolean;
  /** In which form `user_card_content` arrives. */
  readonly readBack: "card" | "userDsl";
  /** How the gateway counts its 50 a second and 1,000 a minute. */
  readonly limitWindow: "sliding" | "fixed";
}

/** What is thought most likely. */
export const DEFAULT_WORLD: World = {
  patchOnEntity: "noop",
  patchAfterConvert: "works",
  sendableAfterMs: 0,
  convertibleAfterMs: 0,
  elementAfterMs: 0,
  cardRate: "230020",
  chatRate: "free",
  secondSend: "11310",
  uuidReplay: "200770",
  failedCallTakesSequence: true,
  cardBytes: 150 * 1024,
  tables: 5,
  unknownProperty: 200_621,
  putDecidesStreaming: true,
  readBack: "card",
  limitWindow: "sliding",
};

/** Every value of every question, the likely one first. */
export const WORLD_VALUES: { readonly [K in keyof World]: readonly World[K][] } = {
  patchOnEntity: ["noop", "replace", "replaceUntilNextCardKitCall", "refuse"],
  patchAfterConvert: ["works", "noopOnceCardKitWrote"],
  sendableAfterMs: [0, 500, 2_000],
  convertibleAfterMs: [0, 500],
  elementAfterMs: [0, 300],
  cardRate: ["230020", "free", "99991400"],
  chatRate: ["free", "thirteen"],
  secondSend: ["11310", "other", "accepted"],
  uuidReplay: ["200770", "ok", "again"],
  failedCallTakesSequence: [true, false],
  cardBytes: [150 * 1024, 100 * 1024, 30 * 1024],
  tables: [5, 3],
  unknownProperty: [200_621, 200_220],
  putDecidesStreaming: [true, false],
  readBack: ["card", "userDsl"],
  limitWindow: ["sliding", "fixed"],
};
