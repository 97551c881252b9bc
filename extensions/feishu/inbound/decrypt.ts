import { createDecipheriv, createHash, timingSafeEqual } from "node:crypto";

/** The headers Feishu signs an encrypted request with. */
export interface SignatureHeaders {
  readonly timestamp: string;
  readonly nonce: string;
  readonly signature: string;
}

/**
 * Decrypts `{"encrypt": …}`: AES-256-CBC, key SHA-256 of the Encrypt Key, the first 16 bytes are the IV.
 * @throws when the data was not encrypted with this key
 * @see Feishu server API, event-subscription-guide (Encrypt Key)
 */
export function decryptEvent(encryptKey: string, encrypted: string): string {
  const bytes = Buffer.from(encrypted, "base64");
  const key = createHash("sha256").update(encryptKey).digest();
  const decipher = createDecipheriv("aes-256-cbc", key, bytes.subarray(0, 16));
  return Buffer.concat([decipher.update(bytes.subarray(16)), decipher.final()]).toString("utf8");
}

/** Whether the signature is of exactly these bytes: hex SHA-256 of timestamp, nonce, Encrypt Key and raw body. Constant time. */
export function isSigned(encryptKey: string, headers: SignatureHeaders, body: Uint8Array): boolean {
  const expected = createHash("sha256")
    .update(headers.timestamp + headers.nonce + encryptKey)
    .update(body)
    .digest("hex");
  return isSame(expected, headers.signature);
}

/** Compares secrets without telling by time how far they agree; hashing first makes the lengths equal. */
export function isSame(expected: string, given: string): boolean {
  return timingSafeEqual(createHash("sha256").update(expected).digest(), createHash("sha256").update(given).digest());
}
