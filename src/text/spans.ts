import { runLength } from "./line-head.ts";

/**
 * Inline markup that must not be cut: `end` is where it is over, `stray` that what begins here is ordinary text up to `end`,
 * `open` that it has neither ended nor been disproved by the end of what may be looked at.
 */
export type Span = { readonly kind: "whole" | "stray"; readonly end: number } | { readonly kind: "open" };

/**
 * Longest spans that are kept whole (UTF-16 units); a longer one is taken for a stray opening mark. Close to a card's end a span
 * cannot be shown before it is complete, so these also bound how early that begins to matter.
 */
const CODE_MAX = 512;
const STRONG_MAX = 256;
const TAG_MAX = 512;
const LABEL_MAX = 256;
const LINK_MAX = 1_280;
/** The longest of them. */
export const SPAN_MAX: number = LINK_MAX;

const OPEN: Span = { kind: "open" };
const TAG = /^<(?:https?:|mailto:|tel:|\/?[a-zA-Z][a-zA-Z0-9_-]*(?=[\s/>]))/u;
const PAIRED = /^<(at|a|font|person|local_datetime|text_tag|raw|link|number_tag)(?=[\s>])/u;
const TAG_NAME_MAX = 24;

/** How long the span may become that begins with `unit`. */
export function spanMax(unit: number): number {
  if (unit === 0x5b || unit === 0x21) return LINK_MAX;
  return unit === 0x60 ? CODE_MAX : unit === 0x3c ? TAG_MAX : STRONG_MAX;
}

/** What ends a search: the line's end (nothing can follow) or the end of what may be looked at. */
interface Reach {
  readonly text: string;
  readonly end: number;
  /** `end` is the line's end. */
  readonly complete: boolean;
}

const stray = (end: number): Span => ({ kind: "stray", end });
const whole = (end: number): Span => ({ kind: "whole", end });

/** What a search that met `end` without finding anything means. */
function unfinished(reach: Reach, start: number, max: number, strayEnd: number): Span {
  return reach.complete || reach.end - start > max ? stray(strayEnd) : OPEN;
}

function codeSpan(reach: Reach, at: number): Span {
  const { text, end } = reach;
  const run = runLength(text, at, end);
  const ticks = text.slice(at, at + run);
  const last = Math.min(end, at + CODE_MAX);
  for (let i = text.indexOf(ticks, at + run); i >= 0 && i + run <= last; i = text.indexOf(ticks, i)) {
    const length = runLength(text, i, end);
    if (length === run) return i + run < end || reach.complete ? whole(i + run) : OPEN;
    i += length;
  }
  return unfinished(reach, at, CODE_MAX, at + run);
}

function strongSpan(reach: Reach, at: number): Span {
  const { text, end } = reach;
  const unit = text.charCodeAt(at);
  const run = runLength(text, at, end);
  if (at + run >= end) return reach.complete ? stray(at + run) : OPEN;
  if (run < 2 || /\s/u.test(text.charAt(at + run))) return stray(at + run);
  if (unit === 0x5f && at > 0 && /[\p{L}\p{N}]/u.test(text.charAt(at - 1))) return stray(at + run);
  const mark = text.slice(at, at + 2);
  const last = Math.min(end, at + STRONG_MAX);
  for (let i = text.indexOf(mark, at + run + 1); i >= 0 && i < last; i = text.indexOf(mark, i)) {
    const close = i + runLength(text, i, end);
    if (!/\s/u.test(text.charAt(i - 1))) return close < end || reach.complete ? whole(close) : OPEN;
    i = close;
  }
  return unfinished(reach, at, STRONG_MAX, at + run);
}

/** Index after the bracket that closes the one at `at`; -1 when there is none, or -2 when the search met its end. */
function closing(reach: Reach, at: number, close: number, max: number): number {
  const { text, end } = reach;
  const open = text.charCodeAt(at);
  let depth = 0;
  const last = Math.min(end, at + max);
  for (let i = at; i < last; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x5c) i++;
    else if (unit === open) depth++;
    else if (unit === close && --depth === 0) return i + 1;
  }
  return last === end && !reach.complete ? -2 : -1;
}

/** `[label](target)`, `[label][reference]`, and with `at` at the `!` the same as an image. */
function linkSpan(reach: Reach, at: number): Span {
  const { text, end } = reach;
  const bracket = text.charCodeAt(at) === 0x21 ? at + 1 : at;
  const label = closing(reach, bracket, 0x5d, LABEL_MAX);
  if (label === -2) return OPEN;
  if (label === -1) return stray(bracket + 1);
  if (label >= end) return reach.complete ? stray(bracket + 1) : OPEN;
  const next = text.charCodeAt(label);
  if (next !== 0x28 && next !== 0x5b) return stray(bracket + 1);
  const target = closing(reach, label, next === 0x28 ? 0x29 : 0x5d, LINK_MAX - LABEL_MAX);
  if (target === -2) return OPEN;
  return target === -1 ? stray(bracket + 1) : whole(target);
}

/** A tag or autolink; one of Feishu's paired tags with everything up to its end tag. */
function tagSpan(reach: Reach, at: number): Span {
  const { text, end } = reach;
  const start = text.slice(at, Math.min(end, at + TAG_NAME_MAX + 2));
  if (!TAG.test(start)) {
    const growing = at + start.length >= end && !reach.complete && /^<\/?[a-zA-Z0-9_:-]*$/u.test(start);
    return growing && start.length <= TAG_NAME_MAX ? OPEN : stray(at + 1);
  }
  let over = text.indexOf(">", at);
  if (over < 0 || over >= end) over = -1;
  if (over < 0 || over - at > TAG_MAX) return over < 0 ? unfinished(reach, at, TAG_MAX, at + 1) : stray(at + 1);
  const name = PAIRED.exec(start)?.[1];
  if (name === undefined || text.charAt(over - 1) === "/") return whole(over + 1);
  const endTag = `</${name}>`;
  const close = text.indexOf(endTag, over);
  const last = Math.min(end, at + TAG_MAX);
  if (close >= 0 && close + endTag.length <= last) return whole(close + endTag.length);
  return reach.complete || end - at > TAG_MAX ? whole(over + 1) : OPEN;
}

/**
 * The span that begins at `at`, or undefined when no markup begins there. Nothing at or after `end` is looked at;
 * `complete` says that the line ends at `end`, so that nothing can close there any more (spans do not go over line ends here).
 */
export function spanAt(text: string, at: number, end: number, complete: boolean): Span | undefined {
  const reach = { text, end, complete };
  switch (text.charCodeAt(at)) {
    case 0x5c: // Backslash: an escape is one thing.
      if (at + 1 >= end) return complete ? stray(at + 1) : OPEN;
      return /[!-/:-@[-`{-~]/u.test(text.charAt(at + 1)) ? whole(at + 2) : stray(at + 1);
    case 0x60:
      return codeSpan(reach, at);
    case 0x5b:
      return linkSpan(reach, at);
    case 0x21:
      if (at + 1 >= end && !complete) return OPEN;
      return text.charCodeAt(at + 1) === 0x5b ? linkSpan(reach, at) : stray(at + 1);
    case 0x3c:
      return tagSpan(reach, at);
    case 0x2a:
    case 0x5f:
    case 0x7e:
      return strongSpan(reach, at);
    default:
      return undefined;
  }
}
