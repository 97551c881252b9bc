import { createPersistentDedupe } from "openclaw/plugin-sdk/persistent-dedupe";
import type { Logger } from "../../../../src/log/index.ts";
import { errorName, errorText, silentLogger } from "../../../../src/log/index.ts";
import { withDeadline } from "../../../../src/time/index.ts";
import type { Clock } from "../../../../src/time/index.ts";
import { createFeishuWebhook, FeishuConnection, FeishuReceiver } from "../../inbound/index.ts";
import type { DedupeStore, FeishuCardAction, FeishuListener } from "../../inbound/index.ts";
import type { AppProcess } from "../../app-process.ts";
import { getBotInfoFeishu } from "../../send.ts";
import type { AccountClients, AccountLease } from "../account/clients.ts";
import { AccountSession } from "./session.ts";
import { findIgnoredKeys, findProblems, OPENCLAW, readSection } from "../../config/index.ts";
import type { ResolvedAccount } from "../../config/index.ts";
import type { HostRuntime } from "../host/index.ts";
import { toLogger } from "../host/log.ts";
import type { LiveSource } from "./live-source.ts";
import type { OpenQuestions } from "../outbound/open-questions.ts";
import type { AccountContext, AccountSnapshot } from "../host/plugin-shape.ts";
import { logFailure } from "./session-parts.ts";
import type { ButtonRegistry } from "../outbound/turn-buttons.ts";
import type { UnansweredMessages } from "./unanswered.ts";
import { startWebhookServer } from "../account/webhook-server.ts";

/** What accounts share. */
export interface GatewayOptions {
  readonly clients: AccountClients;
  readonly buttons: ButtonRegistry;
  readonly questions: OpenQuestions;
  readonly liveSource: LiveSource;
  readonly unanswered: UnansweredMessages;
  readonly clock: Clock;
  readonly random: () => number;
  readonly runtime: () => HostRuntime;
}

/** Feishu's last redelivery of an event comes about 7 h after the first. */
const DEDUPE_MS = 12 * 3_600_000;
const DEDUPE_ENTRIES = 20_000;
/** Starting later is better than answering twice, up to here. */
const WARM_UP_WITHIN_MS = 10_000;
/** Open cards are closed within this long when the account stops. */
const CLOSE_WITHIN_MS = 4_000;

/**
 * Runs one account until the host stops it. While the network or Feishu is down the connection keeps trying, and says so in the
 * account's status.
 * @throws when Feishu refuses the app, or the config cannot work; the host shows that, and tries again later.
 */
export async function runAccount(ctx: AccountContext<ResolvedAccount>, options: GatewayOptions): Promise<void> {
  const { account, abortSignal } = ctx;
  const logger = ctx.log === undefined ? silentLogger : toLogger(ctx.log, `[feishu:${account.accountId}]`);
  const setStatus = (change: Partial<AccountSnapshot>): void => ctx.setStatus({ ...ctx.getStatus(), ...change });
  const section = readSection(ctx.cfg);
  const ignored = findIgnoredKeys(section, OPENCLAW);
  if (ignored.length > 0) logger.warn(`settings without effect in this plugin: ${ignored.join(", ")}`);
  const problems = findProblems(section, OPENCLAW);
  for (const { path, problem, fix } of problems) logger.warn(`${path}: ${problem.en}; ${fix.en}`);
  const { clients } = options;
  const shared = clients.shared.open(account, {
    logger,
    onLost: () => session.handOver(),
    // Sent by `onCardAction` of some gateway.
    onAsk: async (press) => session.onToldPress(press as FeishuCardAction) ?? null,
  });
  const lease = clients.borrow(account);
  const session = new AccountSession({
    account,
    lease,
    runtime: options.runtime(),
    buttons: options.buttons,
    questions: options.questions,
    liveSource: options.liveSource,
    shared,
    clock: options.clock,
    logger,
    onInbound: () => setStatus({ lastInboundAt: options.clock.wallNow() }),
    onUnanswered: (left) => options.unanswered.leave(account.accountId, left),
  });
  const listener: FeishuListener = {
    onMessage: (message) => session.onMessage(message),
    onCardAction: (action) => session.onCardAction(action),
    onReaction: (reaction) => session.onReaction(reaction),
    onRecall: (recall) => session.onRecall(recall),
    onBotMembership: (membership) => session.onBotMembership(membership),
    onStatus: ({ state, error }) => {
      const now = options.clock.wallNow();
      setStatus({
        connected: state === "connected",
        running: state !== "failed",
        lastError: error?.message ?? (state === "connected" ? null : (ctx.getStatus().lastError ?? null)),
        ...(state === "connected" ? { lastConnectedAt: now } : {}),
        ...(state === "reconnecting" || state === "failed"
          ? { lastDisconnect: { at: now, ...(error && { error: error.message }) } }
          : {}),
      });
    },
  };
  const { dedupe, warmUp } = persistentDedupe(account, options.clock, logger, shared);
  setStatus({ running: true, connected: false, mode: account.config.connectionMode ?? "websocket" });
  try {
    if (shared !== undefined) await clients.shared.start(shared, lease.delivery);
    await warmUp();
    const transport =
      account.config.connectionMode === "webhook"
        ? await listen(account, lease, listener, dedupe, options, logger)
        : await connect(lease, listener, dedupe, options, logger, abortSignal);
    try {
      void session.tidyUp();
      options.unanswered.begin(account.accountId, options.clock.wallNow(), (left) => {
        session.resume(left).catch((error: unknown) => logFailure(logger, "answering what was left", error));
      });
      await aborted(abortSignal);
    } finally {
      options.unanswered.end(account.accountId);
      // Open cards first: their readers wait, new messages do not.
      await session.close(CLOSE_WITHIN_MS);
      await transport.close();
    }
  } finally {
    if (shared !== undefined) await clients.shared.leave(shared);
    lease.release();
    setStatus({ running: false, connected: false });
  }
}

