import markdownIt from "/page/vendor/markdown-it.js";
import { feishuTags } from "./inline-tags.js";

/**
 * Markdown as Feishu reads it, not as its author may have meant it: where Feishu swallows or misreads something, so does this
 * page, so that a bot's mistake is seen here and not first in the client. Facts: docs/en/reference/platform.md, and the pages
 * `rich-text` (cards) and `create_json` (posts) of Feishu's documents.
 */

const WEB_LINK = /^https?:\/\//iu;
const IMAGE_KEY = /^[\w-]+$/u;

/** Does a line begin here, with nothing before it? @param {any} state @param {number} line */
function atLineStart(state, line) {
  const from = state.bMarks[line] + state.tShift[line];
  return from === 0 || state.src.charCodeAt(from - 1) === 0x0a;
}

/** Lets a block rule work only where `fits` says so. @param {any} parser @param {string} name @param {(state: any, line: number) => boolean} fits */
function only(parser, name, fits) {
  const { ruler } = parser.block;
  // The parser gives its own rules out by no other way.
  const { fn, alt } = ruler.__rules__[ruler.__find__(name)];
  ruler.at(
    name,
    (/** @type {any} */ state, /** @type {number} */ start, /** @type {number} */ end, /** @type {boolean} */ silent) =>
      fits(state, start) && fn(state, start, end, silent),
    { alt },
  );
}

/** @param {any} state @param {number} line */
function beginsWithPipe(state, line) {
  return state.src.charCodeAt(state.bMarks[line] + state.tShift[line]) === 0x7c;
}

/** A parser with what cards and posts have in common. */
function common() {
  // Tags that Feishu does not know are swallowed (`html_inline` is drawn as nothing); blocks of HTML are no blocks.
  const parser = markdownIt({ html: true, linkify: false, typographer: false, breaks: false });
  parser.disable(["html_block"]);
  // A fence begins at the start of a line: indented, in a list or in a quote it is no fence.
  only(parser, "fence", atLineStart);
  // Links go to the web only. An image is a key from the upload API, which the parser must let through.
  parser.validateLink = (/** @type {string} */ url) => WEB_LINK.test(url) || IMAGE_KEY.test(url);
  return parser;
}

const cards = common();
cards.use(feishuTags);
// Seen to be misread: quotes inside list items, tables without a pipe at the start of the line.
only(cards, "blockquote", (state) => state.parentType !== "list");
only(cards, "table", beginsWithPipe);

const posts = common();
posts.use(feishuTags);
// `md` of a post knows no headings, no tables and no pictures.
posts.disable(["heading", "lheading", "table", "image"]);

export const PARSERS = { card: cards, post: posts };
