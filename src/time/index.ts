export type { CancelTimer, Clock } from "./clock.ts";
export { createSystemClock } from "./system-clock.ts";
export { sleep } from "./sleep.ts";
export { DeadlineError, withDeadline } from "./deadline.ts";
export { abortable } from "./abortable.ts";
