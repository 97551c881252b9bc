/** Longest name that is shown; Feishu's own are shorter. */
const MAX_NAME = 80;

/** A display name on one line: people may put line breaks and marks that turn the writing direction into theirs. */
export function toDisplayName(name: string): string {
  const line = name
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u200E\u200F\u061C\u202A-\u202E\u2066-\u2069]+/gu, " ")
    .replaceAll(/\s+/gu, " ")
    .trim();
  return Array.from(line).slice(0, MAX_NAME).join("");
}

/**
 * What somebody is called whose name is not known: short, and the same every time. A bare id would say nothing to a reader, and cost
 * a model two dozen tokens.
 */
export function toPersonLabel(id: string, type: "user" | "bot" = "user"): string {
  const tail = id.replaceAll(/[^\dA-Za-z]/gu, "").slice(-6);
  return tail === "" ? `unknown ${type}` : `${type}-${tail.toLowerCase()}`;
}
