/** What a card must not carry as it is: remote images, and mentions of people nobody vouches for. Both make Feishu refuse the whole card. */
const RISKY = /!\[|<(?:at|person)\b/u;
const FENCE = /^ {0,3}(?:[-*+>] *|\d{1,9}[.)] +)*(`{3,}|~{3,})/u;
const MENTION_ID = /^<(?:at|person)\s[^<>]*?\bids?\s*=\s*["']?([\w,@.-]+)["']?[^<>]*>/u;

/**
 * Makes an assistant's Markdown safe for a Feishu card: an image with anything but an image key becomes a link, a mention of an id
 * that is not in `mentionable` loses its power and is shown as written. Code is left alone. Growing text stays growing: what this
 * gives for a text begins with what it gave for its beginning, but for an image key or a mention that turns out to be good.
 * @see https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-json-v2-components/content-components/rich-text (images by key; 230099 with 100290 for unknown people, 200570 for bad keys)
 */
export function toFeishuMarkdown(text: string, mentionable: ReadonlySet<string>): string {
  if (!RISKY.test(text)) return text;
  let fence: string | undefined;
  return text
    .split("\n")
    .map((line) => {
      const mark = FENCE.exec(line)?.[1];
      if (fence !== undefined) {
        if (mark !== undefined && mark.startsWith(fence) && line.trim() === mark) fence = undefined;
        return line;
      }
      fence = mark;
      return mark === undefined ? safeLine(line, mentionable) : line;
    })
    .join("\n");
}

/** A line outside fences; code spans in it are left alone. */
function safeLine(line: string, mentionable: ReadonlySet<string>): string {
  if (!RISKY.test(line)) return line;
  let safe = "";
  for (let at = 0; at < line.length;) {
    const rest = line.slice(at);
    const code = /^(`+)(?!`)[\s\S]*?[^`]\1(?!`)/u.exec(rest)?.[0];
    if (code !== undefined) {
      safe += code;
      at += code.length;
    } else if (rest.startsWith("![") && !/^!\[[^\]]*\]\(img_/u.test(rest)) {
      at += 1;
    } else if (/^<(?:at|person)\b/u.test(rest) && !isGoodMention(rest, mentionable)) {
      safe += "&lt;";
      at += 1;
    } else {
      safe += line[at];
      at += 1;
    }
  }
  return safe;
}

function isGoodMention(rest: string, mentionable: ReadonlySet<string>): boolean {
  const ids = MENTION_ID.exec(rest)?.[1];
  return ids !== undefined && ids.split(",").every((id) => mentionable.has(id));
}
