import { createMemoryState } from "@chat-adapter/state-memory";
import { Chat } from "chat";
import type { Logger } from "chat";
import { createLarkAdapter } from "../../extensions/chat-sdk/index.ts";
import type { LarkAdapter, LarkAdapterConfig } from "../../extensions/chat-sdk/index.ts";
import { startEmulator } from "../../src/emulator/index.ts";
import type { Emulator } from "../../src/emulator/index.ts";

/** A bot of the Chat SDK's on an emulator. */
export interface ChatBench {
  readonly emulator: Emulator;
  readonly adapter: LarkAdapter;
  readonly bot: Chat<{ lark: LarkAdapter }>;
  /** What the Chat logged as errors. */
  readonly errors: string[];
  readonly group: string;
  openIdOf(name: string): string;
  close(): Promise<void>;
}

const quiet = (errors: string[]): Logger => {
  const none = (): void => {};
  const logger: Logger = {
    debug: none,
    info: none,
    warn: none,
    error: (message, fields) => void errors.push(`${message} ${JSON.stringify(fields, replaceError)}`),
    child: () => logger,
  };
  return logger;
};

const replaceError = (_: string, value: unknown): unknown => (value instanceof Error ? value.message : value);

/** Handlers go on the bot before `bot.initialize()`. */
export async function openChatBench(config: Partial<LarkAdapterConfig> = {}): Promise<ChatBench> {
  const emulator = await startEmulator({ port: 0 });
  const { appId, appSecret } = emulator.app;
  const adapter = createLarkAdapter({ appId, appSecret, domain: emulator.apiUrl, ...config });
  const errors: string[] = [];
  const bot = new Chat({
    userName: "helper",
    adapters: { lark: adapter },
    state: createMemoryState(),
    logger: quiet(errors),
  });
  return {
    emulator,
    adapter,
    bot,
    errors,
    group: emulator.store.chats.all().find(({ type }) => type === "group")?.chatId ?? "",
    openIdOf(name) {
      const user = emulator.store.users.find(name);
      if (user === undefined) throw new Error(`there is no ${name}`);
      return emulator.store.users.openId(user, appId);
    },
    async close() {
      await bot.shutdown();
      await emulator.close();
    },
  };
}
