import { describe, expect, it } from "vitest";
import { FakeClock } from "../support/fake-clock.ts";
import { seededRandom } from "../support/reply-bench.ts";
import type { Json } from "./card-rules.ts";
import { looksUnfinished, readable } from "./eyes.ts";
import type { Fault } from "./faults.ts";
import { SecondFeishu } from "./second-feishu.ts";
import type { World } from "./world.ts";
import { DEFAULT_WORLD } from "./world.ts";

const CHAT = "oc_chat";

/** A client of its own, so that nothing of ours stands between the test and the simulator. */
class Client {
  readonly clock = new FakeClock();
  readonly feishu: SecondFeishu;
  #token = "";

  constructor(world: Partial<World> = {}, more: { faults?: Fault[]; audit?: RegExp } = {}) {
    this.feishu = new SecondFeishu({
      clock: this.clock,
      random: seededRandom(1),
      world: { ...DEFAULT_WORLD, ...world },
      latency: [10, 10],
      ...more,
    });
  }

  async call(method: string, path: string, body: Json = {}): Promise<Json & { code: number; status: number }> {
    if (this.#token === "") {
      const { appId: app_id, appSecret: app_secret } = this.feishu;
      const answer = await this.#send("POST", "auth/v3/tenant_access_token/internal", { app_id, app_secret });
      this.#token = String(answer["tenant_access_token"]);
    }
    return this.#send(method, path, body);
  }

  async #send(method: string, path: string, body: Json): Promise<Json & { code: number; status: number }> {
    const sent = this.feishu.fetch(`${this.feishu.baseUrl}/open-apis/${path}`, {
      method,
      headers: this.#token === "" ? {} : { Authorization: `Bearer ${this.#token}` },
      ...(method !== "GET" && { body: JSON.stringify(body) }),
      signal: new AbortController().signal,
    });
    const response = await this.clock.runUntil(sent, 60_000);
    // The tests below look at JSON answers only.
    return { ...((await response.json()) as Json & { code: number }), status: response.status };
  }

  async create(card: Json = streamingCard("")): Promise<string> {
    const answer = await this.call("POST", "cardkit/v1/cards", { type: "card_json", data: JSON.stringify(card) });
    return String((answer["data"] as Json | undefined)?.["card_id"]);
  }

  send(content: Json, uuid?: string): Promise<Json & { code: number }> {
    return this.call("POST", "im/v1/messages?receive_id_type=chat_id", {
      receive_id: CHAT,
      msg_type: "interactive",
      content: JSON.stringify(content),
      ...(uuid !== undefined && { uuid }),
    });
  }

  sendEntity(cardId: string): Promise<Json & { code: number }> {
    return this.send({ type: "card", data: { card_id: cardId } });
  }

  /** A card entity that its chat shows. */
  async shown(card?: Json): Promise<{ cardId: string; messageId: string }> {
    const cardId = await this.create(card);
    const answer = await this.sendEntity(cardId);
    return { cardId, messageId: String((answer["data"] as Json)["message_id"]) };
  }

  content(cardId: string, sequence: number, content: string, more: Json = {}): Promise<Json & { code: number }> {
    return this.call("PUT", `cardkit/v1/cards/${cardId}/elements/a0/content`, { sequence, content, ...more });
  }

  read(): string[] {
    return this.feishu.messages(CHAT).map((message) => readable(this.feishu, message));
  }
}

function streamingCard(content: string): Json {
  return {
    schema: "2.0",
    config: { streaming_mode: true },
    body: { elements: [{ tag: "markdown", element_id: "a0", content }] },
  };
}

