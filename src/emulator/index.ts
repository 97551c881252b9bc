import "../runtime/index.ts";
export { createEmulator } from "./create.ts";
export type { EmulatorOptions } from "./create.ts";
export { StateFileError } from "./state/error.ts";
export { startEmulator } from "./server.ts";
export type { StartOptions } from "./server.ts";
export type { Emulator } from "./handle.ts";
export type { App, Webhook } from "./store/apps.ts";
export type { AppSeed } from "./state/seed.ts";
export type { Effect, FaultRule, FaultView, Milliseconds } from "./faults/index.ts";
export type { Fetch } from "./api/fetch.ts";
export { decodeFrame, frameHeader } from "./inbound/frame.ts";
export type { FeedEvent, TextEvent } from "./state/feed.ts";
export type { Settings } from "./state/settings.ts";
export { WORLD_QUESTIONS, defaultWorld, parseWorld, worldSchema } from "./world/index.ts";
export type { World, WorldQuestion } from "./world/index.ts";
export type { CallOutcome, TimelineEntry } from "./state/timeline.ts";
export type { AnswersWanted } from "./answers.ts";
export type { UserMessage } from "./as-user.ts";
export type { Click, ClickResult } from "./inbound/card-action.ts";
export { UserActionError } from "./as-user.ts";
export type { VisibleMessage } from "./views/visible-texts.ts";
export type { VisiblePart } from "./card/visible.ts";
export type { Print } from "./card/print.ts";
export type {
  AppView,
  CardView,
  ChatView,
  ConnectionView,
  MessageView,
  MeterView,
  ReactionView,
  TopicView,
  UserView,
} from "./views/shapes.ts";
