import { t } from "../i18n.js";

/** What a refused or odd call means, in plain words (docs/en/reference/platform.md). */

const EXPLAINED = new Set([
  10002, 11310, 200220, 200610, 200740, 200750, 200770, 200810, 200850, 200860, 230001, 230002, 230011, 230020, 230025,
  230031, 230072, 230099, 300301, 300302, 300303, 300305, 300307, 300309, 300310, 300311, 300312, 300313, 300317,
  99991400, 99991661, 99991663, 99991671, 99991672,
]);

/**
 * @param {any} entry a call of the timeline
 * @param {number | undefined} lastSequence the largest sequence seen on the same card before this call
 * @returns {string | undefined}
 */
export function warningOf(entry, lastSequence) {
  const parts = [];
  if (entry.outcome === "lost") parts.push(t("warnLost"));
  if (entry.outcome === "reset") parts.push(t("warnReset"));
  if (entry.outcome === "hung") parts.push(t("warnHung"));
  if (entry.code === 300317 && entry.sequence !== undefined) {
    parts.push(
      lastSequence === undefined ? t("code300317") : t("warnSequence", { got: entry.sequence, last: lastSequence }),
    );
  } else if (EXPLAINED.has(entry.code)) parts.push(t(/** @type {any} */ (`code${entry.code}`)));
  if (entry.fault !== undefined) parts.push(t("warnFault", { effect: faultInWords(entry.fault) }));
  if (parts.length === 0 && entry.warning) parts.push(translated(entry.warning));
  return parts.length === 0 ? undefined : parts.join(" ");
}

/** What each kind of injected fault is called. @type {Record<string, any>} */
const FAULTS = {
  latency: "effect_latency",
  code: "faultCode",
  http: "faultHttp",
  reset: "effect_reset",
  lost: "effect_lost",
  late: "effect_late",
  hang: "effect_hang",
  truncated: "effect_truncated",
  "token-expired": "effect_tokenExpired",
  "streaming-closed": "effect_streamingClosed",
};

/** @param {string} fault kinds, joined by + */
function faultInWords(fault) {
  return fault
    .split("+")
    .map((kind) => (Object.hasOwn(FAULTS, kind) ? t(FAULTS[kind]) : kind))
    .join(" + ");
}

/** The largest accepted sequence on each card before each call. @param {any[]} entries @returns {(number | undefined)[]} */
export function lastSequences(entries) {
  /** @type {Map<string, number>} */
  const last = new Map();
  return entries.map((entry) => {
    if (entry.cardId === undefined || entry.sequence === undefined) return undefined;
    const before = last.get(entry.cardId);
    if (entry.code === 0) last.set(entry.cardId, Math.max(before ?? 0, entry.sequence));
    return before;
  });
}

/** The emulator's own remarks are English; these are the ones every author meets. @param {string} warning */
function translated(warning) {
  const [, from, to] = /^the text shrank from (\d+) to (\d+)/u.exec(warning) ?? [];
  if (from !== undefined && to !== undefined) return t("warnShrank", { from, to });
  if (warning.startsWith("the new text does not start")) return t("repaintedWhy");
  if (warning.startsWith("code 0, and nothing changed")) return t("warnNoop");
  const [, bytes] = /^the card has (\d+) bytes; Feishu recommends/u.exec(warning) ?? [];
  if (bytes !== undefined) return t("warnLarge", { bytes });
  if (warning.startsWith("the app has no long connection")) return t("warnNobody");
  return warning;
}
