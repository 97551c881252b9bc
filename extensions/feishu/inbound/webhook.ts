import type { Logger } from "../../../src/log/index.ts";
import { DeadlineError, withDeadline } from "../../../src/time/index.ts";
import type { Clock } from "../../../src/time/index.ts";
import { decryptEvent, isSame, isSigned } from "./decrypt.ts";
import { openEnvelope } from "./envelope.ts";
import type { FeishuReceiver } from "./receiver.ts";

/** How to make a webhook handler. Give the Encrypt Key: without it anybody who saw one event can forge others. */
export interface FeishuWebhookOptions {
  readonly receiver: FeishuReceiver;
  readonly clock: Clock;
  readonly logger: Logger;
  /** "Encrypt Key" of the developer console; then only encrypted and signed requests are taken. */
  readonly encryptKey?: string | undefined;
  /** "Verification Token" of the developer console; needed when there is no Encrypt Key. */
  readonly verificationToken?: string | undefined;
  /** Signed requests older or newer than this are refused, so that recorded ones cannot be played again. @defaultValue 300,000 */
  readonly maxAgeMs?: number | undefined;
}

/** Feishu waits 3 s for an answer; who takes this long is not Feishu. */
const BODY_WITHIN_MS = 10_000;
/** Feishu's largest events are card callbacks; a message has at most 150 KB. */
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * Makes the handler of the events' URL, for any server that speaks `Request` and `Response`. It answers Feishu's URL check, refuses
 * what is not proven to come from Feishu with 401, and hands the rest to the receiver; always within Feishu's 3 s.
 * The SDK's own adapters are not used: they check the signature over re-serialised JSON, and the verification token not at all.
 * @throws TypeError when neither key nor token is given
 */
export function createFeishuWebhook(options: FeishuWebhookOptions): (request: Request) => Promise<Response> {
  const { encryptKey, verificationToken, receiver, logger } = options;
  if (!encryptKey && !verificationToken)
    throw new TypeError("encryptKey or verificationToken: one is needed, or anybody could send events");
  return async (request) => {
    if (request.method !== "POST") return new Response(null, { status: 405, headers: { allow: "POST" } });
    const body = await readBody(request, options.clock);
    if (typeof body === "number") return new Response(null, { status: body });
    const opened = encryptKey ? openEncrypted(encryptKey, request, body) : parseJson(body);
    if (opened === undefined || !hasToken(opened)) {
      logger.warn("a request that is not proven to come from Feishu was refused", { accountId: receiver.accountId });
      return new Response(null, { status: 401 });
    }
    if (opened["type"] === "url_verification") return Response.json({ challenge: opened["challenge"] });
    try {
      return Response.json(await receiver.receive(opened));
    } catch {
      // It is not known whether the event was stored: Feishu is to send it again.
      return new Response(null, { status: 500 });
    }
  };

  /** The event, if it is encrypted with our key and signed over these very bytes; the URL check alone comes unsigned. */
  function openEncrypted(key: string, request: Request, body: Uint8Array): Body | undefined {
    const encrypted = parseJson(body)?.["encrypt"];
    if (typeof encrypted !== "string") return undefined;
    const signed = isFreshAndSigned(key, request, body);
    let opened: Body | undefined;
    try {
      opened = parseJson(Buffer.from(decryptEvent(key, encrypted)));
    } catch {
      return undefined;
    }
    return signed || opened?.["type"] === "url_verification" ? opened : undefined;
  }

  function isFreshAndSigned(key: string, request: Request, body: Uint8Array): boolean {
    const timestamp = request.headers.get("x-lark-request-timestamp") ?? "";
    const nonce = request.headers.get("x-lark-request-nonce") ?? "";
    const signature = request.headers.get("x-lark-signature") ?? "";
    if (!isSigned(key, { timestamp, nonce, signature }, body)) return false;
    return Math.abs(options.clock.wallNow() - Number(timestamp) * 1_000) <= (options.maxAgeMs ?? 300_000);
  }

  function hasToken(opened: Body): boolean {
    if (!verificationToken) return true;
    const token = opened["type"] === "url_verification" ? opened["token"] : openEnvelope(opened)?.token;
    return typeof token === "string" && isSame(verificationToken, token);
  }
}

type Body = Readonly<Record<string, unknown>>;

function parseJson(bytes: Uint8Array): Body | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Body) : undefined;
  } catch {
    return undefined;
  }
}

/** The raw bytes, which are what is signed; the status to refuse with when there are too many or they do not end. */
async function readBody(request: Request, clock: Clock): Promise<Uint8Array | 408 | 413> {
  try {
    return await withDeadline(clock, BODY_WITHIN_MS, "reading an event", async (signal) => {
      const chunks: Uint8Array[] = [];
      let size = 0;
      for await (const chunk of request.body ?? []) {
        size += chunk.byteLength;
        if (signal.aborted || size > MAX_BODY_BYTES) return 413;
        chunks.push(chunk);
      }
      return Buffer.concat(chunks);
    });
  } catch (error) {
    if (error instanceof DeadlineError) return 408;
    throw error;
  }
}
