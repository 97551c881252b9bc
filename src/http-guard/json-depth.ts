/** Deeper than any card or request of ours, and far from what exhausts the stack of whoever walks it. */
const MAX_DEPTH = 100;

/** Whether JSON text nests deeper than programs that walk it can take. Reads each character once. */
export function isTooDeep(json: string, maxDepth: number = MAX_DEPTH): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < json.length; at++) {
    const char = json[at];
    if (inString) {
      if (char === "\\") at++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === "[" || char === "{") {
      depth++;
      if (depth > maxDepth) return true;
    } else if (char === "]" || char === "}") depth--;
  }
  return false;
}
