import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { startEmulator } from "../../src/emulator/index.ts";
import type { Emulator, VisibleMessage } from "../../src/emulator/index.ts";
import { redisForTests, whyNoRedis } from "../support/process/redis-server.ts";
import { answersAfter, until } from "./support/conversation.ts";
import { startFakeModel } from "./support/fake-model.ts";
import type { FakeModel } from "./support/fake-model.ts";
import { createHostHome, freePort, startGateway } from "./support/gateway.ts";
import type { Gateway, HostHome } from "./support/gateway.ts";
import { HOOK_APP, LIVE_APP, MAIN_APP, makeConfig, makeEnvironment } from "./support/host-config.ts";
import { installPlugin } from "./support/install-plugin.ts";

const why = whyNoRedis();

interface Member {
  readonly home: HostHome;
  readonly port: number;
  gateway: Gateway;
}

describe.skipIf(why !== undefined)(`two gateways of one app${why === undefined ? "" : `: ${why}`}`, () => {
  const cleanups: (() => unknown)[] = [];
  let emulator: Emulator;
  let model: FakeModel;
  const members: Member[] = [];

  beforeAll(async () => {
    const redis = await redisForTests();
    cleanups.push(() => redis.close());
    emulator = await startEmulator({ apps: [MAIN_APP, LIVE_APP, HOOK_APP] });
    cleanups.push(() => emulator.close());
    model = await startFakeModel();
    cleanups.push(() => model.close());
    const prefix = `test-${crypto.randomUUID()}`;
    for (const name of ["ann", "bob"]) {
      const home = createHostHome();
      cleanups.push(() => home.remove());
      const port = await freePort();
      home.writeConfig({ gateway: { mode: "local", port, bind: "loopback" } });
      await installPlugin(home, inject("plugin"));
      const { appId, appSecret } = MAIN_APP;
      const channel = {
        accounts: { main: { appId, appSecret, dmPolicy: "open", allowFrom: ["*"] } },
        shared: { prefix, leaseSeconds: 3 },
      };
      const { apiUrl: feishuUrl } = emulator;
      const { workspace } = home;
      const more = { port, workspace, hookPort: 0, proxyUrl: "", groupId: "", channel };
      const config = makeConfig(home.readConfig(), { emulator, feishuUrl, modelUrl: model.url, ...more });
      home.writeConfig({ ...config, bindings: [] });
      Object.assign(home.env, makeEnvironment(), { CARDSTREAM_REDIS: redis.url });
      const gateway = await startGateway(home, port);
      cleanups.push(() => gateway.stop("SIGKILL"));
      members.push({ home, port, gateway });
      await until(() => emulator.connections().length === members.length, 300_000, `${name} to connect`);
    }
  });
  afterAll(async () => {
    for (const clean of cleanups.splice(0).toReversed()) await clean();
  });

  it(
    "one ends the card that the other was killed in; a press finds the gateway whose button it is",
    { timeout: 300_000 },
    async () => {
      const text = "say it slowly";
      model.script(text, { steps: [{ text: "Half of it is here. " }, { waitMs: 120_000 }, { text: "And the rest." }] });
      const begin = async (): Promise<() => VisibleMessage | undefined> => {
        const sent = emulator.sendAsUser({ text });
        const card = (): VisibleMessage | undefined => answersAfter(emulator, sent)[0];
        await until(() => card()?.text.includes("Half of it is here.") === true, 90_000, "half an answer");
        return card;
      };
      // The emulator gives events to one connection after the other, so one of these presses comes to the other gateway.
      for (let round = 0; round < 2; round++) {
        const card = await begin();
        const { toast } = await emulator.clickAs({ messageId: card()?.messageId ?? "", elementId: "stop" });
        expect(toast?.type).toBe("success");
        await until(() => card()?.streaming === false, 30_000, "the card to be stopped");
      }
      const card = await begin();
      for (const { gateway } of members) expect(gateway.log()).not.toMatch(/settings without effect.*shared/u);
      // Which of them writes it is not known: both are killed in turn, and the first one comes back.
      const [ann, bob] = members;
      if (ann === undefined || bob === undefined) throw new Error("two are needed");
      await ann.gateway.stop("SIGKILL");
      const isEnded = (): boolean => card()?.text.includes("restarted") === true;
      await new Promise((resolve) => setTimeout(resolve, 15_000));
      if (!isEnded()) {
        ann.gateway = await startGateway(ann.home, ann.port);
        cleanups.push(() => ann.gateway.stop("SIGKILL"));
        await until(() => emulator.connections().length === 2, 300_000, "the first to connect again");
        await bob.gateway.stop("SIGKILL");
      }
      await until(isEnded, 60_000, "the card to be ended by the other gateway");
      expect(card()?.streaming).toBe(false);
    },
  );
});
