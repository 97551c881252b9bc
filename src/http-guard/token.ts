/** Shorter ones can be guessed by somebody patient. */
const MIN_TOKEN_CHARS = 16;

/** What a token has to be, for messages. */
export const STRONG_TOKEN: string = `at least ${MIN_TOKEN_CHARS} visible ASCII characters`;

/** Whether a token that somebody chose is good enough to keep a port. */
export function isStrongToken(token: string): boolean {
  return /^[\x21-\x7e]+$/u.test(token) && token.length >= MIN_TOKEN_CHARS;
}
