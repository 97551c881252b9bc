import { setTimeout as wait } from "node:timers/promises";
import { Agent, request } from "undici";

/** What the parent process asks for. */
interface Order {
  readonly cards: number;
  readonly rate: number;
  readonly seconds: number;
  readonly apiUrl: string;
  readonly adminToken: string;
  readonly chatId: string;
  readonly appId: string;
  readonly appSecret: string;
}

/** A card is full at this length; the next one takes over, as a reply does. */
const CARD_CHARS = 3000;
const WORDS = "流式卡片 streams into a card, **every word** once. ";

const order = await new Promise<Order>((resolve) => process.once("message", (message) => resolve(message as Order)));
const dispatcher = new Agent({ connections: 64, pipelining: 1 });
let token = "";

async function call(
  method: "POST" | "PUT",
  path: string,
  body: unknown,
): Promise<{ code: number; data: Record<string, string> }> {
  const response = await request(`${order.apiUrl}${path}`, {
    method,
    dispatcher,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return (await response.body.json()) as { code: number; data: Record<string, string> };
}

const auth = await call("POST", "/open-apis/auth/v3/tenant_access_token/internal", {
  app_id: order.appId,
  app_secret: order.appSecret,
});
token = (auth as unknown as { tenant_access_token: string }).tenant_access_token;

async function newCard(): Promise<string> {
  const json = {
    schema: "2.0",
    config: { streaming_mode: true, update_multi: true },
    body: { elements: [{ tag: "markdown", element_id: "md", content: "" }] },
  };
  const made = await call("POST", "/open-apis/cardkit/v1/cards", { type: "card_json", data: JSON.stringify(json) });
  return made.data["card_id"] ?? "";
}

async function send(cardId: string): Promise<boolean> {
  const content = JSON.stringify({ type: "card", data: { card_id: cardId } });
  const body = { receive_id: order.chatId, msg_type: "interactive", content };
  return (await call("POST", "/open-apis/im/v1/messages?receive_id_type=chat_id", body)).code === 0;
}

const ids = await Promise.all(Array.from({ length: order.cards }, newCard));
// Five messages a second may go to a chat, so only the cards that fit into a few seconds are shown; the rest streams unseen.
for (const cardId of ids.slice(0, 20)) {
  while (!(await send(cardId))) await wait(200);
}

let feedEvents = 0;
const feed = await request(`${order.apiUrl}/emulator/events?calls=1&token=${order.adminToken}`, { dispatcher });
void (async () => {
  for await (const chunk of feed.body as AsyncIterable<Buffer>)
    feedEvents += chunk.toString().split('"type":').length - 1;
})().catch(() => {});
process.send?.({ type: "ready" });

const latencies: number[] = [];
let sent = 0;
let refused = 0;
const end = performance.now() + order.seconds * 1000;
const interval = 1000 / order.rate;

async function stream(first: string, offset: number): Promise<void> {
  await wait(offset);
  let cardId = first;
  let text = "";
  let sequence = 0;
  for (let due = performance.now(); due < end; due += interval) {
    const early = due - performance.now();
    if (early > 0) await wait(early);
    if (text.length > CARD_CHARS) {
      cardId = await newCard();
      text = "";
      sequence = 0;
    }
    text += WORDS;
    sequence += 1;
    const started = performance.now();
    sent += 1;
    const answer = await call("PUT", `/open-apis/cardkit/v1/cards/${cardId}/elements/md/content`, {
      content: text,
      sequence,
      uuid: `u${sequence}`,
    });
    latencies.push(performance.now() - started);
    if (answer.code !== 0) refused += 1;
  }
}

await Promise.all(ids.map((id, i) => stream(id, (i / ids.length) * interval)));
latencies.sort((a, b) => a - b);
const percentile = (share: number): number =>
  Math.round((latencies[Math.floor(latencies.length * share)] ?? 0) * 100) / 100;
process.send?.({
  type: "done",
  report: {
    sent,
    accepted: latencies.length - refused,
    refused,
    p50Ms: percentile(0.5),
    p99Ms: percentile(0.99),
    feedEvents,
  },
});
feed.body.destroy();
await dispatcher.destroy();
