export { countFeedback } from "./count-feedback.ts";
export { observeReply } from "./observe-reply.ts";
export type { ObserveOptions } from "./observe-reply.ts";
export { ReplyStats } from "./reply-stats.ts";
export { METRICS } from "./names.ts";
export type { MetricName, MetricRow } from "./names.ts";
