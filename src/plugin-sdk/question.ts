import type { ReplyStream } from "../stream/index.ts";
import type { InboundMessage } from "./inbound.ts";
import type { QuestionQueue, QuestionQueueOptions } from "./question-queue.ts";

/** A question on its way through the order of its conversation. */
export interface ChannelQuestion {
  readonly message: InboundMessage;
  /** Asked instead of what the message says. @defaultValue what the message says */
  readonly question?: string | undefined;
  /** The answer goes on with the one before it. @defaultValue false */
  readonly continues?: boolean | undefined;
  /** The answer that another process began, to be gone on with. */
  readonly begun?: { readonly turnId: string; readonly reply: ReplyStream } | undefined;
}

/** What a host does with the questions that its channels keep in order. */
export interface QuestionHandler extends Pick<QuestionQueueOptions<ChannelQuestion>, "take" | "answer" | "refuse"> {
  settled(question: ChannelQuestion, left: boolean): void;
  /** The account is being closed: what is being answered ends now. */
  interrupt(): void;
}

/** The questions of one account, one after the other in each conversation. */
export type ChannelQuestions = Pick<QuestionQueue<ChannelQuestion>, "ask" | "beside" | "waiting" | "drop" | "idle">;