describe("cards of the second Feishu", () => {
  it("stream by content, whose sequence must rise over all operations", async () => {
    const client = new Client();
    const { cardId } = await client.shown();
    expect((await client.content(cardId, 1, "one")).code).toBe(0);
    expect((await client.content(cardId, 1, "one two")).code).toBe(300_317);
    const settings = JSON.stringify({ config: { streaming_mode: false } });
    expect((await client.call("PATCH", `cardkit/v1/cards/${cardId}/settings`, { settings, sequence: 7 })).code).toBe(0);
    expect((await client.content(cardId, 6, "late")).code).toBe(300_317);
    expect((await client.content(cardId, 8, "late")).code).toBe(300_309);
    expect(client.read()).toEqual(["one"]);
  });

  it("take settings without the `config` wrapper with code 0 and do nothing", async () => {
    const client = new Client();
    const { cardId } = await client.shown();
    const settings = JSON.stringify({ streaming_mode: false });
    expect((await client.call("PATCH", `cardkit/v1/cards/${cardId}/settings`, { settings, sequence: 1 })).code).toBe(0);
    expect((await client.content(cardId, 2, "still streaming")).code).toBe(0);
  });

  it("close ten minutes after streaming was switched on, however much is written: 200850 once, then 300309", async () => {
    const client = new Client();
    const { cardId } = await client.shown();
    await client.clock.advance(582_000);
    expect((await client.content(cardId, 1, "in time")).code).toBe(0);
    await client.clock.advance(33_000);
    expect((await client.content(cardId, 2, "too late")).code).toBe(200_850);
    expect((await client.content(cardId, 3, "too late")).code).toBe(300_309);
    const [message] = client.feishu.messages(CHAT);
    expect(message && client.feishu.isSpinning(message)).toBe(false);
    expect(message && looksUnfinished(client.feishu, message, [])).toBe(true);
    const card = { type: "card_json", data: JSON.stringify(streamingCard("again")) };
    expect((await client.call("PUT", `cardkit/v1/cards/${cardId}`, { card, sequence: 4 })).code).toBe(0);
    expect((await client.content(cardId, 5, "again and on")).code).toBe(0);
  });

  it("are checked: schema, ids, tags, unknown properties, tables, size", async () => {
    const client = new Client({ cardBytes: 30 * 1024, tables: 3 });
    const code = async (card: Json): Promise<number> =>
      (await client.call("POST", "cardkit/v1/cards", { type: "card_json", data: JSON.stringify(card) })).code;
    const withElements = (...elements: Json[]): Json => ({ schema: "2.0", body: { elements } });
    expect(await code({})).toBe(0);
    expect(await code({ elements: [] })).toBe(200_610);
    expect(await code({ schema: "1.0" })).toBe(300_303);
    expect(await code(withElements({ tag: "note" }))).toBe(200_861);
    expect(await code(withElements({ tag: "hr", element_id: "0bad" }))).toBe(300_301);
    expect(await code(withElements({ tag: "hr", element_id: "a" }, { tag: "hr", element_id: "a" }))).toBe(300_301);
    expect(await code(withElements({ tag: "markdown", content: "x", colour: "red" }))).toBe(200_621);
    expect(await code({ schema: "2.0", config: { wide_screen_mode: true } })).toBe(0);
    const table = "\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n";
    expect(await code(withElements({ tag: "markdown", content: table.repeat(3) }))).toBe(0);
    expect(await code(withElements({ tag: "markdown", content: table.repeat(4) }))).toBe(230_099);
    expect(await code(withElements({ tag: "markdown", content: `\`\`\`\n${table.repeat(4)}\n\`\`\`` }))).toBe(0);
    expect(await code(withElements({ tag: "markdown", content: "x".repeat(31_000) }))).toBe(200_860);
  });

  it("change all or not at all in a batch", async () => {
    const client = new Client();
    const { cardId } = await client.shown(streamingCard("text"));
    const batch = (sequence: number, actions: Json[]): Promise<Json & { code: number }> =>
      client.call("POST", `cardkit/v1/cards/${cardId}/batch_update`, { sequence, actions: JSON.stringify(actions) });
    const add = { action: "add_elements", params: { type: "append", elements: [{ tag: "hr", element_id: "h" }] } };
    const miss = { action: "delete_elements", params: { element_ids: ["nobody"] } };
    const patch = {
      action: "partial_update_element",
      params: { element_id: "a0", partial_element: { content: "changed" } },
    };
    expect((await batch(1, [patch, add, miss])).code).toBe(300_314);
    expect(client.read()).toEqual(["text"]);
    expect((await batch(2, [patch, add])).code).toBe(0);
    expect(client.read()).toEqual(["changed"]);
  });
});

