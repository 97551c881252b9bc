import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultWorld } from "../../../src/emulator/index.ts";
import { Caller, cardOf } from "../caller.ts";
import { fuzz } from "./fuzz-runs.ts";

const CALLS: readonly (readonly [method: string, path: string])[] = [
  ["GET", "/state"],
  ["GET", "/meters"],
  ["GET", "/search"],
  ["GET", "/chats/:chat/messages"],
  ["GET", "/messages/:message"],
  ["GET", "/cards/:card"],
  ["POST", "/messages"],
  ["PUT", "/messages/:message"],
  ["DELETE", "/messages/:message"],
  ["POST", "/messages/:message/reactions"],
  ["POST", "/messages/:message/click"],
  ["POST", "/uploads"],
  ["GET", "/files/:message"],
  ["POST", "/users"],
  ["PATCH", "/users/:user"],
  ["POST", "/chats"],
  ["PATCH", "/chats/:chat"],
  ["POST", "/chats/:chat/enter"],
  ["POST", "/apps"],
  ["PATCH", "/apps/:app"],
  ["POST", "/apps/:app/verify-webhook"],
  ["GET", "/faults"],
  ["POST", "/faults"],
  ["DELETE", "/faults/:message"],
  ["PATCH", "/settings"],
  ["GET", "/world"],
  ["PATCH", "/world"],
  ["POST", "/chats/:chat/read"],
  ["POST", "/actions/close-streaming"],
  ["POST", "/actions/expire-tokens"],
  ["POST", "/actions/drop-connections"],
  ["POST", "/actions/lock-card"],
  ["POST", "/actions/latency"],
  ["POST", "/actions/reset"],
  ["GET", "/timeline"],
  ["GET", "/timeline/1"],
  ["DELETE", "/timeline"],
  ["GET", "/timeline.jsonl"],
  ["POST", "/replay"],
];
const FIELDS = [
  "from",
  "chatId",
  "appId",
  "text",
  "post",
  "imageKey",
  "fileKey",
  "mentionBot",
  "mentionAll",
  "replyTo",
  "inThread",
  "threadId",
  "emoji",
  "remove",
  "elementId",
  "name",
  "value",
  "formValue",
  "members",
  "apps",
  "addApps",
  "removeApps",
  "muted",
  "scopes",
  "webhook",
  "quota",
  "operation",
  "effect",
  "count",
  "skip",
  "probability",
  "cardId",
  "ms",
  "checkFirst",
  "longConnection",
  "apiPerSecond",
  "cardBytes",
  "secondSend",
  "unavailableTo",
  "nameEn",
];

