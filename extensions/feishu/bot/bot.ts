import { silentLogger } from "../../../src/log/index.ts";
import { createSystemClock } from "../../../src/time/index.ts";
import type { ConnectionState } from "../inbound/index.ts";
import { machineRandom } from "../instance.ts";
import type { FeishuInstance } from "../instance.ts";
import { readShare } from "../shared-redis.ts";
import type { Share } from "../shared-redis.ts";
import { BotWork } from "./bot-work.ts";
import type { BotHandlers, BotMiddleware, CommandHandler, CommandOptions } from "./events.ts";
import { HandlerBook } from "./handler-book.ts";
import type { BotMessage } from "./message.ts";
import type { BotOptions } from "./options.ts";
import { SharedBot } from "./shared-bot.ts";

/**
 * A Feishu or Lark bot made of handlers. Each event is told once, messages of one conversation one after the other, and only of people
 * who may talk to it; every reply ends, whatever happens to its handler, to Feishu or to the process.
 */
export interface FeishuBot<Value = unknown> {
  /** The connected app, for what is not an answer: `streamTo`, `send.ts`. */
  readonly instance: FeishuInstance;
  /** How its connection is doing; with a webhook `connected` once it is known who the bot is. */
  readonly state: ConnectionState;
  /** Adds a handler. @throws TypeError for an event that does not exist */
  on<K extends keyof BotHandlers<Value>>(event: K, handler: BotHandlers<Value>[K]): this;
  /** Adds a command: `weather` is for `/weather Paris`, which then does not reach `message`. @throws TypeError for a name that cannot be or is taken */
  command(name: string, handler: CommandHandler<Value>, options?: CommandOptions): this;
  /**
   * Does what the Stop button does: ends the answers that are being written in a message's conversation for who wrote it, and takes out
   * what waits there. For a command `/stop` that is answered while busy.
   * @returns whether anything was being written for them
   */
  cancel(message: BotMessage): boolean;
  /** Adds middleware around the handlers of messages and commands; the first added is outermost. */
  use(middleware: BotMiddleware<Value>): this;
  /**
   * Connects. Resolves when events can arrive; once connected the long connection keeps trying for ever. Cards that an earlier process
   * left open are closed behind it (`stateDir`). Calling it again gives the same, unless it failed.
   * @throws FeishuApiError when Feishu refuses the app, FeishuInputError for an app id that cannot connect, FeishuTransportError when
   * Feishu does not answer for 9 s, SharedStateError when the Redis of `shared` cannot be used, the signal's reason, or an Error after
   * `stop`
   */
  start(options?: { readonly signal?: AbortSignal | undefined }): Promise<void>;
  /**
   * Takes a request of Feishu's (`webhook`), on any server that speaks `Request` and `Response`; starts the bot when nobody has. Answers
   * within 3 s; handlers run behind the answer. Where a platform freezes a process that has answered, hand in its `waitUntil`.
   * @returns 401 for what is not proven to come from Feishu, 503 while the bot cannot start: Feishu sends the event again
   * @throws TypeError without the option `webhook`
   */
  fetch(request: Request, context?: { waitUntil?(work: Promise<unknown>): void }): Promise<Response>;
  /** Resolves when no handler runs, nothing waits and every card has its final state. */
  idle(): Promise<void>;
  /**
   * Ends replies that are being written as interrupted, tells who waits that no answer will come, and disconnects; within 5 s. With
   * `shared` what waits is for the other processes, and replies go on for `drainSeconds` before. Idempotent.
   */
  stop(): Promise<void>;
}

/**
 * Makes a bot. Nothing is sent before it is started. `Value` is the type of its buttons' values.
 * @throws TypeError naming the option that cannot be used
 */
export function createBot<Value = unknown>(options: BotOptions): FeishuBot<Value> {
  return new Bot<Value>(options, shareOf(options));
}

function shareOf({ shared, clock = createSystemClock(), logger = silentLogger }: BotOptions): Share | undefined {
  return shared === false ? undefined : readShare(shared, { clock, logger, env: process.env, at: "shared" });
}

/** {@link createBot} with what its processes share already chosen. */
export class Bot<Value> implements FeishuBot<Value> {
  readonly #handlers: HandlerBook<Value>;
  readonly #work: BotWork<Value>;
  readonly #core: BotWork<Value>["core"];
  readonly #shared: SharedBot | undefined;
  #stopping: Promise<void> | undefined;

  constructor(given: BotOptions, share: Share | undefined) {
    const { appId, clock = createSystemClock(), random = machineRandom, logger = silentLogger } = given;
    this.#handlers = new HandlerBook<Value>(given);
    this.#shared = share && new SharedBot({ appId, share, clock, random, logger });
    this.#work = new BotWork({ ...given, clock }, this.#handlers, this.#shared);
    this.#core = this.#work.core;
  }

  get instance(): FeishuInstance {
    return this.#core.instance;
  }

  get state(): ConnectionState {
    return this.#core.transport.state;
  }

  on<K extends keyof BotHandlers<Value>>(event: K, handler: BotHandlers<Value>[K]): this {
    this.#handlers.on(event, handler);
    return this;
  }

  command(name: string, handler: CommandHandler<Value>, options?: CommandOptions): this {
    this.#handlers.command(name, handler, options);
    return this;
  }

  cancel(message: BotMessage): boolean {
    return this.#work.cancel(message);
  }

  use(middleware: BotMiddleware<Value>): this {
    this.#handlers.middleware.push(middleware);
    return this;
  }

  async start({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    const { transport, instance } = this.#core;
    if (this.#stopping === undefined)
      await this.#shared?.start(instance.delivery, {
        work: this.#work,
        replay: (event) => transport.replay(event),
        idle: () => this.idle(),
      });
    await transport.start(signal);
    this.#shared?.connected();
  }

  async fetch(request: Request, context?: { waitUntil?(work: Promise<unknown>): void }): Promise<Response> {
    if (this.#shared !== undefined) {
      try {
        await this.start();
      } catch {
        return new Response(null, { status: 503 });
      }
    }
    const response = await this.#core.transport.fetch(request);
    context?.waitUntil?.(this.idle());
    return response;
  }

  idle(): Promise<void> {
    return this.#core.idle();
  }

  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop());
  }

  async #stop(): Promise<void> {
    if (this.#shared !== undefined) {
      await this.#core.transport.disconnect();
      await this.#shared.drain();
    }
    await this.#core.stop();
    await this.#shared?.leave();
  }
}
