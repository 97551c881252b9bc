import type { AppProcess } from "../feishu/app-process.ts";
import { BotTransport } from "../feishu/transport.ts";
import type { BotTransportOptions } from "../feishu/transport.ts";
import { MemoryDedupe } from "../feishu/inbound/index.ts";
import type { DedupeStore } from "../feishu/inbound/index.ts";
import { DeadlineError, sleep, withDeadline } from "../../src/time/index.ts";
import type { Clock } from "../../src/time/index.ts";

/** What a {@link ChatConnection} works with. */
export interface ChatConnectionOptions extends Omit<BotTransportOptions, "shared"> {
  /** One of several that work for the app, and how long its answers may go on when it stops. @defaultValue it is alone */
  readonly shared: { readonly process: AppProcess; readonly drainMs: number } | undefined;
}

/** Time for open answers and running handlers when the Chat shuts down. */
const STOP_WITHIN_MS = 3_500;

/** How events come in, and who else there is for the app. */
export class ChatConnection {
  readonly #transport: BotTransport;
  readonly #shared: ChatConnectionOptions["shared"];
  readonly #delivery: BotTransportOptions["instance"]["delivery"];
  #isStopping = false;

  /** @throws TypeError for a webhook without a key */
  constructor(options: ChatConnectionOptions) {
    const { shared, instance } = options;
    this.#shared = shared;
    this.#delivery = instance.delivery;
    const dedupe = options.dedupe ?? (shared && onceAmong(shared.process, instance.delivery.clock));
    this.#transport = new BotTransport({ ...options, dedupe, shared: undefined });
  }

  /** What the bot is called by Feishu, from when it started. */
  get botOpenId(): string | undefined {
    return this.#transport.bot?.openId;
  }

  /** Joins the other processes, and connects. @throws SharedStateError, or what {@link BotTransport.start} throws */
  async start(): Promise<void> {
    if (!this.#isStopping) await this.#shared?.process.start(this.#delivery);
    await this.#transport.start();
  }

  /** Takes a request of Feishu's. @returns 503 while it cannot start: Feishu sends the event again */
  async fetch(request: Request): Promise<Response> {
    try {
      if (this.#shared !== undefined) await this.start();
    } catch {
      return new Response(null, { status: 503 });
    }
    return this.#transport.fetch(request);
  }

  /** Resolves when everything that has come was handed to the listener. */
  idle(): Promise<void> {
    return this.#transport.idle();
  }

  /**
   * Disconnects. Where there are other processes, what is being answered may go on for the time that the settings give, and what is open
   * still is for them. Then `end` ends it.
   * @param answered resolves when nothing is being answered
   */
  async stop(answered: () => Promise<void>, end: () => Promise<void>): Promise<void> {
    this.#isStopping = true;
    const { clock } = this.#delivery;
    if (this.#shared !== undefined) {
      const { process, drainMs } = this.#shared;
      await this.#transport.disconnect();
      process.rest();
      const late = new AbortController();
      await Promise.race([answered(), sleep(clock, drainMs, late.signal).catch(() => {})]);
      late.abort();
    }
    await this.#transport.stop((received) =>
      withDeadline(clock, STOP_WITHIN_MS, "ending the answers", async () => {
        await received();
        await end();
      }).catch((error: unknown) => {
        if (!(error instanceof DeadlineError)) throw error;
      }),
    );
    await this.#shared?.process.leave();
  }
}

/** Each event once among all processes; while they cannot be asked, once in this one: better answered twice than never. */
function onceAmong(process: AppProcess, clock: Clock): DedupeStore {
  const own = new MemoryDedupe(clock);
  return {
    claim: async (key, forMs) => own.claim(key, forMs) && (await process.once(`event:${key}`, forMs).catch(() => true)),
  };
}
