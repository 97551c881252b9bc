import { describe, expect, it } from "vitest";
import { createEmulator } from "../../../src/emulator/index.ts";
import type { Emulator } from "../../../src/emulator/index.ts";
import { silentLogger } from "../../../src/log/index.ts";
import { AccountClients } from "../../../extensions/feishu/openclaw/account/clients.ts";
import { resolveAccount } from "../../../extensions/feishu/config/index.ts";
import type { FeishuAccountConfig } from "../../../extensions/feishu/config/index.ts";
import {
  sendLoadedMedia,
  sendPresentation,
  sendWholeText,
} from "../../../extensions/feishu/openclaw/outbound/message-sender.ts";
import type { SendContext } from "../../../extensions/feishu/openclaw/outbound/message-sender.ts";
import { inspectAccount, probeAccount } from "../../../extensions/feishu/openclaw/account/status.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { mp4File, opusFile } from "../../support/samples/media-files.ts";

/** A PNG of one pixel. */
const PIXEL = new Uint8Array(
  Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
  ),
);

function rig(config: FeishuAccountConfig = {}): {
  emulator: Emulator;
  clock: FakeClock;
  clients: AccountClients;
  context: SendContext;
  chatId: string;
} {
  const clock = new FakeClock();
  const emulator = createEmulator({ clock });
  let draws = 0;
  // Ids are drawn from it, and Feishu takes two messages with one id for the same.
  const random = (): number => (draws = (draws * 16_807 + 12_345) % 2_147_483_647) / 2_147_483_647;
  const clients = new AccountClients({ clock, random, logger: silentLogger, fetch: emulator.fetch });
  const { appId, appSecret } = emulator.app;
  const account = resolveAccount({ channels: { feishu: { appId, appSecret, domain: emulator.apiUrl, ...config } } });
  const chatId = emulator.directChatId();
  const context: SendContext = {
    lease: clients.borrow(account),
    config,
    target: { type: "chat", chatId },
    chatId,
    locale: "en",
  };
  return { emulator, clock, clients, context, chatId };
}

