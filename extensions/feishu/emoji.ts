/**
 * Emoji that people and models write, by Feishu's names. Names differ in their case, which Feishu minds and people do not.
 * @see https://open.feishu.cn/document/server-docs/im-v1/message-reaction/emojis-introduce
 */
const CHARACTERS: Readonly<Record<string, string>> = {
  "👍": "THUMBSUP",
  "👎": "ThumbsDown",
  "👌": "OK",
  "❤": "HEART",
  "💔": "HEARTBROKEN",
  "🎉": "PARTY",
  "👏": "CLAP",
  "🙏": "THANKS",
  "💪": "MUSCLE",
  "🔥": "Fire",
  "😄": "SMILE",
  "😊": "BLUSH",
  "😂": "LAUGH",
  "🤣": "LOL",
  "😍": "LOVE",
  "😉": "WINK",
  "😮": "WOW",
  "😢": "CRY",
  "😭": "SOB",
  "😡": "ANGRY",
  "😅": "SWEAT",
  "🤦": "FACEPALM",
  "🤷": "Shrug",
  "🤗": "HUG",
  "👋": "WAVE",
  "🌹": "ROSE",
  "🎂": "CAKE",
  "🎁": "GIFT",
  "🍺": "BEER",
  "☕": "Coffee",
  "🏆": "Trophy",
  "📌": "Pin",
  "⏰": "Alarm",
  "✅": "DONE",
  "✔": "CheckMark",
  "❌": "CrossMark",
  "➖": "MinusOne",
  "💯": "Hundred",
  "👀": "GLANCE",
  "🤔": "THINKING",
  "⏳": "OneSecond",
  "💩": "POOP",
  "💣": "BOMB",
  "🎵": "Music",
};

/** What other products call them. */
const ALIASES: Readonly<Record<string, string>> = {
  "+1": "THUMBSUP",
  thumbs_up: "THUMBSUP",
  "-1": "ThumbsDown",
  thumbs_down: "ThumbsDown",
  tada: "PARTY",
  eyes: "GLANCE",
  white_check_mark: "DONE",
  check: "CheckMark",
  x: "CrossMark",
  "100": "Hundred",
  pray: "THANKS",
  joy: "LAUGH",
  love: "LOVE",
  wait: "OneSecond",
};

/** Names that are not all in capitals, besides those above. */
const MIXED = [
  ..."EatingFood MeMeMe Sigh Typing Lemon Get OnIt OneSecond YouAreTheBest RoarForYou Drumstick Pepper BubbleTea Yes No".split(
    " ",
  ),
  ..."Loudspeaker XmasTree Snowman Soccer Basketball Pumpkin GoGoGo ThanksFace SaluteFace".split(" "),
];

const BY_LOWER_CASE: ReadonlyMap<string, string> = new Map(
  [...Object.values(CHARACTERS), ...MIXED].map((name) => [name.toLowerCase(), name]),
);

const own = (names: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(names, name) ? names[name] : undefined;

/** Feishu's name of an emoji character or of a name in whatever case; a name that is not known here is left to Feishu to judge. */
export function toEmojiType(emoji: string): string {
  const bare = emoji
    .replace(/\u{FE0F}|\p{Emoji_Modifier}/gu, "")
    .trim()
    .replace(/^:(.+):$/u, "$1");
  const lower = bare.toLowerCase();
  const known = own(CHARACTERS, bare) ?? own(ALIASES, lower) ?? BY_LOWER_CASE.get(lower);
  if (known !== undefined) return known;
  return /^[a-z]+$/u.test(bare) ? bare.toUpperCase() : bare;
}

const CHARACTER_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(CHARACTERS).map(([character, type]) => [type, character]),
);

/** The character of one of Feishu's emoji; undefined where there is none. */
export function toEmojiCharacter(type: string): string | undefined {
  return CHARACTER_OF.get(type);
}
