import type { RemoteStreamsLimits, RemoteStreamsOptions } from "../../../src/feed/index.ts";
import type { Language } from "../../../src/plugin-sdk/index.ts";

/** How streams are bounded; each has a default. */
export interface StreamLimits {
  /** Milliseconds without a call until a stream is closed with the text it has. @defaultValue 300,000 */
  readonly idleMs?: number | undefined;
  /** Streams open at once. @defaultValue 50 */
  readonly maxOpen?: number | undefined;
  /** Characters (UTF-16 code units) of one stream. @defaultValue 300,000 */
  readonly maxChars?: number | undefined;
}

/** Ended streams that are remembered, so that closing again answers the same. */
const REMEMBERED = 200;

/** The bounds of the streams of a model's tools. */
export const toRemoteLimits = (limits: StreamLimits = {}): RemoteStreamsLimits => ({
  idleMs: limits.idleMs ?? 300_000,
  maxOpen: limits.maxOpen ?? 50,
  maxChars: limits.maxChars ?? 300_000,
  keepMs: Infinity,
  maxKept: REMEMBERED,
});

const NOTES: Readonly<Record<Language, { silence: string; shutdown: string }>> = {
  en: { silence: "⚠️ Incomplete: nothing more came", shutdown: "⚠️ Interrupted: the service was stopped" },
  zh: { silence: "⚠️ 未完整：长时间没有后续内容", shutdown: "⚠️ 已中断：服务被停止" },
};

/** What a card says whose stream nobody closed. */
export const toEndNotes = (language: Language): Pick<RemoteStreamsOptions, "silence" | "shutdown"> => ({
  silence: { code: "idle-timeout", message: NOTES[language].silence },
  shutdown: { code: "interrupted", message: NOTES[language].shutdown },
});
