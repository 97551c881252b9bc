/** Fields whose values are secrets or open something, wherever they stand. */
const SECRET_FIELD =
  /secret|ticket|password|passwd|authorization|cookie|credential|access_?key|api_?key|^encrypt$|encrypt_?key|device_code|user_code|private_?key|signature|(^|_)token$|_token_|^token/iu;

/** Tokens that only lead through a list: they open nothing. */
const HARMLESS = new Set(["page_token", "file_token", "doc_token"]);

/** Shapes of secrets, for texts that are kept: Feishu's tokens, bearer headers, keys of well-known services, private keys. */
const SHAPES: readonly RegExp[] = [
  /\b[tuac]-[A-Za-z0-9_.-]{16,}/gu,
  /\bBearer\s+[A-Za-z0-9._~+/=-]{8,}/giu,
  /\b(?:sk|pk|rk|ghp|gho|ghs|github_pat|glpat|xox[abprs]|AKIA|ASIA|AIza)[-_A-Za-z0-9]{12,}/gu,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/gu,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/gu,
];

/** What stands in a secret's place. */
export const SECRET_MARK = "[secret]";

/** Is the value of this field never written down? */
export function isSecretField(name: string): boolean {
  return !HARMLESS.has(name) && SECRET_FIELD.test(name);
}

/** Secrets seen so far: wherever one of them turns up again, also inside a text or a key, it is blotted out. */
export class SeenSecrets {
  readonly #values = new Set<string>();

  /** Learns a secret. Those of less than 6 characters would blot out ordinary words. */
  add(value: string): void {
    if (value.length >= 6) this.#values.add(value);
  }

  /** The text without any secret. */
  blot(text: string): string {
    let result = text;
    for (const secret of this.#values) if (result.includes(secret)) result = result.replaceAll(secret, SECRET_MARK);
    for (const shape of SHAPES) result = result.replace(shape, SECRET_MARK);
    return result;
  }

  /** Learns every secret field below a JSON value. */
  learn(value: unknown): void {
    if (typeof value === "string") this.#learnAddress(value);
    if (Array.isArray(value)) {
      for (const item of value) this.learn(item);
      return;
    }
    if (typeof value !== "object" || value === null) return;
    for (const [key, item] of Object.entries(value)) {
      if (typeof item === "string" && isSecretField(key)) this.add(item);
      else this.learn(item);
    }
  }

  /** Addresses carry secrets as parameters: that of a long connection has a ticket and an access key. */
  #learnAddress(text: string): void {
    if (!/^[a-z]{2,5}:\/\//u.test(text) || !URL.canParse(text)) return;
    const url = new URL(text);
    for (const [name, value] of url.searchParams) if (isSecretField(name)) this.add(value);
    if (url.password !== "") this.add(url.password);
  }
}
