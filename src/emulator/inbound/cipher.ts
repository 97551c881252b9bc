import { createCipheriv, createHash } from "node:crypto";

/** AES-256-CBC with SHA-256 of the key, initialisation vector in front, as base64. @see the reference's section 7.1 */
export function encryptBody(text: string, encryptKey: string, iv: Uint8Array): string {
  const cipher = createCipheriv("aes-256-cbc", createHash("sha256").update(encryptKey).digest(), iv);
  return Buffer.concat([iv, cipher.update(text, "utf8"), cipher.final()]).toString("base64");
}

/** `X-Lark-Signature`: hex SHA-256 over timestamp, nonce, key and body. */
export function signBody(timestamp: string, nonce: string, encryptKey: string, body: string): string {
  return createHash("sha256").update(`${timestamp}${nonce}${encryptKey}${body}`).digest("hex");
}
