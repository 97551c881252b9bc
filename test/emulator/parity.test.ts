import { describe, expect, it } from "vitest";
import { createEmulator, startEmulator } from "../../src/emulator/index.ts";
import type { Emulator, Fetch } from "../../src/emulator/index.ts";
import { cardOf, markdown, streamingCard } from "./caller.ts";

/** What a client can see of an answer, without what names the moment. */
type Seen = readonly [status: number, contentType: string | null, body: unknown];

/** A short life of a bot, with errors in it. */
async function script(emulator: Emulator, fetch: Fetch): Promise<Seen[]> {
  const seen: Seen[] = [];
  let token = "";
  const call = async (method: string, path: string, body?: unknown): Promise<Record<string, string>> => {
    const init = { method, headers: { authorization: `Bearer ${token}`, "content-type": "application/json" } };
    const response = await fetch(
      `${emulator.apiUrl}${path}`,
      body === undefined ? init : { ...init, body: JSON.stringify(body) },
    );
    const text = await response.text();
    seen.push([
      response.status,
      response.headers.get("content-type"),
      text.replace(/"log_id":"[^"]*"|&log_id=\w+|"(?:create|update)_time":"\d+"/gu, ""),
    ]);
    const parsed = JSON.parse(text.startsWith("<") ? "{}" : text) as { data?: Record<string, string> } & Record<
      string,
      string
    >;
    return parsed.data ?? parsed;
  };
  const { appId, appSecret } = emulator.app;
  await call("GET", "/open-apis/bot/v3/info");
  token =
    (await call("POST", "/open-apis/auth/v3/tenant_access_token/internal", { app_id: appId, app_secret: appSecret }))[
      "tenant_access_token"
    ] ?? "";
  const { card_id: cardId } = await call("POST", "/open-apis/cardkit/v1/cards", {
    type: "card_json",
    data: JSON.stringify(streamingCard()),
  });
  const content = JSON.stringify({ type: "card", data: { card_id: cardId } });
  const message = { receive_id: emulator.directChatId(), msg_type: "interactive", content };
  await call("POST", "/open-apis/im/v1/messages?receive_id_type=chat_id", message);
  await call("POST", "/open-apis/im/v1/messages?receive_id_type=chat_id", message);
  const element = `/open-apis/cardkit/v1/cards/${cardId}/elements`;
  await call("PUT", `${element}/md/content`, { content: "一", sequence: 1 });
  await call("PUT", `${element}/md/content`, { content: "一", sequence: 1 });
  await call("DELETE", `${element}/gone`, { sequence: 2 });
  await call("POST", element, { type: "append", elements: JSON.stringify([{ tag: "note" }]), sequence: 3 });
  await call("POST", "/open-apis/cardkit/v1/cards", {
    type: "card_json",
    data: JSON.stringify(cardOf(markdown("x", "1"))),
  });
  await call("GET", `/open-apis/im/v1/messages?container_id_type=chat&container_id=${emulator.directChatId()}`);
  await call("POST", "/open-apis/nothing", {});
  emulator.faults.add({ operation: "bot.info", effect: { type: "http", status: 504 } });
  await call("GET", "/open-apis/bot/v3/info");
  return seen;
}

describe("the two ways to reach it", () => {
  it("[D10] answer alike: the fetch in this process and HTTP", async () => {
    const inside = createEmulator({ seed: 7 });
    const outside = await startEmulator({ seed: 7 });
    try {
      expect(await script(outside, fetch)).toEqual(await script(inside, inside.fetch));
    } finally {
      await outside.close();
    }
  });
});
