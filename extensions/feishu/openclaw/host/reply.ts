import type { HostValue } from "./values.ts";

/** One message for the reader, as the host hands it over. */
export interface ReplyPayload {
  text?: string;
  mediaUrl?: string;
  mediaUrls?: string[];
  replyToId?: string;
  audioAsVoice?: boolean;
  isError?: boolean;
  isReasoning?: boolean;
  isCommentary?: boolean;
  isStatusNotice?: boolean;
  isCompactionNotice?: boolean;
  isFallbackNotice?: boolean;
  presentation?: Presentation;
  /** `text` is only the plain rendering of the presentation. */
  presentationTextMode?: "fallback";
  channelData?: Record<string, unknown>;
}

/** A message described without saying how it looks; see the host's "Message presentation" page. */
export interface Presentation {
  title?: string;
  tone?: "neutral" | "info" | "success" | "warning" | "danger";
  blocks: PresentationBlock[];
}

/** One block of a presentation. Blocks of other types (charts) reach us as text, because we do not claim to draw them. */
export type PresentationBlock = { type: string } & Record<string, unknown>;

/** `tool` and `block` come while the turn runs, `final` at its end. */
export interface DeliveryInfo {
  readonly kind: "tool" | "block" | "final";
  readonly assistantMessageIndex?: number;
}

/** What the host may know about a delivery. */
export interface DeliveryOutcome {
  visibleReplySent: boolean;
  messageIds?: string[];
  content?: string;
}

/** What a progress callback answers: true when the reader sees it. */
export type Progress = boolean | void;

/** The host's callbacks while a turn runs, as far as this plugin listens. */
export interface ReplyOptions {
  abortSignal: AbortSignal;
  disableBlockStreaming: boolean;
  suppressDefaultToolProgressMessages: boolean;
  onModelSelected?: HostValue;
  onVerboseProgressVisibility(isActive: () => boolean): void;
  onAgentRunStart(runId: string): void;
  onAgentRunTerminalOutcome(outcome: "completed" | "failed"): void;
  onAssistantMessageStart(): Progress;
  onPartialReply(payload: { text?: string }): Progress;
  onReasoningStream(payload: { text?: string; requiresReasoningProgressOptIn?: boolean }): Progress;
  onReasoningEnd(): Progress;
  onToolStart(payload: { toolCallId?: string; itemId?: string; name?: string; phase?: string }): Progress;
  onItemEvent(payload: ItemEvent): Progress;
  onCommandOutput(payload: {
    toolCallId?: string;
    itemId?: string;
    phase?: string;
    status?: string;
    exitCode?: number | null;
    output?: string;
    name?: string;
    title?: string;
  }): Progress;
  onPlanUpdate(payload: { title?: string; explanation?: string; steps?: PlanStep[] }): Progress;
  onCompactionStart(): Progress;
  onCompactionEnd(): Progress;
}

/** Progress of one item of a turn: a tool call, or commentary before one. */
export interface ItemEvent {
  itemId?: string;
  toolCallId?: string;
  kind?: string;
  title?: string;
  name?: string;
  phase?: string;
  status?: string;
  summary?: string;
  progressText?: string;
  hideFromChannelProgress?: boolean;
  suppressChannelProgress?: boolean;
}

/** One step of the agent's plan. */
export interface PlanStep {
  step: string;
  status: string;
}