describe("worlds of the second Feishu", () => {
  it.each([
    ["noop", 0, "entity", "entity and on"],
    ["replace", 0, "patch", "patch"],
    ["replaceUntilNextCardKitCall", 0, "patch", "entity and on"],
    ["refuse", 230_001, "entity", "entity and on"],
  ] as const)("patchOnEntity %s", async (patchOnEntity, code, after, later) => {
    const client = new Client({ patchOnEntity });
    const { cardId, messageId } = await client.shown(streamingCard("entity"));
    const content = JSON.stringify({ schema: "2.0", body: { elements: [{ tag: "markdown", content: "patch" }] } });
    expect((await client.call("PATCH", `im/v1/messages/${messageId}`, { content })).code).toBe(code);
    expect(client.read()).toEqual([after]);
    expect((await client.content(cardId, 1, "entity and on")).code).toBe(0);
    expect(client.read()).toEqual([later]);
  });

  it("a new entity cannot be sent at once, and the same id can a moment later", async () => {
    const client = new Client({ sendableAfterMs: 500 });
    const cardId = await client.create();
    expect(await client.sendEntity(cardId)).toMatchObject({
      code: 230_099,
      msg: expect.stringMatching(/ErrCode: 11310; ErrMsg: cardid is invalid/u),
    });
    await client.clock.advance(600);
    expect((await client.sendEntity(cardId)).code).toBe(0);
  });

  it.each([
    ["11310", 230_099],
    ["other", 230_099],
    ["accepted", 0],
  ] as const)("secondSend %s", async (secondSend, code) => {
    const client = new Client({ secondSend });
    const { cardId } = await client.shown();
    expect((await client.sendEntity(cardId)).code).toBe(code);
  });

  it.each([
    ["ok", 0],
    ["200770", 200_770],
    ["again", 300_317],
  ] as const)("uuidReplay %s", async (uuidReplay, code) => {
    const client = new Client({ uuidReplay });
    const { cardId } = await client.shown();
    expect((await client.content(cardId, 1, "text", { uuid: "u1" })).code).toBe(0);
    expect((await client.content(cardId, 1, "text", { uuid: "u1" })).code).toBe(code);
  });

  it.each([
    [true, 300_317],
    [false, 0],
  ])("failedCallTakesSequence %s", async (failedCallTakesSequence, code) => {
    const client = new Client({ failedCallTakesSequence });
    const { cardId } = await client.shown();
    const missing = `cardkit/v1/cards/${cardId}/elements/nobody/content`;
    expect((await client.call("PUT", missing, { sequence: 5, content: "x" })).code).toBe(300_313);
    expect((await client.content(cardId, 5, "text")).code).toBe(code);
  });

  it.each([
    ["free", 0],
    ["230020", 230_020],
    ["99991400", 99_991_400],
  ] as const)("cardRate %s", async (cardRate, code) => {
    const client = new Client({ cardRate });
    const { cardId } = await client.shown();
    const codes: number[] = [];
    for (let i = 1; i <= 11; i++) codes.push((await client.content(cardId, i, "x".repeat(i))).code);
    expect(codes.slice(0, 10)).toEqual(Array<number>(10).fill(0));
    expect(codes[10]).toBe(code);
  });

  it.each(["card", "userDsl"] as const)("a card read back comes as %s", async (readBack) => {
    const client = new Client({ readBack });
    const { messageId } = await client.shown(streamingCard("text"));
    const read = async (query: string): Promise<Json> => {
      const answer = await client.call("GET", `im/v1/messages/${messageId}${query}`);
      const [item] = (answer["data"] as { items: { body: { content: string } }[] }).items;
      return JSON.parse(item?.body.content ?? "") as Json;
    };
    const full = await read("?card_msg_content_type=user_card_content");
    expect(readBack === "card" ? full : JSON.parse(String(full["user_dsl"]))).toEqual(streamingCard("text"));
    expect(JSON.stringify(await read(""))).not.toContain("streaming_mode");
  });
});

describe("messages of the second Feishu", () => {
  it("are sent once for a uuid, and take edits of cards without effect", async () => {
    const client = new Client();
    const card = { schema: "2.0", body: { elements: [{ tag: "markdown", content: "inline" }] } };
    const first = await client.send(card, "same");
    const again = await client.send(card, "same");
    expect((again["data"] as Json)["message_id"]).toBe((first["data"] as Json)["message_id"]);
    const path = `im/v1/messages/${String((first["data"] as Json)["message_id"])}`;
    expect((await client.call("PUT", path, { msg_type: "text", content: '{"text":"edited"}' })).code).toBe(0);
    expect(client.read()).toEqual(["inline"]);
  });

  it("are held to five a second, and refused by the audit for what they say", async () => {
    const client = new Client({}, { audit: /\w@\w/u });
    const card = (content: string): Json => ({ schema: "2.0", body: { elements: [{ tag: "markdown", content }] } });
    expect((await client.send(card("to a@b"))).code).toBe(230_028);
    expect((await client.send(card("to a[at]b"))).code).toBe(0);
    const codes: number[] = [];
    for (let i = 0; i < 6; i++) codes.push((await client.send(card("x"))).code);
    expect(codes.at(-1)).toBe(230_020);
  });
});

describe("faults of the second Feishu", () => {
  it("do what was asked or not, whatever is answered", async () => {
    const faults: Fault[] = [
      { calls: ["card.content"], effect: { kind: "reset", applied: true }, count: 1 },
      { calls: ["card.content"], effect: { kind: "reset", applied: false }, skip: 1, count: 1 },
      { calls: ["card.content"], effect: { kind: "late", ms: 500 }, skip: 2, count: 1 },
      { calls: ["card.*"], effect: { kind: "rate", resetSeconds: 3 }, skip: 4, count: 1 },
    ];
    const client = new Client({}, { faults });
    const { cardId } = await client.shown();
    await expect(client.content(cardId, 1, "one")).rejects.toThrow("ECONNRESET");
    expect(client.read()).toEqual(["one"]);
    await expect(client.content(cardId, 2, "two")).rejects.toThrow("ECONNRESET");
    expect(client.read()).toEqual(["one"]);
    void client.content(cardId, 3, "three").catch(() => {});
    await client.clock.advance(1_000);
    expect(client.read()).toEqual(["three"]);
    expect(await client.content(cardId, 4, "four")).toMatchObject({ code: 99_991_400, status: 429 });
  });
});
