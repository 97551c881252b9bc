import { afterEach, describe, expect, it } from "vitest";
import { startEmulator } from "../../src/emulator/index.ts";
import type { Emulator, VisibleMessage } from "../../src/emulator/index.ts";
import { startScript } from "../support/process/cli-process.ts";
import type { CliProcess } from "../support/process/cli-process.ts";
import { redisForTests, whyNoRedis } from "../support/process/redis-server.ts";
import { untilShown } from "../support/until-shown.ts";

const why = whyNoRedis();
/** Loading the SDK twice takes seconds on a busy machine. */
const SLOW = { timeout: 90_000 };

interface Replica {
  readonly name: string;
  readonly cli: CliProcess;
}

describe.skipIf(why !== undefined)(`createBot in several processes${why === undefined ? "" : `: ${why}`}`, () => {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const clean of cleanups.splice(0).toReversed()) await clean();
  });

  async function bots(names: readonly string[]): Promise<[Emulator, Replica[]]> {
    const redis = await redisForTests();
    cleanups.push(() => redis.close());
    const emulator = await startEmulator();
    cleanups.push(() => emulator.close());
    const { appId, appSecret } = emulator.app;
    const common = {
      FEISHU_APP_ID: appId,
      FEISHU_APP_SECRET: appSecret,
      FEISHU_DOMAIN: emulator.apiUrl,
      CARDSTREAM_REDIS: redis.url,
      PREFIX: `test-${crypto.randomUUID()}`,
    };
    const start = async (name: string): Promise<Replica> => {
      const cli = startScript("test/support/process/shared-bot-child.ts", [], { env: { ...common, NAME: name } });
      cleanups.push(() => cli.child.kill("SIGKILL"));
      await cli.until(/^connected$/mu);
      return { name, cli };
    };
    return [emulator, await Promise.all(names.map(start))];
  }
  const shows =
    (text: string) =>
    (message: VisibleMessage): boolean =>
      message.sender === "app" && message.text.includes(text);
  const split = (replicas: readonly Replica[], busy: VisibleMessage): [Replica, Replica] => {
    const owner = replicas.find(({ name }) => busy.text.includes(`${name} answers`));
    const other = replicas.find((replica) => replica !== owner);
    if (owner === undefined || other === undefined) throw new Error(`nobody wrote ${busy.text}`);
    return [owner, other];
  };

  it("kill -9 in the middle of an answer: another process ends its card and answers what waits", SLOW, async () => {
    const [emulator, replicas] = await bots(["ann", "bob"]);
    const { chatId } = emulator.sendAsUser({ text: "hang on" });
    const busy = await untilShown(emulator, chatId, shows("word 3."), 20_000);
    const [owner, other] = split(replicas, busy);
    for (const text of ["second", "third"]) emulator.sendAsUser({ chatId, text });
    await new Promise((resolve) => setTimeout(resolve, 500));
    owner.cli.child.kill("SIGKILL");
    await untilShown(emulator, chatId, shows(`${other.name} answers third`), 30_000);
    const ended = await untilShown(emulator, chatId, shows("service restarted"), 20_000);
    expect(ended.text).toContain("word 3.");
    expect(ended.messageId).toBe(busy.messageId);
    expect(ended.streaming).toBe(false);
    const answers = emulator.visibleTexts(chatId).filter(({ sender }) => sender === "app");
    expect(answers.map(({ text }) => / answers (\w+)/u.exec(text)?.[1])).toEqual(["hang", "second", "third"]);
    expect(other.cli.stdout(), "it may have done anything").not.toContain("handles hang");
  });

  it("every message is answered once, and a press works whichever process it comes to", SLOW, async () => {
    const [emulator] = await bots(["ann", "bob"]);
    const chatId = emulator.directChatId();
    const asked = Array.from({ length: 8 }, (_, index) => `question${index}`);
    for (const text of asked) emulator.sendAsUser({ chatId, text });
    const answersOf = (): VisibleMessage[] =>
      emulator.visibleTexts(chatId).filter(({ sender, labels }) => sender === "app" && labels.includes("Go"));
    await expect.poll(() => answersOf().length, { timeout: 30_000 }).toBe(8);
    const answers = answersOf();
    expect(emulator.visibleTexts(chatId).filter(({ sender }) => sender === "app")).toHaveLength(8);
    // Two that come at the same moment to two processes have no order.
    expect(
      answers.map(({ text }) => / answers (\w+)/u.exec(text)?.[1]).toSorted((a = "", b = "") => a.localeCompare(b)),
    ).toEqual(asked);
    // Presses, as messages, come to any of the processes.
    for (const { messageId, text } of answers) {
      const name = /^(\w+) answers (\w+)/u.exec(text);
      const { toast } = await emulator.clickAs({ messageId, elementId: "after0" });
      expect(toast?.content).toBe(`${name?.[1]} ran ${name?.[2]}`);
    }
  });

  it(
    "a process that hangs and comes back writes nothing more; one that is stopped lets its answer go on",
    SLOW,
    async () => {
      const [emulator, replicas] = await bots(["ann", "bob"]);
      const { chatId } = emulator.sendAsUser({ text: "hang on" });
      const busy = await untilShown(emulator, chatId, shows("word 3."), 20_000);
      const [owner, other] = split(replicas, busy);
      owner.cli.child.kill("SIGSTOP");
      const ended = await untilShown(emulator, chatId, shows("service restarted"), 30_000);
      owner.cli.child.kill("SIGCONT");
      await owner.cli.until(/took this one for dead/u);
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      expect(emulator.visibleTexts(chatId).filter(({ sender }) => sender === "app")).toEqual([ended]);
      emulator.sendAsUser({ chatId, text: "hang again" });
      const again = await untilShown(emulator, chatId, shows("answers hang again"), 20_000);
      const [stopped] = split(replicas, again);
      const length = again.text.length;
      stopped.cli.child.kill("SIGTERM");
      expect(await stopped.cli.ended).toBe(0);
      const last = emulator.visibleTexts(chatId).find(({ messageId }) => messageId === again.messageId);
      expect(last?.text.length).toBeGreaterThan(length + 40);
      expect(last?.streaming).toBe(false);
      expect(other.name).not.toBe(owner.name);
    },
  );
});
