import type { Operation, Step, Way } from "./surface.ts";

const OPEN_TIMEOUT_MS = 10_000;
export const TEXT_TIMEOUT_MS = 5_000;
/** A whole card, or its end. */
export const CLOSE_TIMEOUT_MS = 8_000;

/** Nothing until something new is wanted. */
export const IDLE: Step = { do: "wait", until: Infinity };

export function call(
  kind: Operation["kind"],
  ways: readonly Way[],
  rest: Pick<Operation, "priority" | "timeoutMs">,
): Step {
  return { do: "call", operation: { kind, ways, ...rest } };
}

/** The call that makes a card visible, or that has to come before. */
export function opening(way: Way): Step {
  return call("open", [way], { priority: "first", timeoutMs: OPEN_TIMEOUT_MS });
}

/** The call that ends a card, by the first of the ways that is free. */
export function closing(...ways: Way[]): Step {
  return call("close", ways, { priority: "first", timeoutMs: CLOSE_TIMEOUT_MS });
}
