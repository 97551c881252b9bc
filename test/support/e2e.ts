import type { FeishuChannelAccount } from "../../extensions/feishu/index.ts";
import { startBot } from "../../src/cli/start/bot.ts";
import { toEmulatorAccount } from "../../src/cli/emulator/emulator-account.ts";
import { startEmulator } from "../../src/emulator/index.ts";
import type { Emulator, EmulatorOptions, UserMessage, VisibleMessage } from "../../src/emulator/index.ts";
import { createModelCatalog, readHostConfig } from "../../src/host/index.ts";
import type { Host, TurnResult } from "../../src/host/index.ts";
import type { ChatModel, Tool } from "../../src/llm/index.ts";
import type { Logger } from "../../src/log/index.ts";
import { silentLogger } from "../../src/log/index.ts";
import { createSystemClock } from "../../src/time/index.ts";

/** How an {@link E2e} is set up. */
export interface E2eOptions {
  readonly model: ChatModel;
  readonly tools?: readonly Tool[];
  /** The config file. */
  readonly config?: object;
  readonly emulator?: EmulatorOptions;
  readonly logger?: Logger;
  /** @defaultValue the emulator's first app, with `channels.feishu` of the config */
  readonly accounts?: (emulator: Emulator) => readonly FeishuChannelAccount[];
}

/** A local Feishu, the extension on its long connection, the host and a model: real sockets, real time. */
export interface E2e {
  readonly emulator: Emulator;
  readonly host: Host;
  /** A person says something; resolves when the answer has its final state. */
  ask(message: string | UserMessage): Promise<Answer>;
  /** A person says something; resolves with the ids as soon as the answer has begun. */
  begin(message: string | UserMessage): Promise<{ chatId: string; messageId: string; answered: Promise<Answer> }>;
  /** What the bot shows in a chat after a message. */
  shownAfter(chatId: string, messageId: string): VisibleMessage[];
  close(): Promise<void>;
}

/** What became of a question. */
export interface Answer {
  readonly chatId: string;
  readonly messageId: string;
  readonly result: TurnResult;
  readonly shown: readonly VisibleMessage[];
}

/** Starts everything; close it in `finally`. */
export async function startE2e(options: E2eOptions): Promise<E2e> {
  const emulator = await startEmulator({ port: 0, ...options.emulator });
  const { value: config, issues } = readHostConfig(JSON.stringify(options.config ?? {}), {});
  if (config === undefined) throw new Error(`config: ${JSON.stringify(issues)}`);
  const bot = await startBot({
    config,
    language: "zh",
    accounts: options.accounts?.(emulator) ?? [toEmulatorAccount(emulator, config.channels["feishu"])],
    models: createModelCatalog({ "test/model": () => options.model }),
    tools: options.tools ?? [],
    stateDir: undefined,
    clock: createSystemClock(),
    logger: options.logger ?? silentLogger,
    random: Math.random,
    signal: new AbortController().signal,
  });
  const shownAfter = (chatId: string, messageId: string): VisibleMessage[] => {
    const all = emulator.visibleTexts(chatId);
    return all
      .slice(all.findIndex((message) => message.messageId === messageId) + 1)
      .filter(({ sender }) => sender === "app");
  };
  const begin: E2e["begin"] = async (message) => {
    const started = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<TurnResult>();
    const early = new Map<string, TurnResult>();
    let id: string | undefined;
    const onStart = (turn: { message: { messageId: string } }): void => {
      if (turn.message.messageId === id) started.resolve();
    };
    const onEnd = (turn: { message: { messageId: string }; result: TurnResult }): void => {
      early.set(turn.message.messageId, turn.result);
      if (turn.message.messageId === id) ended.resolve(turn.result);
    };
    bot.host.events.on("turn-start", onStart);
    bot.host.events.on("turn-end", onEnd);
    // The event reaches the bot over a socket, so it cannot be taken up before `id` is set.
    const { chatId, messageId } = emulator.sendAsUser(typeof message === "string" ? { text: message } : message);
    id = messageId;
    const answered = ended.promise.then((result) => {
      bot.host.events.off("turn-start", onStart);
      bot.host.events.off("turn-end", onEnd);
      return { chatId, messageId, result, shown: shownAfter(chatId, messageId) };
    });
    await started.promise;
    return { chatId, messageId, answered };
  };
  return {
    emulator,
    host: bot.host,
    begin,
    async ask(message) {
      return (await begin(message)).answered;
    },
    shownAfter,
    async close() {
      await bot.host.stop();
      await emulator.close();
    },
  };
}

/** A model that says the same to everything, as fast as it is read. */
export function sayingModel(...texts: string[]): ChatModel {
  const usage = {
    inputTokens: 1,
    outputTokens: 2,
    totalTokens: 3,
    reasoningTokens: undefined,
    cachedInputTokens: undefined,
  };
  return {
    provider: "test",
    model: "saying",
    async *streamTurn() {
      yield { type: "start-step", step: 0 };
      for (const text of texts) if (text !== "") yield { type: "text-delta", text };
      yield { type: "finish-step", finishReason: "stop", usage };
      yield { type: "finish", finishReason: "stop", usage };
    },
    async close() {},
  };
}
