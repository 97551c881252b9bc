import { createHmac, randomBytes } from "node:crypto";
import { isSecretField, SECRET_MARK } from "./secrets.ts";
import type { SeenSecrets } from "./secrets.ts";
import { FIELD_NAMES, FIELD_VALUES, ID_FIELDS, JSON_FIELDS, NUMBER_FIELDS } from "./vocabulary.ts";

/** `om_…`, `ou_…`, `cli_…`, `img_v3_…`: a prefix and something that nobody would type. */
const ID = /^(ou|on|oc|om|omt|cli|img_v\d|file_v\d|omr|obj|u|c|r)_([A-Za-z0-9_-]{6,})$/u;

/** What of a text makes a difference to Feishu and says nothing: tags, the schemes of links, placeholders of mentions. */
const STRUCTURE =
  /<\/?(?:at|person|font|br|hr|a|link|text_tag|number_tag|local_datetime|raw)\b|\b(?:user_)?ids?=|https?:\/\/|@_(?:user_\d{1,3}|all)\b|\bid=all\b/gu;

const DIGITS = "0123456789";
const HEX = "0123456789abcdef";
const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
/** Longest id, without its prefix, for which two aliases could be the same by chance. */
const SHORT = 12;

const ONE = /\p{M}|\p{Cf}|\p{P}|\p{S}|\s/u;

/** Characters of a text replaced by others of the same kind and length, one by one, so that a prefix stays a prefix. */
function maskChars(text: string): string {
  let result = "";
  for (const char of text) {
    if (/[a-z]/u.test(char)) result += "x";
    else if (/[A-Z]/u.test(char)) result += "X";
    else if (/\p{Nd}/u.test(char) && char.length === 1 && char < "\u0080") result += "0";
    else if (char.length === 1 && ONE.test(char)) result += char;
    else if (char.length === 2) result += "\u{1f642}";
    else result += char < "\u0800" ? "\u00e9" : "\u5b57";
  }
  return result;
}

/** The text's shape: its Markdown, tags and line breaks stand, its words do not. Length in UTF-16 units and bytes is kept. */
export function maskText(text: string): string {
  let result = "";
  let at = 0;
  for (const match of text.matchAll(STRUCTURE)) {
    result += maskChars(text.slice(at, match.index)) + match[0];
    at = match.index + match[0].length;
  }
  return result + maskChars(text.slice(at));
}

/** Words of Feishu's own error texts that decide what an error is. */
const ERROR_FACTS =
  /ErrCode: \d+|inner code: \d+|\bCode \d{3,5}\b|cardid is invalid|card table number over limit|element exceeds the limit|card action is lock|sequence number compare failed|streaming mode is closed|card streaming timeout|card over max size|Duplicate ID|not find elementID|min len is \d+|form's name is required|create universal card fail|request trigger frequency limit|body is nil|success|ok/giu;

/** An error text with what decides, and the shape of the rest: it may quote what was sent. */
function maskErrorText(text: string): string {
  let result = "";
  let at = 0;
  for (const match of text.matchAll(ERROR_FACTS)) {
    result += maskText(text.slice(at, match.index)) + match[0];
    at = match.index + match[0].length;
  }
  return result + maskText(text.slice(at));
}

/** How a recording is written down. */
export interface MaskOptions {
  readonly secrets: SeenSecrets;
  /** Keep texts and ids as they are; secrets are blotted out all the same. @defaultValue false */
  readonly keepTexts?: boolean | undefined;
  /** Makes the aliases of ids; the same key makes the same ones. @defaultValue random */
  readonly key?: Uint8Array | undefined;
}

/**
 * Takes out of a value what must not be written down: secrets always, and, unless texts are kept, every text, id and number
 * that is no word of the API. Ids become the same alias everywhere in one recording, of the same prefix and length.
 */
export class Masker {
  readonly #secrets: SeenSecrets;
  readonly #keep: boolean;
  readonly #key: Uint8Array;
  /** Aliases of short ids: few are possible, so those given are remembered. */
  readonly #short = new Map<string, string>();
  readonly #taken = new Set<string>();

  constructor(options: MaskOptions) {
    this.#secrets = options.secrets;
    this.#keep = options.keepTexts === true;
    this.#key = options.key ?? randomBytes(32);
  }

  get keepsTexts(): boolean {
    return this.#keep;
  }

