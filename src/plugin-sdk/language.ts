/** The languages that everything a person reads is written in. */
export type Language = "en" | "zh";

/** One sentence in both languages. */
export type Localized = Readonly<Record<Language, string>>;

const HAN = /\p{Script=Han}/u;
/** Scripts that are written together with Han characters, but not in Chinese. */
const NOT_CHINESE = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/**
 * The language to answer `text` in: Chinese as soon as one Han character occurs in it (unless it is Japanese or Korean that has
 * some), `fallback` when it holds no letters at all (a number, an emoji), else English.
 */
export function detectLanguage(text: string, fallback: Language): Language {
  if (HAN.test(text) && !NOT_CHINESE.test(text)) return "zh";
  return /\p{L}/u.test(text) ? "en" : fallback;
}

/** The language of a POSIX locale such as `zh_CN.UTF-8` (as in `LC_ALL`, `LANG`); English for anything that is not Chinese. */
export const languageOfLocale = (locale: string | undefined): Language =>
  /^zh(?:[_.@-]|$)/iu.test(locale ?? "") ? "zh" : "en";
