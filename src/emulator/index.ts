export { createEmulator } from "./create.ts";
export type { EmulatorOptions } from "./create.ts";
export { StateFileError } from "./state-error.ts";
export { startEmulator } from "./server.ts";
export type { StartOptions } from "./server.ts";
export type { Emulator } from "./handle.ts";
export type { App, Webhook } from "./store/apps.ts";
export type { AppSeed } from "./seed.ts";
export type { Effect, FaultRule, FaultView, Milliseconds } from "./faults/index.ts";
export type { Fetch } from "./fetch.ts";
export type { FeedEvent, TextEvent } from "./feed.ts";
export type { Settings } from "./settings.ts";
export type { CallOutcome, TimelineEntry } from "./timeline.ts";
export type { UserMessage } from "./as-user.ts";
export type { Click, ClickResult } from "./inbound/card-action.ts";
export { UserActionError } from "./as-user.ts";
export type { VisibleMessage } from "./visible-texts.ts";
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
} from "./view.ts";
