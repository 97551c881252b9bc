/** What becomes of a link's address: only the web is linked to, and only by an address that nothing could cut short. */

const WEB = /^https?:\/\/[^\s/?#]/iu;
const ESCAPED: Readonly<Record<string, string>> = {
  " ": "%20",
  '"': "%22",
  "(": "%28",
  ")": "%29",
  "<": "%3C",
  ">": "%3E",
  "[": "%5B",
  "\\": "%5C",
  "]": "%5D",
  "`": "%60",
  "|": "%7C",
};

/** Whether an address leads to the web, and nowhere else. */
export const isWebAddress = (href: string): boolean => WEB.test(href.trim());

/**
 * The address as it stands in a link of Feishu's, or undefined when it must not or cannot be a link there: scripts, private schemes,
 * paths of files.
 * @see https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-json-v2-components/content-components/rich-text (links: http and https only)
 */
export function webAddress(href: string): string | undefined {
  const address = href.trim();
  if (!WEB.test(address)) return undefined;
  return withoutEntities(address.replace(/[\s"()<>[\\\]`|]/gu, (char) => ESCAPED[char] ?? "%20"));
}

/** The text with its `&` written so that none of them begins an entity. */
export const withoutEntities = (text: string): string => text.replace(/&(?=#?[0-9a-z]{1,31};)/giu, "&amp;");

/** An address as people see it where it is no link: of a file that stands in the address itself only what it is. */
export const shownAddress = (href: string): string => href.replace(/^(data:[^;,]{0,80})[;,].*$/isu, "$1…");
