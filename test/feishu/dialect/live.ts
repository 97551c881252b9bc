import { Parser } from "commonmark";

/** Tags that do something but change how words look. */
const ACTS = /<\s*(at|person|link|raw|button|img|image|audio|form|input|select)\b[^>]*>/giu;
const WEB = /^https?:\/\//iu;

/**
 * What would act in Markdown that Feishu reads: mentions, pictures by an address, links to anything but the web. Read by the
 * reference implementation of CommonMark, which has no part in writing it.
 */
export function liveIn(markdown: string): string[] {
  const found: string[] = [];
  const walker = new Parser().parse(markdown).walker();
  for (let step = walker.next(); step !== null; step = walker.next()) {
    const { node, entering } = step;
    if (!entering) continue;
    if (node.type === "html_inline" || node.type === "html_block") {
      for (const [tag] of (node.literal ?? "").matchAll(ACTS)) found.push(tag);
    } else if (node.type === "image") found.push(`image ${node.destination ?? ""}`);
    else if (node.type === "link" && !WEB.test(node.destination ?? "")) found.push(`link ${node.destination ?? ""}`);
    else if (node.type === "code" || node.type === "code_block") {
      for (const [tag] of (node.literal ?? "").matchAll(/<\/?(?:at|person)\b[^>]*>/giu)) found.push(`code ${tag}`);
    }
  }
  return found;
}

/** What would mention people in a text message, or link to anything but the web. */
export function mentionsIn(text: string): string[] {
  const mentions = text.match(/<\/?(?:at|person)\b[^>]*>/giu) ?? [];
  const links = [...text.matchAll(/\]\((?!https?:\/\/)[^)\s]/giu)].map(([link]) => link);
  return [...mentions, ...links];
}
