import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { startEmulator } from "../../src/emulator/index.ts";
import type { Emulator, VisibleMessage } from "../../src/emulator/index.ts";
import { startCli } from "../support/process/cli-process.ts";
import type { CliProcess } from "../support/process/cli-process.ts";
import { redisForTests, whyNoRedis } from "../support/process/redis-server.ts";
import { beginStream, chatChunk, startModelServer } from "../support/llm/sse-model-server.ts";
import { untilShown } from "../support/until-shown.ts";
import { removeFolder } from "../support/remove-folder.ts";

const why = whyNoRedis();
/** Loading the SDKs twice takes seconds on a busy machine. */
const SLOW = { timeout: 90_000 };

/** A bot's process, and the model that it alone asks. */
interface Replica {
  readonly name: string;
  readonly cli: CliProcess;
  /** What its model was asked. */
  readonly requests: Record<string, unknown>[];
}

describe.skipIf(why !== undefined)(`one bot in several processes${why === undefined ? "" : `: ${why}`}`, () => {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const clean of cleanups.splice(0).toReversed()) await clean();
  });

  /** Starts processes; a question that begins with `hang` is answered half. */
  async function bots(
    names: readonly string[],
    shared: object = {},
  ): Promise<[Emulator, Replica[], (name: string) => Promise<Replica>]> {
    const redis = await redisForTests();
    cleanups.push(() => redis.close());
    const emulator = await startEmulator();
    cleanups.push(() => emulator.close());
    const folder = mkdtempSync(join(tmpdir(), "cardstream-shared-"));
    cleanups.push(() => removeFolder(folder));
    const prefix = `test-${crypto.randomUUID()}`;
    const config = { shared: { redis: redis.url, prefix, leaseSeconds: 2, ...shared } };
    writeFileSync(join(folder, "cardstream.json5"), JSON.stringify(config));
    const start = async (name: string): Promise<Replica> => {
      const model = await startModelServer((body, response) => {
        const asked = JSON.stringify((body["messages"] as { content: unknown }[]).at(-1)?.content);
        beginStream(response);
        if (!asked.includes("hang")) {
          chatChunk(response, { content: `answered by ${name}` }, "stop");
          response.end("data: [DONE]\n\n");
          return;
        }
        // Grows for as long as it may.
        let written = 0;
        const grow = (): void => chatChunk(response, { content: `half of ${name}, word ${++written}. ` });
        grow();
        const timer = setInterval(grow, 200);
        response.on("close", () => clearInterval(timer));
      });
      cleanups.push(() => model.close());
      const cli = startCli(["start", "--lang", "en", "--config", "cardstream.json5", "--verbose"], {
        cwd: folder,
        env: {
          FEISHU_APP_ID: emulator.app.appId,
          FEISHU_APP_SECRET: emulator.app.appSecret,
          FEISHU_DOMAIN: emulator.apiUrl,
          OPENAI_API_KEY: "k",
          OPENAI_BASE_URL: model.baseUrl,
          OPENAI_MODEL: "m",
        },
      });
      cleanups.push(() => cli.child.kill("SIGKILL"));
      await cli.until(/waiting for messages/iu);
      return { name, cli, requests: model.requests };
    };
    return [emulator, await Promise.all(names.map(start)), start];
  }

  const shows =
    (text: string) =>
    (message: VisibleMessage): boolean =>
      message.sender === "app" && message.text.includes(text);
  const split = (replicas: readonly Replica[], busy: VisibleMessage): [Replica, Replica] => {
    const owner = replicas.find(({ name }) => busy.text.includes(`half of ${name}`));
    const other = replicas.find((replica) => replica !== owner);
    if (owner === undefined || other === undefined) throw new Error(`nobody wrote ${busy.text}`);
    return [owner, other];
  };

  it(
    "[D13] kill -9 in the middle of an answer: another one goes on in the same card, and answers what waits",
    SLOW,
    async () => {
      const [emulator, replicas] = await bots(["ann", "bob"]);
      const { chatId } = emulator.sendAsUser({ text: "hang on" });
      const busy = await untilShown(emulator, chatId, shows("word 3."), 20_000);
      const [owner, other] = split(replicas, busy);
      // These wait for the answer, whichever process they come to.
      for (const text of ["second", "third"]) emulator.sendAsUser({ chatId, text });
      await new Promise((resolve) => setTimeout(resolve, 500));
      owner.cli.child.kill("SIGKILL");
      const seen = emulator.visibleTexts(chatId).find(({ messageId }) => messageId === busy.messageId)?.text ?? "";
      const ended = await untilShown(
        emulator,
        chatId,
        ({ messageId, streaming }) => messageId === busy.messageId && !streaming,
        30_000,
      );
      // What people saw stays, to the letter, and the rest comes behind it.
      const said = /half of .*word \d+\./su.exec(seen)?.[0] ?? "?";
      expect(ended.text).toContain(said);
      expect(ended.text).toMatch(new RegExp(`answered by ${other.name}`, "u"));
      expect(ended.text.split("word 2.")).toHaveLength(2);
      await expect
        .poll(() => emulator.visibleTexts(chatId).filter(shows(`answered by ${other.name}`)).length, {
          timeout: 20_000,
        })
        .toBe(3);
      expect(emulator.visibleTexts(chatId).filter(({ sender }) => sender === "app")).toHaveLength(3);
      expect(other.requests).toHaveLength(3);
      expect(JSON.stringify(other.requests[0]), "it is shown what it had said").toContain("word 2.");
      const remembered = JSON.stringify(other.requests[1]);
      expect(remembered, "and remembers all of it as one answer").toContain("word 2.");
      expect(remembered).not.toContain("Continue exactly");
      await expect.poll(() => emulator.visibleTexts(chatId).filter(({ streaming }) => streaming)).toEqual([]);
    },
  );

  it(
    "a process that is started again where one was killed does not end the card that another one goes on with",
    SLOW,
    async () => {
      const [emulator, replicas, start] = await bots(["ann", "bob"], { leaseSeconds: 10 });
      const { chatId } = emulator.sendAsUser({ text: "hang on" });
      const busy = await untilShown(emulator, chatId, shows("word 3."), 20_000);
      const [owner] = split(replicas, busy);
      owner.cli.child.kill("SIGKILL");
      // In the same folder, long before anybody has taken over.
      await start("cid");
      const ended = await untilShown(emulator, chatId, shows("answered by"), 60_000);
      expect(ended.messageId).toBe(busy.messageId);
      await expect.poll(() => emulator.visibleTexts(chatId).filter(({ streaming }) => streaming)).toEqual([]);
      const messages = emulator.visibleTexts(chatId).filter(({ sender }) => sender === "app");
      expect(messages.map(({ text }) => text)).toEqual([expect.not.stringMatching(/interrupted/iu)]);
    },
  );

  it("the buttons of an answer that was gone on with work in the process that is left", SLOW, async () => {
    const [emulator, replicas] = await bots(["ann", "bob"]);
    const { chatId } = emulator.sendAsUser({ text: "hang on" });
    const busy = await untilShown(emulator, chatId, shows("word 2."), 20_000);
    const [owner] = split(replicas, busy);
    owner.cli.child.kill("SIGKILL");
    const card = await untilShown(
      emulator,
      chatId,
      ({ messageId, labels }) => messageId === busy.messageId && labels.includes("Regenerate"),
      30_000,
    );
    // Once the answer has ended in its process, too.
    await expect
      .poll(async () => (await emulator.clickAs({ messageId: card.messageId, elementId: "after0" })).toast?.type, {
        timeout: 10_000,
        interval: 500,
      })
      .toBe("success");
    await untilShown(emulator, chatId, (message) => message.messageId !== card.messageId && shows("half of")(message));
    const buttons = () => emulator.visibleTexts(chatId).find(({ messageId }) => messageId === card.messageId)?.labels;
    await expect.poll(buttons, { timeout: 10_000, interval: 200 }).not.toContain("Regenerate");
    expect(emulator.visibleTexts(chatId).filter(({ sender }) => sender === "app")).toHaveLength(2);
  });

  it("a process that hangs and comes back writes nothing more, to its card or beside it", SLOW, async () => {
    const [emulator, replicas] = await bots(["ann", "bob"]);
    const { chatId } = emulator.sendAsUser({ text: "hang on" });
    const busy = await untilShown(emulator, chatId, shows("word 3."), 20_000);
    const [owner, other] = split(replicas, busy);
    owner.cli.child.kill("SIGSTOP");
    const ended = await untilShown(emulator, chatId, shows(`answered by ${other.name}`), 30_000);
    owner.cli.child.kill("SIGCONT");
    await owner.cli.until(/took this one for dead/u);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const messages = emulator.visibleTexts(chatId).filter(({ sender }) => sender === "app");
    expect(messages.map(({ text, streaming }) => ({ text, streaming }))).toEqual([
      { text: ended.text.replace(/\s*(?:Thinking…|Stop)\s*/gu, "").trimEnd(), streaming: false },
    ]);
    // And it is of use again.
    owner.cli.child.kill("SIGSTOP");
    owner.cli.child.kill("SIGCONT");
    other.cli.child.kill("SIGKILL");
    emulator.sendAsUser({ chatId, text: "second" });
    await untilShown(emulator, chatId, shows(`answered by ${owner.name}`), 30_000);
  });

  it("every message is answered once and in order, whichever process Feishu gives it to", SLOW, async () => {
    const [emulator] = await bots(["ann", "bob"]);
    const chatId = emulator.directChatId();
    const questions = Array.from({ length: 8 }, (_, index) => `question ${index}`);
    for (const text of questions) emulator.sendAsUser({ chatId, text });
    await expect
      .poll(() => emulator.visibleTexts(chatId).filter(shows("answered by")).length, { timeout: 30_000 })
      .toBe(8);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(emulator.visibleTexts(chatId).filter(({ sender }) => sender === "app")).toHaveLength(8);
  });

  it("a process that is told to stop lets its answer end, and the others answer what waits", SLOW, async () => {
    const [emulator, replicas] = await bots(["ann", "bob"], { drainSeconds: 2 });
    const { chatId } = emulator.sendAsUser({ text: "hang on" });
    const busy = await untilShown(emulator, chatId, shows("word 2."), 20_000);
    const [owner, other] = split(replicas, busy);
    emulator.sendAsUser({ chatId, text: "second" });
    await new Promise((resolve) => setTimeout(resolve, 500));
    const before =
      emulator.visibleTexts(chatId).find(({ messageId }) => messageId === busy.messageId)?.text.length ?? 0;
    owner.cli.child.kill("SIGTERM");
    expect([0, 143]).toContain(await owner.cli.ended);
    await untilShown(emulator, chatId, shows(`answered by ${other.name}`), 20_000);
    const after = emulator.visibleTexts(chatId).find(({ messageId }) => messageId === busy.messageId);
    expect(after?.text.length, "it went on while it could").toBeGreaterThan(before);
    expect(after?.streaming).toBe(false);
    expect(after?.labels).toEqual(["Regenerate", "Continue"]);
  });

  it("a Redis that is not there is named when the bot starts", SLOW, async () => {
    const emulator = await startEmulator();
    cleanups.push(() => emulator.close());
    const cli = startCli(["start", "--lang", "en"], {
      env: {
        FEISHU_APP_ID: emulator.app.appId,
        FEISHU_APP_SECRET: emulator.app.appSecret,
        FEISHU_DOMAIN: emulator.apiUrl,
        CARDSTREAM_REDIS: "redis://:hunter2@127.0.0.1:9",
      },
    });
    expect(await cli.ended).toBe(1);
    expect(cli.stderr()).toContain("the shared Redis cannot be reached: redis://127.0.0.1:9");
    expect(cli.stderr()).not.toContain("hunter2");
  });
});
