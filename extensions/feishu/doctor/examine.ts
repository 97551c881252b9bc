import type { Language } from "../../../src/plugin-sdk/index.ts";
import type { Clock } from "../../../src/time/index.ts";
import { createOwnFetch } from "../client/index.ts";
import type { Fetch } from "../client/index.ts";
import type { FeishuDelivery } from "../delivery/index.ts";
import { checkBot, checkClock, checkScopes, checkToken } from "./check-app.ts";
import { checkCard, checkStreaming } from "./check-card.ts";
import { checkEvents, checkLongConnection, checkProxies } from "./check-events.ts";
import { checkWorld } from "./check-world.ts";
import type { Finding } from "./finding.ts";

/** What {@link examineFeishu} looks at. */
export interface ExamineOptions {
  readonly delivery: FeishuDelivery;
  /** Of the process; only looked through for proxies. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A chat to stream a card into; without it nobody sees anything of the examination. */
  readonly chatId?: string | undefined;
  readonly language: Language;
  /** For the one request that is no API call. @defaultValue a connection of its own */
  readonly fetch?: Fetch | undefined;
  readonly clock?: Clock | undefined;
  readonly signal: AbortSignal;
}

/** Checks one account from its credentials to a card, in the order in which things depend on each other; findings come as they are made. */
export async function* examineFeishu(options: ExamineOptions): AsyncGenerator<Finding, void, undefined> {
  const { delivery, signal, chatId, language } = options;
  const { client } = delivery;
  const clock = options.clock ?? delivery.clock;
  const own = options.fetch === undefined ? createOwnFetch({ proxy: client.account.proxy }) : undefined;
  try {
    const token = await checkToken(client, clock);
    yield token;
    const reachable = token.status === "ok" || token.code !== undefined;
    yield checkProxies(client, options.env, reachable);
    if (reachable) yield await checkClock(client, clock, options.fetch ?? own!.fetch, signal);
    // Without a token everything else would fail for the same reason.
    if (token.status !== "ok") return;
    yield await checkBot(client, signal);
    yield* await checkScopes(client, signal);
    yield await checkLongConnection(client, signal);
    yield await checkEvents(client, signal);
    yield await checkCard(delivery, signal);
    yield checkWorld(delivery);
    if (chatId !== undefined) yield await checkStreaming(delivery, chatId, language, signal);
  } finally {
    await own?.destroy();
  }
}
