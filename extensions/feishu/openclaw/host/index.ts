/**
 * The parts of the host that this plugin uses, written down narrowly so that it type-checks without the host being installed.
 * `test/openclaw/sdk-types.test.ts` compiles the plugin against the declarations of the host version that is tested: the host's
 * own types must be assignable to these.
 *
 * @see `openclaw/plugin-sdk/*.d.ts` of openclaw 2026.9.6
 * @module
 */
export type {
  ContextRequest,
  HistoryEntry,
  InboundMedia,
  InboundMediaFact,
  IngressDecision,
  IngressRequest,
  IngressIdentity,
} from "./inbound.ts";
export type {
  DeliveryInfo,
  DeliveryOutcome,
  ItemEvent,
  PlanStep,
  Presentation,
  PresentationBlock,
  ReplyOptions,
  ReplyPayload,
} from "./reply.ts";
export type { HostRuntime, LoadedMedia } from "./runtime.ts";
export type { BotLoopLimits, TurnPlan } from "./turn.ts";
export type { AgentRoute, HostConfig, HostValue, PeerKind } from "./values.ts";
