import { createCipheriv, createHash, randomBytes } from "node:crypto";
import type { Emulator } from "../../../src/emulator/index.ts";

/** The group that every app of the suite is in. */
export function theGroup(emulator: Emulator): string {
  return emulator.store.chats.all().find((chat) => chat.type === "group")?.chatId ?? "";
}

/** Makes another group with the seeded people and these apps. */
export async function addGroup(emulator: Emulator, name: string, apps: readonly string[]): Promise<string> {
  const members = emulator.store.users.all().map(({ userId }) => userId);
  const chat = await call(emulator, "/emulator/chats", emulator.adminToken, { name, members, apps });
  return String(chat["chatId"]);
}

/** An app of the suite. */
export interface TestApp {
  readonly appId: string;
  readonly appSecret: string;
}

/** Another bot writes in a chat, past the plugin. `<at user_id="ou_…">name</at>` names somebody. */
export async function sendAsBot(
  emulator: Emulator,
  { appId, appSecret }: TestApp,
  chatId: string,
  text: string,
): Promise<{ chatId: string; messageId: string }> {
  const auth = { app_id: appId, app_secret: appSecret };
  const token = await call(emulator, "/open-apis/auth/v3/tenant_access_token/internal", undefined, auth);
  const message = { receive_id: chatId, msg_type: "text", content: JSON.stringify({ text }) };
  const path = "/open-apis/im/v1/messages?receive_id_type=chat_id";
  const { data } = await call(emulator, path, String(token["tenant_access_token"]), message);
  return { chatId, messageId: (data as { message_id: string }).message_id };
}

async function call(
  emulator: Emulator,
  path: string,
  token: string | undefined,
  body: object,
): Promise<Record<string, unknown>> {
  const headers = {
    "content-type": "application/json",
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  const options = { method: "POST", headers, body: JSON.stringify(body) };
  const response = await emulator.fetch(`${emulator.apiUrl}${path}`, options);
  return (await response.json()) as Record<string, unknown>;
}

/**
 * Posts an event to a webhook as Feishu does.
 * @param signKey signs with another key than it encrypts with: a forged request
 * @returns the HTTP status
 * @see Feishu server API, event-subscription-guide/event-subscriptions-configure-/encrypt-key-encryption-configuration-case
 */
export async function postEvent(
  url: string,
  encryptKey: string,
  event: unknown,
  signKey: string = encryptKey,
): Promise<number> {
  const iv = randomBytes(16);
  const cipher = createCipheriv("aes-256-cbc", createHash("sha256").update(encryptKey).digest(), iv);
  const encrypt = Buffer.concat([iv, cipher.update(JSON.stringify(event), "utf8"), cipher.final()]).toString("base64");
  const body = JSON.stringify({ encrypt });
  const [timestamp, nonce] = [String(Math.floor(Date.now() / 1000)), randomBytes(8).toString("hex")];
  const signature = createHash("sha256").update(`${timestamp}${nonce}${signKey}${body}`).digest("hex");
  const headers = {
    "x-lark-request-timestamp": timestamp,
    "x-lark-request-nonce": nonce,
    "x-lark-signature": signature,
  };
  return (await fetch(url, { method: "POST", headers, body })).status;
}