describe("[A11] complete messages", () => {
  it.each([
    ["short text", "Hello **you**", {}, "post"],
    ["plain text where cards are not wanted", "| a | b |", { renderMode: "raw" as const }, "text"],
    ["a table", "| a | b |\n| --- | --- |\n| 1 | 2 |", {}, "card"],
    ["code", "See\n```js\n1\n```", {}, "card"],
    ["anything where cards are wanted", "Hello", { renderMode: "card" as const }, "card"],
  ])("%s goes as it reads best", async (_name, text, config, kind) => {
    const { emulator, clock, context, chatId } = rig(config);
    const ids = await clock.runUntil(sendWholeText(context, text));
    expect(emulator.visibleTexts(chatId)).toMatchObject([{ kind, messageId: ids[0] }]);
  });

  it("[A2] a card starts as the config says: the entity first, or the message first and then its id", async () => {
    for (const [start, first] of [
      ["create", ["card.create", "message.create"]],
      ["convert", ["message.create", "card.id_convert"]],
    ] as const) {
      const { emulator, clock, context } = rig({ renderMode: "card", card: { start } });
      await clock.runUntil(sendWholeText(context, "Hello"));
      const calls = emulator.timeline.find({}).map(({ operation }) => operation);
      expect(calls.filter((name) => first.some((wanted) => wanted === name))).toEqual(first);
    }
  });

  it("long plain text is cut at lines, nothing lost, no emoji split", async () => {
    const { emulator, clock, context, chatId } = rig({ renderMode: "raw", textChunkLimit: 50 });
    const text = `${"a line of text\n".repeat(10)}${"🎉".repeat(60)}`;
    await clock.runUntil(sendWholeText(context, text));
    const shown = emulator.visibleTexts(chatId).map((message) => message.text);
    expect(shown.length).toBeGreaterThan(4);
    expect(shown.every((piece) => piece.length <= 50 && piece.isWellFormed())).toBe(true);
    expect(shown.join("").replace(/\s/gu, "")).toBe(text.replace(/\s/gu, ""));
  });

  const LARGE = new Uint8Array(11 * 1_048_576);
  it.each([
    ["a picture", PIXEL, "image/png", "a.png", "image"],
    ["a picture of more than 10 MB", LARGE, "image/png", "a.png", "file"],
    ["what only claims to be a picture", new Uint8Array(20), "image/png", "a.png", "file"],
    ["Opus", PIXEL, "audio/ogg; codecs=opus", "a.opus", "audio"],
    ["Opus without a type", PIXEL, undefined, "a.opus", "audio"],
    ["Opus that nobody names", opusFile(1_000), "application/octet-stream", "voice", "audio"],
    ["Opus in an Ogg file without a type", opusFile(1_000), undefined, "a.ogg", "audio"],
    ["another Ogg file without a type", new TextEncoder().encode("OggS vorbis"), undefined, "a.ogg", "file"],
    ["a picture that nobody names", PIXEL, "application/octet-stream", "a.png", "image"],
    ["MP3", PIXEL, "audio/mpeg", "a.mp3", "file"],
    ["MP4", PIXEL, "video/mp4", "a.mp4", "media"],
    ["another video", PIXEL, "video/quicktime", "a.mov", "file"],
    ["a document", PIXEL, "application/pdf", "a.pdf", "file"],
  ])("%s goes as what it is", async (_what, data, contentType, fileName, msgType) => {
    const { emulator, clock, context } = rig();
    const media = { buffer: data, contentType, fileName };
    const id = await clock.runUntil(sendLoadedMedia(context, media, `/tmp/${fileName}`));
    expect(emulator.store.messages.get(id)?.msgType).toBe(msgType);
  });

  it("a file that is too large or empty is refused with the limit", async () => {
    const { clock, context } = rig({ mediaMaxMb: 100 });
    const send = (size: number): Promise<string> =>
      clock.runUntil(sendLoadedMedia(context, { buffer: new Uint8Array(size), fileName: "a.bin" }, "/tmp/a.bin"));
    await expect(send(31 * 1_048_576)).rejects.toThrow(/im\.file\.create not sent: .*31457280/u);
    await expect(send(0)).rejects.toThrow(/im\.file\.create not sent/u);
  });

  it("an upload that Feishu is too busy for is tried again", async () => {
    const { emulator, clock, context } = rig();
    emulator.faults.add({ operation: "*.create", effect: { type: "http", status: 502 }, count: 2 });
    const media = { buffer: PIXEL, contentType: "image/png", fileName: "a.png" };
    const id = await clock.runUntil(sendLoadedMedia(context, media, "/tmp/a.png"));
    expect(emulator.store.messages.get(id)?.msgType).toBe("image");
  });

  it.each([{ type: "lost" as const }, { type: "code" as const, code: 230020 }, { type: "http" as const, status: 502 }])(
    "[A7] a message meets %j and is there once",
    async (effect) => {
      const { emulator, clock, context, chatId } = rig();
      emulator.faults.add({ operation: "message.create", effect, count: 2 });
      await clock.runUntil(sendWholeText(context, "Hello"));
      expect(emulator.visibleTexts(chatId).map((message) => message.text)).toEqual(["Hello"]);
    },
  );

  it("a presentation with controls is a card, one that is only text is its text", async () => {
    const { emulator, clock, context, chatId } = rig();
    const blocks = [{ type: "buttons", buttons: [{ label: "Go", value: "go" }] }];
    await clock.runUntil(sendPresentation(context, { text: "Go?" }, { blocks }));
    await clock.runUntil(sendPresentation(context, { text: "Hi" }, { blocks: [{ type: "text", text: "Hi" }] }));
    expect(emulator.visibleTexts(chatId)).toMatchObject([
      { kind: "card", labels: ["Go"], text: "Go?" },
      { kind: "post", text: "Hi" },
    ]);
  });
});

