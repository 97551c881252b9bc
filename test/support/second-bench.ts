import { createFeishuClient } from "../../extensions/feishu/client/index.ts";
import { FeishuDelivery } from "../../extensions/feishu/delivery/index.ts";
import { createReplyDispatcher } from "../../extensions/feishu/reply-dispatcher.ts";
import type { ReplyDispatcher, ReplyDispatcherOptions } from "../../extensions/feishu/reply-dispatcher.ts";
import { silentLogger } from "../../src/log/index.ts";
import { looksUnfinished, readable } from "../second-feishu/eyes.ts";
import type { Fault } from "../second-feishu/faults.ts";
import { SecondFeishu } from "../second-feishu/second-feishu.ts";
import type { World } from "../second-feishu/world.ts";
import { DEFAULT_WORLD } from "../second-feishu/world.ts";
import { CallTrace } from "./call-trace.ts";
import { FakeClock } from "./fake-clock.ts";
import { seededRandom } from "./reply-bench.ts";

/** The real client and the real engine on the second Feishu, in virtual time. */
export interface SecondBench {
  readonly clock: FakeClock;
  readonly feishu: SecondFeishu;
  /** Every call, readable. */
  readonly trace: CallTrace;
  readonly delivery: FeishuDelivery;
  readonly chatId: string;
  open(options?: Partial<Omit<ReplyDispatcherOptions, "delivery">>): ReplyDispatcher;
  /** What can be read in each of the bot's messages. */
  texts(): string[];
  /** Messages that look as if they were still being written. */
  unfinished(): number;
}

export function createSecondBench(
  options: {
    world?: Partial<World>;
    faults?: readonly Fault[];
    latency?: readonly [number, number];
    seed?: number;
  } = {},
): SecondBench {
  const clock = new FakeClock({ settleRounds: 2 });
  const random = seededRandom(options.seed ?? 1);
  const { faults, latency } = options;
  const feishu = new SecondFeishu({ clock, random, world: { ...DEFAULT_WORLD, ...options.world }, faults, latency });
  const { appId, appSecret, baseUrl: domain } = feishu;
  const account = { appId, appSecret, domain };
  const trace = new CallTrace(clock);
  const client = createFeishuClient({ account, fetch: trace.watch(feishu.fetch), clock, logger: silentLogger, random });
  const delivery = new FeishuDelivery({ client, clock, random });
  const chatId = "oc_bench";
  const own = () => feishu.messages(chatId).filter(({ sender }) => sender === "app");
  return {
    clock,
    feishu,
    trace,
    delivery,
    chatId,
    open: (reply = {}) => createReplyDispatcher({ delivery, target: { type: "chat", chatId }, chatId, ...reply }),
    texts: () => own().map((message) => readable(feishu, message)),
    unfinished: () => own().filter((message) => looksUnfinished(feishu, message, ["status"])).length,
  };
}
