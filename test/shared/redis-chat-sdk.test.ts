import { afterEach, describe, expect, it } from "vitest";
import { startEmulator } from "../../src/emulator/index.ts";
import type { Emulator, VisibleMessage } from "../../src/emulator/index.ts";
import { serveChatState } from "../support/process/chat-state.ts";
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

describe.skipIf(why !== undefined)(
  `a bot of the Chat SDK's in several processes${why === undefined ? "" : `: ${why}`}`,
  () => {
    const cleanups: (() => unknown)[] = [];
    afterEach(async () => {
      for (const clean of cleanups.splice(0).toReversed()) await clean();
    });

    async function bots(): Promise<[Emulator, Replica[]]> {
      const redis = await redisForTests();
      cleanups.push(() => redis.close());
      const emulator = await startEmulator();
      cleanups.push(() => emulator.close());
      const state = await serveChatState();
      cleanups.push(() => state.close());
      const env = {
        LARK_APP_ID: emulator.app.appId,
        LARK_APP_SECRET: emulator.app.appSecret,
        LARK_DOMAIN: emulator.apiUrl,
        CARDSTREAM_REDIS: redis.url,
        PREFIX: `test-${crypto.randomUUID()}`,
        STATE_URL: state.url,
      };
      const start = async (name: string): Promise<Replica> => {
        const cli = startScript("test/support/process/chat-bot-child.ts", [], { env: { ...env, NAME: name } });
        cleanups.push(() => cli.child.kill("SIGKILL"));
        await cli.until(/^connected$/mu);
        return { name, cli };
      };
      return [emulator, await Promise.all(["ann", "bob"].map(start))];
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

    it(
      "[D13][E13] kill -9 in the middle of an answer: another process ends its card, and handles nothing twice",
      SLOW,
      async () => {
        const [emulator, replicas] = await bots();
        const { chatId } = emulator.sendAsUser({ text: "hang on" });
        const busy = await untilShown(emulator, chatId, shows("word 3."), 20_000);
        const [owner, other] = split(replicas, busy);
        owner.cli.child.kill("SIGKILL");
        const ended = await untilShown(emulator, chatId, shows("service restarted"), 30_000);
        expect(ended).toMatchObject({ messageId: busy.messageId, streaming: false });
        expect(ended.text).toContain("word 3.");
        expect(other.cli.stdout(), "it may have done anything").not.toContain("handles hang");
      },
    );

    it(
      "[D13] a hung process that comes back writes nothing more; one that is stopped lets its answer go on",
      SLOW,
      async () => {
        const [emulator, replicas] = await bots();
        const { chatId } = emulator.sendAsUser({ text: "hang on" });
        const busy = await untilShown(emulator, chatId, shows("word 3."), 20_000);
        const [owner] = split(replicas, busy);
        owner.cli.child.kill("SIGSTOP");
        const ended = await untilShown(emulator, chatId, shows("service restarted"), 30_000);
        owner.cli.child.kill("SIGCONT");
        await owner.cli.until(/took this one for dead/u);
        await new Promise((resolve) => setTimeout(resolve, 2_000));
        expect(emulator.visibleTexts(chatId).filter(({ sender }) => sender === "app")).toEqual([ended]);
        emulator.sendAsUser({ chatId, text: "hang again" });
        const again = await untilShown(emulator, chatId, shows("answers hang again"), 20_000);
        const [stopped] = split(replicas, again);
        const { length } = again.text;
        stopped.cli.child.kill("SIGTERM");
        expect(await stopped.cli.ended).toBe(0);
        const last = emulator.visibleTexts(chatId).find(({ messageId }) => messageId === again.messageId);
        expect(last?.text.length).toBeGreaterThan(length + 40);
        expect(last?.streaming).toBe(false);
      },
    );

    it("[D13] Stop and the bot's own buttons work whichever process the press comes to", SLOW, async () => {
      const [emulator] = await bots();
      const chatId = emulator.directChatId();
      // Presses, as messages, come to any of the processes.
      const asked = ["hang one", "hang two", "hang three"];
      for (const text of asked) {
        emulator.sendAsUser({ chatId, text });
        const { messageId } = await untilShown(emulator, chatId, shows(`answers ${text}`), 20_000);
        const { toast } = await emulator.clickAs({ messageId, elementId: "stop" });
        expect(toast?.content).toMatch(/Stopping|正在停止/u);
        const stopped = await untilShown(
          emulator,
          chatId,
          (one) => one.messageId === messageId && !one.streaming,
          20_000,
        );
        expect(stopped.text).toMatch(/word 1\..*(?:Stopped|已停止)/su);
      }
      const isButton = ({ labels }: VisibleMessage): boolean => labels.includes("Go");
      await expect
        .poll(() => emulator.visibleTexts(chatId).filter(isButton).length, { timeout: 20_000 })
        .toBe(asked.length);
      const cards = emulator.visibleTexts(chatId).filter(isButton);
      for (const [index, text] of asked.entries()) {
        await emulator.clickAs({
          messageId: cards[index]?.messageId ?? "",
          value: { cardstream: "chat", action: "go", value: text },
        });
        await untilShown(emulator, chatId, shows(`ran ${text}`), 20_000);
      }
    });
  },
);