describe("the admin API", () => {
  const { numRuns, timeout } = fuzz(600);

  it("[D10] answers anything with what was asked for or with plain words, and lives on", { timeout }, async () => {
    const caller = new Caller();
    const { emulator } = caller;
    const send = (method: string, path: string, body?: string): Promise<Response> =>
      caller.clock.runUntil(
        emulator.fetch(`${emulator.apiUrl}/emulator${path}`, {
          method,
          headers: { authorization: `Bearer ${emulator.adminToken}`, "content-type": "application/json" },
          ...(body === undefined || method === "GET" ? {} : { body }),
        }),
      );
    const known = fc.constantFrom(
      "小明",
      "ming",
      emulator.app.appId,
      "message.create",
      "*",
      "element.*",
      "text",
      "true",
      "\ud800",
    );
    const value = fc.oneof(known, fc.boolean(), fc.integer(), fc.array(known, { maxLength: 2 }), fc.jsonValue());
    const body = fc.oneof(
      fc.dictionary(fc.constantFrom(...FIELDS), value, { maxKeys: 4 }).map((one) => JSON.stringify(one)),
      fc.json(),
      fc.string(),
    );
    const query = fc.dictionary(
      fc.constantFrom("limit", "before", "after", "kind", "name", "from", "speed", "threadId", "operation"),
      fc.oneof(fc.string(), fc.integer().map(String)),
      { maxKeys: 2 },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...CALLS),
        body,
        query,
        fc.boolean(),
        fc.string(),
        async ([method, path], text, asked, real, junk) => {
          // Each round starts from the same place: a round may take everything away.
          emulator.reset();
          const message = emulator.sendAsUser({ text: "x" });
          const token = await caller.freshToken();
          const card = await caller.call(
            "POST",
            "/cardkit/v1/cards",
            { type: "card_json", data: JSON.stringify(cardOf()) },
            token,
          );
          const ids: Record<string, string> = {
            chat: message.chatId,
            message: message.messageId,
            user: "小明",
            app: emulator.app.appId,
            card: String(card.data["card_id"]),
          };
          const at = path.replace(/:(\w+)/gu, (_, name: string) =>
            encodeURIComponent((real ? ids[name] : undefined) ?? junk.toWellFormed() ?? ""),
          );
          const search = new URLSearchParams(asked);
          if (path === "/replay" && Number(asked["speed"]) > 0) search.set("speed", "1000");
          const response = await send(method, `${at}?${search.toString()}`, text);
          expect([path, response.status]).not.toEqual([path, 500]);
          if (response.status >= 400) expect(await response.json()).toEqual({ error: expect.stringMatching(/./u) });
          const state = await send("GET", "/state");
          expect(state.status).toBe(200);
          Object.assign(emulator.settings, {
            apiPerSecond: 50,
            apiPerMinute: 1000,
          });
          Object.assign(emulator.world, defaultWorld());
          emulator.latencyMs = 0;
          await caller.pass(60_000);
        },
      ),
      { numRuns },
    );
  });

  it.each([
    ["PATCH", "/settings", { longConnection: { frameBytes: 0 } }, "longConnection.frameBytes"],
    ["PATCH", "/settings", { longConnection: null }, "longConnection"],
    ["PATCH", "/settings", { apiPerSecond: -1 }, "apiPerSecond"],
    ["PATCH", "/world", { cardLimitWhileStreaming: 1 }, "cardLimitWhileStreaming"],
    ["PATCH", "/world", { cardBytes: -1 }, "cardBytes"],
    ["PATCH", "/world", { weather: 1 }, "weather"],
    ["POST", "/chats/:chat/read", { messageId: 1 }, "messageId"],
    ["PATCH", "/settings", { apiPerSeconds: 1 }, "apiPerSeconds"],
    ["PATCH", "/chats/:chat", { mutd: true }, "mutd"],
    ["PATCH", "/chats/:chat", { addApps: ["cli_none"], muted: true }, "cli_none"],
    ["PATCH", "/apps/:app", { webhook: { url: "no" } }, "webhook.url"],
    ["PATCH", "/users/ming", { stopped: ["cli_none"] }, "cli_none"],
    ["PATCH", "/users/nobody", {}, "nobody"],
    ["POST", "/apps", { name: "x", appId: "cli_x" }, "appId"],
    ["POST", "/apps", { name: "x", appId: "cli_a1b2c3d4e5f60718" }, "appId"],
    ["POST", "/chats", { name: "x" }, "members"],
    ["POST", "/chats", { name: "x", members: ["nobody"] }, "nobody"],
    ["POST", "/chats", { name: "x", members: ["ming"], apps: ["cli_none"] }, "cli_none"],
    ["POST", "/users", { name: 1 }, "name"],
    ["POST", "/messages", { test: "x" }, "test"],
    ["POST", "/faults", { operation: "message.craete", effect: { type: "reset" } }, "message.craete"],
    ["POST", "/faults", { operation: "*", effect: { type: "late" } }, "effect.ms"],
    ["POST", "/faults", { operation: "*", effect: { type: "reset" }, probability: 2 }, "probability"],
    ["POST", "/actions/lock-card", { cardId: "none", ms: -1 }, "ms"],
    ["POST", "/actions/close-streaming", { cardId: "none" }, "cardId"],
    ["POST", "/actions/expire-tokens", { appId: "cli_none" }, "appId"],
    ["POST", "/actions/latency", { ms: "slow" }, "ms"],
    ["GET", "/timeline?limit=-1", undefined, "limit"],
    ["GET", "/chats/:chat/messages?before=soon", undefined, "before"],
    ["POST", "/replay?speed=0", undefined, "speed"],
    ["POST", "/uploads?kind=video", undefined, "kind"],
  ])("[D10] names what is wrong in %s %s %j", async (method, path, body, field) => {
    const { emulator } = new Caller();
    const ids: Record<string, string> = { chat: emulator.directChatId(), app: emulator.app.appId };
    const at = path.replace(/:(\w+)/gu, (_, name: string) => ids[name] ?? "");
    const init = {
      method,
      headers: { authorization: `Bearer ${emulator.adminToken}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    const before = JSON.stringify([emulator.settings, emulator.store.chats.all(), emulator.store.apps.size]);
    const response = await emulator.fetch(`${emulator.apiUrl}/emulator${at}`, init);
    expect([400, 404]).toContain(response.status);
    expect(((await response.json()) as { error: string }).error).toContain(field);
    expect(JSON.stringify([emulator.settings, emulator.store.chats.all(), emulator.store.apps.size])).toBe(before);
  });
});
