const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/u;
const DELIMITER = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/u;
const QUOTE = /^(?: {0,3}> ?)+/u;

/** Lines of a Markdown text that are not inside fenced code; a fence still open at the end (a text being streamed) hides the rest. */
function linesOutsideFences(text: string): string[] {
  const lines: string[] = [];
  let fence: string | undefined;
  for (const raw of text.split("\n")) {
    const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    const match = FENCE.exec(line.replace(QUOTE, ""));
    const mark = match?.[1];
    if (fence !== undefined) {
      const closes =
        mark !== undefined && mark[0] === fence[0] && mark.length >= fence.length && match?.[2]?.trim() === "";
      if (closes) fence = undefined;
      continue;
    }
    // A backtick fence whose info string holds a backtick is inline code (CommonMark 0.31, fenced code blocks).
    if (mark !== undefined && !(mark[0] === "`" && match?.[2]?.includes("`") === true)) {
      fence = mark;
      continue;
    }
    lines.push(line);
  }
  return lines;
}

function cells(row: string): number {
  const inner = row.trim().replace(/\\\|/gu, "").replace(/^\|/u, "").replace(/\|$/u, "");
  return inner.split("|").length;
}

/**
 * Pipe tables in a Markdown text: a row, then a delimiter row with as many cells. Tables inside fenced code do not count.
 * @see web:rich-text; GFM 0.29 section 4.10
 */
export function countTables(text: string): number {
  if (!text.includes("|")) return 0;
  let count = 0;
  let above = "";
  for (const raw of linesOutsideFences(text)) {
    const line = raw.replace(QUOTE, "");
    if (line.includes("|") && DELIMITER.test(line) && above.includes("|") && cells(above) === cells(line)) {
      count += 1;
      above = "";
    } else {
      above = line;
    }
  }
  return count;
}

function outsideCode(text: string): string {
  return linesOutsideFences(text)
    .join("\n")
    .replace(/(`+)[^`]*?\1(?!`)/gu, "");
}

// Below, texts are walked with indexOf: expressions that look ahead for a closing mark take minutes on a hostile text.

/** Insides of `<at …>` and `<person …>`. */
function mentionTags(text: string): string[] {
  const tags: string[] = [];
  for (let at = text.indexOf("<"); at !== -1; at = text.indexOf("<", at + 1)) {
    if (!/^<(?:at|person)\s/u.test(text.slice(at, at + 8))) continue;
    const end = text.indexOf(">", at);
    if (end === -1) break;
    tags.push(text.slice(at, end));
    at = end;
  }
  return tags;
}

/** Ids that a Markdown text mentions: `id`, each of `ids`, `email` of `<at>` and `<person>`. Code is left out. */
export function mentionedIds(text: string): string[] {
  if (!text.includes("<at") && !text.includes("<person")) return [];
  const ids: string[] = [];
  for (const tag of mentionTags(outsideCode(text))) {
    for (const attribute of tag.matchAll(/\b(id|ids|email)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gu)) {
      const value = attribute[2] ?? attribute[3] ?? attribute[4] ?? "";
      for (const id of attribute[1] === "ids" ? value.split(",") : [value]) ids.push(id.trim().replace(/\/$/u, ""));
    }
  }
  return ids;
}

/** Image keys (or addresses) that a Markdown text shows. Code is left out. */
export function shownImages(text: string): string[] {
  if (!text.includes("![")) return [];
  const shown = outsideCode(text);
  const keys: string[] = [];
  for (let at = shown.indexOf("!["); at !== -1; at = shown.indexOf("![", at)) {
    const label = shown.indexOf("]", at);
    if (label === -1) break;
    at = label + 1;
    if (shown[at] !== "(") continue;
    const end = shown.indexOf(")", at);
    if (end === -1) break;
    keys.push(/^\S*/u.exec(shown.slice(at + 1, end).trimStart())?.[0] ?? "");
    at = end + 1;
  }
  return keys;
}
