/** Answers that mean "say nothing"; the host removes them, but its running text may show their beginning. */
const SILENT = ["NO_REPLY", "HEARTBEAT_OK"];

/** True while `text` could still turn out to be one of the host's silent answers. */
export function mayBeSilent(text: string): boolean {
  const trimmed = text.trim();
  return trimmed !== "" && SILENT.some((token) => token.startsWith(trimmed));
}
