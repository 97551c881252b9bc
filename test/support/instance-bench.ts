import { createFeishuInstance } from "../../extensions/feishu/index.ts";
import type { FeishuInstance, FeishuInstanceOptions } from "../../extensions/feishu/index.ts";
import { createEmulator } from "../../src/emulator/index.ts";
import type { Emulator, EmulatorOptions } from "../../src/emulator/index.ts";
import { FakeClock } from "./fake-clock.ts";
import { answersIn, seededRandom } from "./reply-bench.ts";

/** The library's outer edge and the emulator, in virtual time. */
export interface InstanceBench {
  readonly clock: FakeClock;
  readonly emulator: Emulator;
  readonly instance: FeishuInstance;
  readonly chatId: string;
  /** Texts of the bot's messages, answer elements joined. */
  answers(): string[];
  close(): Promise<void>;
}

export function createInstanceBench(
  options: { clock?: FakeClock; emulator?: Partial<EmulatorOptions>; instance?: Partial<FeishuInstanceOptions> } = {},
): InstanceBench {
  const clock = options.clock ?? new FakeClock({ settleRounds: 2 });
  const emulator = createEmulator({ clock, seed: 1, latencyMs: 50, ...options.emulator });
  const { appId, appSecret } = emulator.app;
  const instance = createFeishuInstance({
    appId,
    appSecret,
    domain: emulator.apiUrl,
    fetch: emulator.fetch,
    clock,
    random: seededRandom(1),
    ...options.instance,
  });
  const chatId = emulator.directChatId();
  return {
    clock,
    emulator,
    instance,
    chatId,
    answers: () => answersIn(emulator, chatId),
    async close() {
      await instance.close();
      await emulator.close();
    },
  };
}
