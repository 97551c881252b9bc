import type { CoalesceConfig, FeishuAccountConfig } from "./schema.ts";

/** What `channels.feishu.streaming` comes down to. */
export interface StreamingConfig {
  /**
   * `live`: the reply appears in a card while it is written. `final`: one message when it is complete.
   */
  readonly mode: "live" | "final";
  /**
   * Who feeds the card: completed blocks (`true`), the host's running text (`false`), or whatever
   * `agents.defaults.blockStreamingDefault` says (`undefined`).
   */
  readonly blocks: boolean | undefined;
  /** How messages that are not cards are cut. */
  readonly chunkMode: "length" | "newline";
  readonly coalesce: CoalesceConfig | undefined;
}

/**
 * Reads every shape the setting ever had. `true` and `"partial"` stream; `false` and `"off"` do not; `"block"` streams completed
 * blocks; `"progress"` streams too (the card's status line shows the progress). The host's own readers ignore booleans and
 * strings, so this never asks them. `renderMode: "raw"` means plain text, which cannot stream.
 * @defaultValue streaming is on when nothing is set
 */
export function resolveStreamingConfig(
  config: Pick<
    FeishuAccountConfig,
    "streaming" | "blockStreaming" | "blockStreamingCoalesce" | "chunkMode" | "renderMode"
  >,
): StreamingConfig {
  const setting = config.streaming;
  const object = typeof setting === "object" ? setting : undefined;
  const mode =
    typeof setting === "boolean"
      ? setting
        ? "partial"
        : "off"
      : (object?.mode ?? (typeof setting === "string" ? setting : "partial"));
  return {
    mode: mode === "off" || config.renderMode === "raw" ? "final" : "live",
    blocks: object?.block?.enabled ?? config.blockStreaming ?? (mode === "block" ? true : undefined),
    chunkMode: object?.chunkMode ?? config.chunkMode ?? "length",
    coalesce: object?.block?.coalesce ?? config.blockStreamingCoalesce,
  };
}
