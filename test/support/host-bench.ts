import type { ChatModel } from "../../src/llm/index.ts";
import { silentLogger } from "../../src/log/index.ts";
import { createModelCatalog, Host } from "../../src/host/index.ts";
import type { HostOptions, HostSettings, StreamingMode } from "../../src/host/index.ts";
import type { CardAction, ChannelCapabilities, InboundMessage } from "../../src/plugin-sdk/index.ts";
import { FakeClock, settle } from "./fake-clock.ts";
import { MemoryChannel } from "./memory-channel.ts";
import type { OpenedReply } from "./memory-channel.ts";
import { StepModel } from "./llm/step-model.ts";

/** Settings of the host in tests; as in the product, but small enough to see the bounds. */
export const testSettings: HostSettings = {
  language: "auto",
  fallbackLanguage: "en",
  systemPrompt: "You are a test.",
  queueMode: "queue",
  memory: { maxTurns: 20, maxChars: 40_000 },
  blockStreaming: false,
  block: {
    minChars: 100,
    maxChars: 300,
    breakPreference: "paragraph",
    coalesce: { minChars: 100, maxChars: 300, idleMs: 500 },
  },
  reasoning: true,
  usageFooter: false,
  maxSteps: 8,
  turnTimeoutMs: 600_000,
};

/** A host on virtual time with one memory channel and a model played by hand. */
export class HostBench {
  readonly clock: FakeClock = new FakeClock();
  readonly channel: MemoryChannel;
  readonly model: StepModel = new StepModel();
  readonly host: Host;
  #messages = 0;

  constructor(
    options: {
      settings?: Partial<HostSettings>;
      streaming?: StreamingMode;
      models?: Record<string, () => ChatModel>;
      tools?: HostOptions["tools"];
      capabilities?: Partial<ChannelCapabilities>;
    } = {},
  ) {
    this.host = new Host({
      settings: { ...testSettings, ...options.settings },
      models: createModelCatalog(options.models ?? { "step/by-hand": () => this.model }),
      tools: options.tools,
      clock: this.clock,
      logger: silentLogger,
    });
    this.channel = new MemoryChannel(this.host.questions, this.clock);
    this.host.attach({
      channel: "memory",
      capabilities: { ...this.channel.capabilities, ...options.capabilities },
      streaming: options.streaming ?? "partial",
      connection: this.channel,
    });
  }

  /** A person says something; resolves when the host has taken it up. */
  async say(text: string, more: Partial<InboundMessage> = {}): Promise<InboundMessage> {
    const message: InboundMessage = {
      channel: "memory",
      account: "default",
      messageId: `om_${++this.#messages}`,
      chatId: "oc_1",
      chatType: "direct",
      sender: { id: "ou_ann", name: "Ann" },
      text,
      sentAt: this.clock.wallNow(),
      ...more,
    };
    this.host.onMessage(message);
    await settle();
    return message;
  }

  /** Somebody presses a button; gives the English toast. */
  async press(
    value: Readonly<Record<string, unknown>> | undefined,
    operatorId = "ou_ann",
  ): Promise<string | undefined> {
    const action: CardAction = {
      channel: "memory",
      account: "default",
      messageId: undefined,
      chatId: "oc_1",
      operator: { id: operatorId },
      value: value ?? {},
    };
    const answer = await this.host.onCardAction(action);
    await settle();
    return answer.toast?.text.en;
  }

  /** The nth reply, counted from 1; the newest without a number. */
  opened(n: number = this.channel.replies.length): OpenedReply {
    const reply = this.channel.replies[n - 1];
    if (reply === undefined) throw new Error(`there are only ${this.channel.replies.length} replies`);
    return reply;
  }

  get reply(): OpenedReply["reply"] {
    return this.opened().reply;
  }
}
