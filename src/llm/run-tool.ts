import { withDeadline } from "../time/index.ts";
import type { Clock } from "../time/index.ts";
import type { Tool } from "./tool.ts";

/** How long a tool may take unless it is told otherwise, in milliseconds. */
export const TOOL_TIMEOUT_MS = 120_000;

/**
 * Runs a tool under a deadline; the caller is released in time even when the tool ignores its signal.
 * @throws the tool's own error, an error that names the time, or the signal's reason as soon as it aborts.
 */
export async function runTool(
  clock: Clock,
  tool: Tool,
  input: unknown,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<unknown> {
  try {
    return await withDeadline(
      clock,
      timeoutMs,
      `tool ${tool.name}`,
      (signal) => tool.execute(input, { signal }),
      signal,
    );
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Error) throw error;
    throw new Error(`tool ${tool.name} failed: ${String(error)}`, { cause: error });
  }
}
