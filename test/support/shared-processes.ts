import type { Share } from "../../extensions/feishu/shared-redis.ts";
import { MemoryState, SharedStateError } from "../../src/shared/index.ts";
import type { InboxListener, SharedState } from "../../src/shared/index.ts";
import type { FakeClock } from "./fake-clock.ts";

/** Processes of one app that share a state in memory, each of which can die or hang. */
export class SharedProcesses {
  readonly #clock: FakeClock;
  readonly #states = new Map<string, MemoryState>();
  #names = 0;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  state(scope: string): MemoryState {
    const known = this.#states.get(scope) ?? new MemoryState(this.#clock, () => `s${this.#names++}`);
    this.#states.set(scope, known);
    return known;
  }

  add(options: { readonly lifetimeMs?: number; readonly drainMs?: number } = {}): SharedProcess {
    const { lifetimeMs = 15_000, drainMs = 20_000 } = options;
    return new SharedProcess((scope) => this.state(scope), { lifetimeMs, drainMs });
  }
}

/** One of them. */
export class SharedProcess {
  readonly share: Share;
  #thawed: Promise<void> | undefined;
  #thaw = (): void => {};
  #isAway = false;

  constructor(stateOf: (scope: string) => MemoryState, times: Pick<Share, "lifetimeMs" | "drainMs">) {
    this.share = { ...times, open: async (scope) => this.#guard(stateOf(scope)) };
  }

  /** The state cannot be reached from here any more. */
  breakOff(): void {
    this.#isAway = true;
  }

  /** Nothing that it asks from now on is asked before it is thawed. */
  freeze(): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#thawed = promise;
    this.#thaw = resolve;
  }

  thaw(): void {
    this.#thawed = undefined;
    this.#thaw();
  }

  /** A fetch that belongs to it. */
  fetch(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
    return async (...given) => {
      await this.#thawed;
      return fetch(...given);
    };
  }

  #guard(state: MemoryState): SharedState {
    return new Proxy<SharedState>(state, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== "function") return value;
        if (name === "close") return async () => {};
        if (name === "listen")
          return (session: string, listener: InboxListener) => this.#listen(target, session, listener);
        return async (...given: unknown[]): Promise<unknown> => {
          await this.#thawed;
          if (this.#isAway) throw new SharedStateError("unreachable", "away");
          return value.apply(target, given);
        };
      },
    });
  }

  #listen(state: SharedState, session: string, listener: InboxListener): () => void {
    const later = (tell: () => void): void => {
      if (this.#thawed === undefined) tell();
      else void this.#thawed.then(tell);
    };
    return state.listen(session, {
      onChat: (chat) => later(() => listener.onChat(chat)),
      onMessage: (body) => later(() => listener.onMessage(body)),
      onLog: (log) => later(() => listener.onLog(log)),
      onReconnected: () => later(() => listener.onReconnected()),
    });
  }
}
