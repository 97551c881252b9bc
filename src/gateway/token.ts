import { createHash, timingSafeEqual } from "node:crypto";
import { isStrongToken, STRONG_TOKEN } from "../http-guard/index.ts";

/**
 * A check of the `Authorization` header that takes the same time for every wrong token.
 * @throws TypeError when the token is too short or not visible ASCII.
 */
export function createTokenCheck(token: string): (header: string | null) => boolean {
  if (!isStrongToken(token)) throw new TypeError(`token: must be ${STRONG_TOKEN}`);
  const wanted = digest(token);
  return (header) => {
    const given = /^Bearer +(?<token>[\x21-\x7e]+) *$/iu.exec(header ?? "")?.groups?.["token"];
    // Digests are of one length, which the comparison needs.
    return timingSafeEqual(digest(given ?? ""), wanted);
  };
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
