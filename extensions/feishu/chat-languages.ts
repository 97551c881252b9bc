import { LRUCache } from "lru-cache";
import { detectLanguage } from "../../src/plugin-sdk/index.ts";
import type { Language } from "../../src/plugin-sdk/index.ts";
import type { FeishuDomain } from "./client/index.ts";

/** What {@link ChatLanguages} go by. */
export interface ChatLanguagesOptions {
  /** A language for every chat. @defaultValue `auto`: the one that was spoken there last */
  readonly language?: Language | "auto" | undefined;
  /** In a chat where nothing was said yet Lark speaks English, everything else Chinese. */
  readonly domain?: FeishuDomain | undefined;
}

/** Chats whose language is remembered; the one silent for longest is forgotten first. */
const MAX_CHATS = 2_000;

/** The language of a bot's own words, by chat. */
export class ChatLanguages {
  readonly #fixed: Language | undefined;
  readonly #fallback: Language;
  readonly #heard = new LRUCache<string, Language>({ max: MAX_CHATS });

  constructor({ language = "auto", domain }: ChatLanguagesOptions) {
    this.#fixed = language === "auto" ? undefined : language;
    this.#fallback = domain === "lark" ? "en" : "zh";
  }

  /** The language to speak in a chat. */
  in(chatId: string): Language {
    return this.#fixed ?? this.#heard.get(chatId) ?? this.#fallback;
  }

  /** Notes what was said in a chat. @returns the language to answer it in */
  hear(chatId: string, text: string): Language {
    if (this.#fixed !== undefined) return this.#fixed;
    const spoken = detectLanguage(text, this.in(chatId));
    this.#heard.set(chatId, spoken);
    return spoken;
  }
}
