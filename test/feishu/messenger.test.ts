import { expect, it } from "vitest";
import { createFeishuInstance } from "../../extensions/feishu/index.ts";
import { createFeishuMessenger } from "../../extensions/feishu/messenger.ts";
import { createEmulator } from "../../src/emulator/index.ts";
import { toDelta } from "../../src/stream/index.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { seededRandom } from "../support/reply-bench.ts";

it("sends no message of a reply before it is known that this process may, and none when it may not", async () => {
  const clock = new FakeClock();
  const emulator = createEmulator({ clock });
  const { appId, appSecret } = emulator.app;
  const options = { appId, appSecret, domain: emulator.apiUrl, fetch: emulator.fetch, clock, random: seededRandom(1) };
  const messenger = createFeishuMessenger({ instance: createFeishuInstance(options) });
  const chatId = emulator.directChatId();
  const texts = () => emulator.visibleTexts(chatId).map(({ text }) => text.trim());
  const asked = Promise.withResolvers<boolean>();
  const open = (mayWrite: () => boolean | Promise<boolean>, text: string) => {
    const reply = messenger.openReply({ chatId }, { mayWrite });
    reply.append(toDelta(text));
    return reply;
  };
  const [waiting, refused] = [open(() => asked.promise, "one"), open(async () => false, "two")];
  await clock.advance(5_000);
  expect(texts()).toEqual([]);
  const result = await clock.runUntil(refused.finalize());
  expect(result).toMatchObject({ delivered: 0, error: expect.any(Error) });
  asked.resolve(true);
  expect(await clock.runUntil(waiting.finalize())).toMatchObject({ delivered: 3, error: undefined });
  await clock.advance(60_000);
  expect(texts()).toEqual(["one"]);
  await messenger.close();
  await emulator.close();
});