  /** A JSON value as it may be written down. `field`: the name that it stands under. */
  value(value: unknown, field = ""): unknown {
    if (typeof value === "string") return this.#string(value, field);
    if (typeof value === "number") return this.#number(value, field);
    if (Array.isArray(value)) return value.map((item) => this.value(item, field));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => {
        const name = this.#name(key);
        if (isSecretField(key) && (typeof item === "string" || typeof item === "number")) return [name, SECRET_MARK];
        return [name, this.value(item, key)];
      }),
    );
  }

  /** A path: words of the API stand, everything else is an id. */
  path(path: string): string {
    return path
      .split("/")
      .map((part) => (part === "" || FIELD_VALUES.has(part) || /^v\d$/u.test(part) ? part : this.id(part)))
      .join("/");
  }

  /** An id's alias: prefix and length stand, the rest is drawn from the recording's key; no two ids share one. */
  id(id: string): string {
    if (this.#keep) return this.#secrets.blot(id);
    if (id === "" || FIELD_VALUES.has(id)) return id;
    const match = ID.exec(id);
    const prefix = match === null ? "" : `${match[1]}_`;
    const rest = id.slice(prefix.length);
    // By chance alone two long aliases are never the same.
    if (rest.length > SHORT) return prefix + this.#draw(rest, rest.length, id);
    let alias = this.#short.get(id);
    for (let attempt = 0; alias === undefined; attempt++) {
      // Where those of its length are used up, a longer one has to do.
      const drawn = prefix + this.#draw(rest, rest.length + Math.floor(attempt / 50), `${id}\n${attempt}`);
      if (drawn !== id && !this.#taken.has(drawn) && !FIELD_VALUES.has(drawn)) alias = drawn;
    }
    this.#short.set(id, alias);
    this.#taken.add(alias);
    return alias;
  }

  /** As many characters of the kind that an id has, drawn from the key and what is given. */
  #draw(like: string, length: number, from: string): string {
    const digest = createHmac("sha256", this.#key).update(from).digest();
    const drawn = (alphabet: string): string =>
      Array.from({ length }, (_, i) => alphabet[(digest[i % digest.length] ?? 0) % alphabet.length]).join("");
    // Digits stay digits, as card ids need it, and no zero leads: such an id would be shorter as a number.
    if (/^\d+$/u.test(like)) return length > SHORT ? `7${drawn(DIGITS).slice(1)}` : drawn(DIGITS).replace(/^0/u, "7");
    const alphabet = length > SHORT ? HEX : LETTERS;
    // An element id must begin with a letter.
    const first = /^[A-Za-z]/u.test(like) ? alphabet.replaceAll(/\d/gu, "") : alphabet;
    return drawn(first).slice(0, 1) + drawn(alphabet).slice(1);
  }

  #name(key: string): string {
    if (this.#keep) return this.#secrets.blot(key);
    if (FIELD_NAMES.has(key)) return key;
    return `k_${createHmac("sha256", this.#key).update(key).digest("hex").slice(0, 8)}`;
  }

  #string(value: string, field: string): string {
    const inner = this.#inner(value, field);
    if (inner !== undefined) return JSON.stringify(this.value(inner, ""));
    if (this.#keep) return this.#secrets.blot(value);
    if (FIELD_VALUES.has(value)) return value;
    if (field === "msg" || field === "message" || field === "description") return maskErrorText(value);
    if (NUMBER_FIELDS.has(field) && /^\d{1,16}$/u.test(value)) return value;
    if (ID.test(value) || (ID_FIELDS.has(field) && /^[\w.:@-]{1,128}$/u.test(value))) return this.id(value);
    return maskText(value);
  }

  /** JSON inside a string, in the fields that hold such. */
  #inner(value: string, field: string): unknown {
    if (!JSON_FIELDS.has(field) || !/^\s*[[{]/u.test(value)) return undefined;
    try {
      return JSON.parse(value);
    } catch {
      return undefined;
    }
  }

  #number(value: number, field: string): number {
    if (this.#keep || NUMBER_FIELDS.has(field) || Math.abs(value) < 10) return value;
    // As many digits, so that sizes stay alike.
    return Number(
      String(Math.trunc(Math.abs(value)))
        .replace(/\d/gu, "1")
        .slice(0, 15),
    );
  }
}