async function connect(
  lease: AccountLease,
  listener: FeishuListener,
  dedupe: DedupeStore,
  { clock, random }: GatewayOptions,
  logger: Logger,
  signal: AbortSignal,
): Promise<{ close(): Promise<void> }> {
  const connection = new FeishuConnection({ client: lease.client, listener, clock, random, logger, dedupe });
  try {
    await connection.start(signal);
  } catch (error) {
    await connection.close();
    if (!signal.aborted) throw error;
  }
  return connection;
}

async function listen(
  account: ResolvedAccount,
  lease: AccountLease,
  listener: FeishuListener,
  dedupe: DedupeStore,
  { clock }: GatewayOptions,
  logger: Logger,
): Promise<{ close(): Promise<void> }> {
  const { client } = lease;
  const { openId: botOpenId } = await getBotInfoFeishu(client);
  const { accountId } = account;
  const receiver = new FeishuReceiver({
    accountId,
    appId: client.account.appId,
    listener,
    clock,
    logger,
    botOpenId,
    dedupe,
  });
  const { encryptKey, verificationToken } = account;
  const {
    webhookHost: host = "127.0.0.1",
    webhookPort: port = 3000,
    webhookPath: path = "/feishu/events",
  } = account.config;
  const handle = createFeishuWebhook({ receiver, clock, logger, encryptKey, verificationToken });
  const server = await startWebhookServer({ host, port, path, handle });
  logger.info("taking events by webhook", { host, port: server.port });
  listener.onStatus?.({ accountId, state: "connected" });
  return server;
}

/**
 * Events taken once, also across restarts: in the host's own database. What it remembers is read before the first event, because a
 * gateway that has just started may be too busy to answer in the time that an event has, and that is when Feishu sends events again.
 */
function persistentDedupe(
  account: ResolvedAccount,
  clock: Clock,
  logger: Logger,
  shared: AppProcess | undefined,
): { dedupe: DedupeStore; warmUp: () => Promise<void> } {
  const store = createPersistentDedupe({
    pluginId: "feishu",
    ttlMs: DEDUPE_MS,
    memoryMaxSize: DEDUPE_ENTRIES,
    stateMaxEntries: DEDUPE_ENTRIES,
    onDiskError: (error) => logger.warn("the dedupe store failed", { error: errorText(error) }),
  });
  const namespace = account.accountId;
  return {
    dedupe: {
      async claim(key, ttlMs) {
        if (!(await store.checkAndRecord(key, { namespace }))) return false;
        // While Redis is away it is better answered twice than never.
        return shared?.once(`event:${key}`, ttlMs).catch(() => true) ?? true;
      },
    },
    warmUp: async () => {
      try {
        await withDeadline(clock, WARM_UP_WITHIN_MS, "dedupe", () => store.warmup(namespace));
      } catch (error) {
        logger.warn("the dedupe store is slow to start", { error: errorName(error) });
      }
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
