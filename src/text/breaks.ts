import { BlockState, fenceMax } from "./block-state.ts";
import { breakAt } from "./characters.ts";
import { isGraphemeBoundary } from "./graphemes.ts";
import { isFenceRun } from "./line-head.ts";
import { LineSpans } from "./spans.ts";
import { lineAt } from "./structure.ts";

/** A place where text may be broken, and how good it is. After a fence is as good as after a paragraph; `code` is inside one. */
export interface TextBreak {
  /** Index of the first unit after the break. */
  readonly at: number;
  readonly kind: "paragraph" | "newline" | "sentence" | "word" | "code";
}

/**
 * The places where `source` may be broken above `from` and up to `limit`, in order; nothing inside inline markup. A break is given
 * only once no longer text could take it back, so one more unit after it is there.
 * @param from units at the start (a carried prefix) that only set the scene.
 */
export function* breaksIn(source: string, from: number, limit: number): Generator<TextBreak, void, void> {
  // A carriage return at the end is half of a line break, which says nothing yet.
  const text = source.endsWith("\r") ? source.slice(0, -1) : source;
  const state = new BlockState(fenceMax(limit));
  for (let at = 0; at < text.length && at <= limit;) {
    const line = lineAt(text, at);
    const inFence = state.fence !== undefined;
    const wasOver = state.blank || state.kind === "fence-close";
    state.advance(text, at, line.end);
    if (at > from && state.kind !== "blank") {
      if (!inFence) yield { at, kind: wasOver ? "paragraph" : "newline" };
      else if (state.fence !== undefined) yield { at, kind: "code" };
    }
    const isText = state.kind === "text" || state.kind === "row" || state.kind === "heading";
    if (isText && !isFenceRun(text, state.textAt, line.end)) {
      yield* breaksInLine(
        text,
        Math.max(state.textAt, from),
        Math.min(line.end, limit),
        line.broken && line.end <= limit,
      );
    }
    at = line.next;
  }
}

function* breaksInLine(text: string, from: number, end: number, complete: boolean): Generator<TextBreak, void, void> {
  const spans = new LineSpans(text, from, end, complete);
  for (let at = from; at < end;) {
    const span = spans.at(at);
    if (span?.kind === "open") return;
    at = span?.end ?? at + 1;
    if (at >= text.length || at > end) return;
    const kind = breakAt(text, at, from);
    if (kind !== undefined && isGraphemeBoundary(text, at)) yield { at, kind };
  }
}
