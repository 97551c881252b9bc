import { createModelCatalog, Host, SharedChats } from "../../src/host/index.ts";
import type { HostOptions } from "../../src/host/index.ts";
import { silentLogger } from "../../src/log/index.ts";
import type { CardAction, InboundMessage } from "../../src/plugin-sdk/index.ts";
import { MemoryState } from "../../src/shared/index.ts";
import type { SharedState } from "../../src/shared/index.ts";
import { FakeClock } from "./fake-clock.ts";
import { testSettings } from "./host-bench.ts";
import { MemoryChannel } from "./memory-channel.ts";
import { StepModel } from "./llm/step-model.ts";

/** A channel whose events are its messages. */
export class ReplayingChannel extends MemoryChannel {
  onMessage: (message: InboundMessage) => void = () => {};

  async replay(body: unknown): Promise<void> {
    this.onMessage(body as InboundMessage);
  }
}

/** One process of a bot: its own host, model and channel, and the state that it shares. */
export class SharedBotProcess {
  readonly channel: ReplayingChannel;
  readonly model: StepModel = new StepModel();
  readonly chats: SharedChats;

  #isDead = false;

  constructor(clock: FakeClock, state: SharedState, tools?: HostOptions["tools"]) {
    const host = new Host({
      settings: testSettings,
      models: createModelCatalog({ "step/by-hand": () => this.model }),
      tools,
      clock,
      logger: silentLogger,
    });
    this.chats = new SharedChats({
      state: this.#reaching(state),
      host,
      channel: "memory",
      account: "default",
      clock,
      logger: silentLogger,
      random: () => 0.5,
      lifetimeMs: 1_500,
    });
    this.channel = new ReplayingChannel(host.questions, clock);
    this.channel.onMessage = (message) => this.chats.onMessage(message);
    const { capabilities } = this.channel;
    host.attach({ channel: "memory", capabilities, streaming: "partial", connection: this.channel });
  }

  /** As `kill -9`: nothing more comes of it. */
  kill(): void {
    this.#isDead = true;
  }

  #reaching(state: SharedState): SharedState {
    return new Proxy(state, {
      get: (target, name: keyof SharedState) => {
        const method = target[name] as (...args: unknown[]) => unknown;
        return (...args: unknown[]) => (this.#isDead ? new Promise(() => {}) : method.apply(target, args));
      },
    });
  }
}

/** Two processes of a bot on virtual time. */
export interface TwoProcesses {
  readonly clock: FakeClock;
  readonly state: MemoryState;
  readonly one: SharedBotProcess;
  readonly other: SharedBotProcess;
}

export async function twoProcesses(tools?: HostOptions["tools"]): Promise<TwoProcesses> {
  const clock = new FakeClock();
  const state = new MemoryState(clock);
  const one = new SharedBotProcess(clock, state, tools);
  const other = new SharedBotProcess(clock, state, tools);
  await one.chats.start(one.channel);
  await other.chats.start(other.channel);
  return { clock, state, one, other };
}

/** A message of Ann's. */
export const said = (messageId: string, text: string): InboundMessage => ({
  channel: "memory",
  account: "default",
  messageId,
  chatId: "oc_1",
  chatType: "direct",
  sender: { id: "ou_ann", name: "Ann" },
  text,
  sentAt: 0,
});
/** A message as an event of its channel. */
export const event = (message: InboundMessage): { chatId: string; id: string; body: unknown } => ({
  chatId: message.chatId,
  id: message.messageId,
  body: message,
});

/** A press on a button in the chat. */
export const pressed = (value: Readonly<Record<string, string>> | undefined, by = "ou_ann"): CardAction => ({
  channel: "memory",
  account: "default",
  messageId: undefined,
  chatId: "oc_1",
  operator: { id: by },
  value: value ?? {},
});
