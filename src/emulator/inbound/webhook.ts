import { errorText } from "../../log/index.ts";
import { withDeadline } from "../../time/index.ts";
import type { Core } from "../state/core.ts";
import type { Fetch } from "../api/fetch.ts";
import { isObject, parseJson } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { CHALLENGE_MS } from "../limits.ts";
import type { App, Webhook } from "../store/apps.ts";
import { encryptBody, signBody } from "./cipher.ts";
import type { Sink, SinkResult } from "./sink.ts";

function post(core: Core, fetch: Fetch, webhook: Webhook, body: JsonObject): Promise<Response> {
  const plain = JSON.stringify(body);
  const headers: Record<string, string> = { "content-type": "application/json; charset=utf-8" };
  let text = plain;
  if (webhook.encryptKey !== undefined) {
    const iv = Uint8Array.from({ length: 16 }, () => Math.floor(core.random() * 256));
    text = JSON.stringify({ encrypt: encryptBody(plain, webhook.encryptKey, iv) });
    const timestamp = String(Math.floor(core.clock.wallNow() / 1000));
    const nonce = core.ids.secret(16);
    headers["x-lark-request-timestamp"] = timestamp;
    headers["x-lark-request-nonce"] = nonce;
    headers["x-lark-signature"] = signBody(timestamp, nonce, webhook.encryptKey, text);
  }
  return fetch(webhook.url, { method: "POST", headers, body: text, redirect: "manual" });
}

/** Did the name of the host lead nowhere? undici tells in the cause of its error. */
function isUnknownHost(error: unknown): boolean {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  const code = isObject(cause) ? cause["code"] : undefined;
  return code === "ENOTFOUND" || code === "EAI_AGAIN";
}

/** Sends events to an app's URL. @see docs:event-subscription-guide/.../send-notifications-to-developers-server */
export function webhookSink(core: Core, fetch: Fetch, webhook: Webhook): Sink {
  return {
    send: async ({ body }): Promise<SinkResult> => {
      try {
        const response = await post(core, fetch, webhook, body);
        const text = await response.text();
        if (response.status !== 200) return { status: "failed", problem: 200671 };
        const answer = text.trim() === "" ? { value: undefined } : parseJson(text);
        return answer === undefined ? { status: "failed", problem: 200672 } : { status: "ok", answer: answer.value };
      } catch (error) {
        return { status: "failed", problem: isUnknownHost(error) ? 200343 : 200342 };
      }
    },
  };
}

/** Asks an app's URL to echo a challenge within 1 s. @returns what is wrong in plain words, or `undefined` when it passed */
export async function verifyWebhook(core: Core, fetch: Fetch, app: App, webhook: Webhook): Promise<string | undefined> {
  const challenge = core.ids.secret(32);
  const body = { challenge, token: webhook.verificationToken ?? app.verificationToken, type: "url_verification" };
  try {
    return await withDeadline(core.clock, CHALLENGE_MS, "challenge", async () => {
      const response = await post(core, fetch, webhook, body);
      const text = await response.text();
      if (response.status !== 200) return `the URL answered HTTP ${response.status}`;
      const answer = parseJson(text)?.value;
      return isObject(answer) && answer["challenge"] === challenge ? undefined : "the URL did not echo the challenge";
    });
  } catch (error) {
    return errorText(error);
  }
}
