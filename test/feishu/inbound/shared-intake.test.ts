import { expect, it } from "vitest";
import { createFeishuWebhook, FeishuReceiver } from "../../../extensions/feishu/inbound/index.ts";
import { silentLogger } from "../../../src/log/index.ts";
import type { IntakeEvent, SharedIntake } from "../../../src/plugin-sdk/index.ts";
import { FakeClock, settle } from "../../support/fake-clock.ts";
import { APP, BOT, messageEvent } from "./events.ts";

function setUp(take: SharedIntake["take"]) {
  const clock = new FakeClock();
  const told: string[] = [];
  const shared: SharedIntake = {
    take,
    owns: () => true,
    mayWrite: () => true,
    lease: async () => ({ granted: 0, retryMs: 0, processes: 1 }),
  };
  const receiver = new FeishuReceiver({
    accountId: "main",
    appId: APP,
    botOpenId: BOT,
    clock,
    logger: silentLogger,
    shared,
    listener: { onMessage: ({ text }) => void told.push(text) },
  });
  const handle = createFeishuWebhook({ receiver, clock, logger: silentLogger, verificationToken: "vtoken" });
  const post = (body: unknown): Promise<Response> =>
    handle(new Request("https://bot.example/events", { method: "POST", body: JSON.stringify(body) }));
  return { post, told, receiver };
}

it("[D13] Feishu is told that an event arrived only once it is where it survives this process, and nobody is told of it before", async () => {
  const stored = Promise.withResolvers<"taken" | "local">();
  const events: IntakeEvent[] = [];
  const { post, told, receiver } = setUp((event) => {
    events.push(event);
    return stored.promise;
  });
  const body = messageEvent({ text: "hi" });
  let status: number | undefined;
  const posted = post(body).then((response) => (status = response.status));
  for (let i = 0; i < 20; i++) await settle();
  expect(status, "it is not stored yet").toBeUndefined();
  expect(told).toEqual([]);
  stored.resolve("taken");
  await posted;
  expect(status).toBe(200);
  await receiver.idle();
  expect(told, "whoever owns the chat tells it").toEqual([]);
  expect(events).toMatchObject([{ body }]);
  await receiver.replay(events[0]?.body);
  expect(told).toEqual(["hi"]);
});

it("[D13] Feishu is told to send an event again when nobody knows whether it was stored", async () => {
  const { post, told, receiver } = setUp(() => Promise.reject(new Error("no answer")));
  expect((await post(messageEvent({ text: "hi" }))).status).toBeGreaterThanOrEqual(500);
  await receiver.idle();
  expect(told).toEqual([]);
});