describe("[A8] asking Feishu about an account", () => {
  it("names the bot when all is well", async () => {
    const { emulator, clock, clients } = rig();
    const { appId, appSecret, name } = emulator.app;
    const account = resolveAccount({ channels: { feishu: { appId, appSecret, domain: emulator.apiUrl } } });
    expect(await clock.runUntil(probeAccount(clients, account, 5_000))).toMatchObject({ ok: true, bot: { name } });
  });

  it("names the missing scope and the page that grants it", async () => {
    const { emulator, clock, clients } = rig();
    emulator.app.scopes.clear();
    emulator.app.scopes.add("im:message");
    const { appId, appSecret } = emulator.app;
    const account = resolveAccount({ channels: { feishu: { appId, appSecret, domain: emulator.apiUrl } } });
    const probe = await clock.runUntil(probeAccount(clients, account, 5_000));
    expect(probe.ok).toBe(false);
    expect(probe.error).toContain("cardkit:card:write");
    expect(probe.fix).toMatch(/grant it on https?:\S+cardkit:card:write/u);
  });

  it("names a scope without which nobody is heard, although cards work", async () => {
    const { emulator, clock, clients } = rig();
    emulator.app.scopes.clear();
    for (const scope of ["cardkit:card:write", "im:message:send_as_bot"]) emulator.app.scopes.add(scope);
    const { appId, appSecret } = emulator.app;
    const account = resolveAccount({ channels: { feishu: { appId, appSecret, domain: emulator.apiUrl } } });
    const probe = await clock.runUntil(probeAccount(clients, account, 5_000));
    expect(probe).toMatchObject({ ok: false, error: "the app lacks the scope im:message.p2p_msg:readonly" });
    expect(probe.fix).toContain("?q=im%3Amessage.p2p_msg%3Areadonly");
  });

  it("tells an account whose secret is a reference from one without", () => {
    const inspect = (appSecret: unknown): object =>
      inspectAccount({ channels: { feishu: { appId: "cli_a1a2a3a4a5a6a7a8", appSecret } } });
    const ref = { source: "env", provider: "default", id: "X" };
    expect(inspect(ref)).toMatchObject({ configured: true, tokenStatus: "configured_unavailable", tokenSource: "env" });
    expect(inspect("s")).toMatchObject({ configured: true, tokenStatus: "available", tokenSource: "config" });
    expect(inspect(undefined)).toMatchObject({ configured: false, tokenStatus: "missing" });
  });

  it("[B24] keeps one client per app, and says what is missing in the config", () => {
    const { clients, context } = rig();
    expect(() => clients.borrow(resolveAccount({}))).toThrow(/needs appId and appSecret/u);
    expect(context.lease.client.accountId).toBe("default");
  });
});

describe("[E7] files", () => {
  it.each([
    ["a voice message", opusFile(3_000), "audio/ogg", "a.opus", "opus"],
    ["a video", mp4File(4_500, 600), "video/mp4", "a.mp4", "mp4"],
  ])("%s is sent with its length", async (_name, bytes, contentType, fileName, type) => {
    const { emulator, clock, context } = rig();
    const media = { buffer: bytes, contentType, fileName };
    const id = await clock.runUntil(sendLoadedMedia(context, media, fileName));
    const content = emulator.store.messages.get(id)?.content as { file_key: string };
    const durationMs = type === "opus" ? 3_000 : 4_500;
    expect(emulator.store.files.get(content.file_key)).toMatchObject({ type, durationMs });
  });

  it.each([
    ["季度报告.zip", undefined],
    [undefined, "https://files.example/%E5%AD%A3%E5%BA%A6%E6%8A%A5%E5%91%8A.zip?x=1"],
  ])("keep their name in any script (%j, %j)", async (fileName, url) => {
    const { emulator, clock, context } = rig();
    const media = { buffer: new TextEncoder().encode("zip"), contentType: "application/zip", fileName };
    const id = await clock.runUntil(sendLoadedMedia(context, media, url ?? "x"));
    const content = emulator.store.messages.get(id)?.content as { file_key: string };
    expect(emulator.store.files.get(content.file_key)?.name).toBe("季度报告.zip");
  });
});

describe("[E7] a presentation that Feishu takes no card of", () => {
  it("arrives as text", async () => {
    const { emulator, clock, context, chatId } = rig();
    const options = Array.from({ length: 100 }, (_, i) => ({ label: `Option ${i}`, value: "v".repeat(1_900) }));
    const presentation = { title: "Pick", blocks: [{ type: "select", placeholder: "One of", options }] };
    const ids = await clock.runUntil(sendPresentation(context, {}, presentation));
    expect(ids.length).toBeGreaterThan(0);
    const shown = emulator
      .visibleTexts(chatId)
      .map(({ text }) => text)
      .join("\n");
    for (const words of ["Pick", "Option 0", "Option 99"]) expect(shown).toContain(words);
  });
});
