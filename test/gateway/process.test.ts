import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answersIn } from "../support/reply-bench.ts";
import { createGatewayWorld } from "../support/process/gateway-process.ts";
import type { GatewayWorld } from "../support/process/gateway-process.ts";

let world: GatewayWorld;
beforeAll(async () => {
  world = await createGatewayWorld();
});
afterAll(() => world.close());

async function ask(url: string, path: string, body: object): Promise<{ id: string; acknowledged: number }> {
  const response = await fetch(`${url}/gateway/feishu${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${world.token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(response.ok, await response.clone().text()).toBe(true);
  return (await response.json()) as { id: string; acknowledged: number };
}

/** Waits for the local Feishu to show something, as a reader would. */
async function untilFeishu(check: () => boolean): Promise<void> {
  await new Promise<void>((resolve) => {
    const off = world.emulator.feed.subscribe(() => {
      if (!check()) return;
      off();
      resolve();
    });
    if (check()) {
      off();
      resolve();
    }
  });
}

const answers = (): string[] => answersIn(world.emulator, world.chatId);
const shown = (): string => JSON.stringify(world.emulator.visibleTexts(world.chatId));
const streaming = (): number => [...world.emulator.store.cards.all()].filter((card) => card.streaming).length;

describe("cardstream gateway as a process", () => {
  it("[C12] closes the card of a client that disappears in mid-stream, with its text", async () => {
    const { url, process } = await world.start();
    const client = request(`${url}/gateway/feishu/pipe?chat_id=${world.chatId}&language=en`, {
      method: "POST",
      headers: { authorization: `Bearer ${world.token}`, "content-type": "text/plain" },
    });
    client.on("error", () => {});
    client.write("the first half");
    await untilFeishu(() => answers().includes("the first half"));
    client.destroy();
    await untilFeishu(() => streaming() === 0 && shown().includes("the sender disconnected"));
    expect(answers()).toContain("the first half");
    process.child.kill("SIGTERM");
    expect(await process.ended).toBe(0);
  });

  it("[C12] lets go of a client that is connected but silent: its card is closed, its socket too", async () => {
    const { url, process } = await world.start(["--idle", "1"]);
    const client = request(`${url}/gateway/feishu/pipe?chat_id=${world.chatId}`, {
      method: "POST",
      headers: { authorization: `Bearer ${world.token}`, "content-type": "text/plain" },
    });
    const gone = new Promise<void>((resolve) => client.on("socket", (socket) => socket.on("close", () => resolve())));
    const answered = new Promise<number | undefined>((resolve, reject) => {
      client.on("error", reject);
      client.on("response", (response) => {
        response.resume();
        resolve(response.statusCode);
      });
    });
    client.write("not another word");
    expect(await answered).toBe(422);
    await gone;
    expect([answers().at(-1), streaming()]).toEqual(["not another word", 0]);
    process.child.kill("SIGTERM");
    expect(await process.ended).toBe(0);
  });

  it("[C12] on SIGTERM shows all text it has taken, marked as interrupted, and ends with 0", async () => {
    const { url, process } = await world.start();
    const { id } = await ask(url, "/streams", { chat_id: world.chatId });
    const text = "taken but perhaps not yet visible ".repeat(40);
    await ask(url, `/streams/${id}/append`, { text, offset: 0 });
    process.child.kill("SIGTERM");
    expect(await process.ended).toBe(0);
    expect(answers()).toContain(text);
    expect(shown()).toContain("the service restarted");
    expect(streaming()).toBe(0);
  });

  it("[C12][D7] after kill -9 the next start closes the card; what was visible stays", async () => {
    const first = await world.start();
    const { id } = await ask(first.url, "/streams", { chat_id: world.chatId, language: "en" });
    await ask(first.url, `/streams/${id}/append`, { text: "visible before the kill", offset: 0 });
    expect((await ask(first.url, `/streams/${id}/flush`, {})).acknowledged).toBe(23);
    first.process.child.kill("SIGKILL");
    await first.process.ended;
    expect(streaming()).toBe(1);
    const second = await world.start();
    await second.process.until(/1 card\(s\) left open by an earlier run/u);
    expect(streaming()).toBe(0);
    expect(answers()).toContain("visible before the kill");
    const response = await fetch(`${second.url}/gateway/feishu/streams/${id}`, {
      headers: { authorization: `Bearer ${world.token}` },
    });
    expect(response.status).toBe(404);
    second.process.child.kill("SIGTERM");
    expect(await second.process.ended).toBe(0);
  });
});
