import type { ToolUpdate } from "../../../../src/stream/index.ts";
import { shortened } from "../../../../src/text/index.ts";
import type { ItemEvent } from "../host/index.ts";

/** A change of a tool call, as one of the host's callbacks tells it. */
export interface ToolChange {
  readonly name?: string | undefined;
  readonly state?: ToolUpdate["state"] | undefined;
  readonly detail?: string | undefined;
}

/** The tool calls of one turn. Several callbacks of the host tell of the same call, in any order and more than once. */
export class ToolLines {
  readonly #tools = new Map<string, ToolUpdate>();

  /** Whether a call has not ended. */
  get running(): boolean {
    return [...this.#tools.values()].some(({ state }) => state === "running");
  }

  /** The call as it is now. A late "running" (the host repeats its updates) does not reopen a finished call; the first name stays. */
  change(id: string, change: ToolChange): ToolUpdate {
    const before = this.#tools.get(id);
    const finished = before !== undefined && before.state !== "running";
    const update: ToolUpdate = {
      id,
      name: before === undefined || before.name === id ? (change.name ?? id) : before.name,
      state: finished && change.state === "running" ? before.state : (change.state ?? before?.state ?? "running"),
      detail: change.detail ?? before?.detail,
    };
    this.#tools.set(id, update);
    return update;
  }
}

/** What an item event says about a tool call; undefined when it is about something else or not to be shown. */
export function readItem(event: ItemEvent): ToolChange | undefined {
  if (event.kind !== "tool" || event.hideFromChannelProgress === true || event.suppressChannelProgress === true)
    return undefined;
  const failed = event.status === "failed" || event.status === "error";
  return { name: event.title ?? event.name, state: event.phase !== "end" ? "running" : failed ? "failed" : "done" };
}

/** The end of a command's output, as the detail of its line. */
export function lastLine(output: string | undefined): string | undefined {
  const line = output?.trimEnd().split("\n").at(-1);
  return line === undefined ? undefined : shortened(line, 120);
}
