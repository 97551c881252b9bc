import { EventDispatcher, LoggerLevel, WSClient } from "@larksuiteoapi/node-sdk";
import type { Client } from "@larksuiteoapi/node-sdk";
import type { Logger } from "../../../src/log/index.ts";
import { sleep } from "../../../src/time/index.ts";
import type { Clock } from "../../../src/time/index.ts";
import { FeishuApiError } from "../client/index.ts";
import type { FeishuClient } from "../client/index.ts";
import { createConnectAgent } from "./connect-agent.ts";
import type { FeishuReceiver } from "./receiver.ts";
import { createSdkLogger } from "./sdk-logger.ts";

/** What the connection tells while it lives. */
export interface LongConnectionEvents {
  readonly onConnected: () => void;
  /** It was lost, or an attempt failed; the SDK tries again by itself. */
  readonly onReconnecting: (error: Error | undefined) => void;
  /** It will not be tried again. */
  readonly onFailed: (error: Error) => void;
}

/** The SDK's constants for what would otherwise hang unnoticed: it has no default for either. */
const PONG_WITHIN_SECONDS = 10;
const HANDSHAKE_WITHIN_MS = 15_000;

/**
 * Endpoint codes after which trying again is useless: forbidden, wrong credentials, too many connections, bad parameters.
 * Busy (1) and internal errors are tried again, as the Go SDK does; the Node SDK gives up on 1.
 * @see larksuite/oapi-sdk-go ws/const.go, ws/client.go
 */
const FATAL_CODES: ReadonlySet<number> = new Set([403, 514, 1_000_040_350, 10_003, 10_014, 10_015]);

/**
 * How soon the first connection is tried again. Feishu spreads the clients that lose a connection over 30 s, and the SDK waits
 * 2 minutes more after each failure; who starts a bot while the network has a hiccup should not wait for that. The first pong brings
 * Feishu's own values back.
 */
const FIRST_CONNECTION = { ReconnectNonce: 1, ReconnectInterval: 5 };
const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 30_000;

/** What a long connection is made of. */
export interface LongConnectionOptions {
  readonly client: FeishuClient;
  readonly receiver: FeishuReceiver;
  readonly events: LongConnectionEvents;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
}

/** Starts the SDK's long connection with our HTTP and our eyes on it. `close` is immediate and idempotent. */
export function openLongConnection(options: LongConnectionOptions): { close(): void } {
  const { client, receiver, events, logger } = options;
  const closing = new AbortController();
  let fatal: FeishuApiError | undefined;
  let wasConnected = false;
  const onConnected = (): void => {
    wasConnected = true;
    events.onConnected();
  };
  const sdkLogger = createSdkLogger(logger);
  const { account } = client;
  const ws = new WSClient({
    appId: account.appId,
    appSecret: account.appSecret,
    domain: account.baseUrl,
    httpInstance: createEndpointHttp(options, closing.signal, {
      wasConnected: () => wasConnected,
      onFatal: (error) => {
        fatal = error;
      },
    }),
    // Without an agent `ws` connects directly, whatever the environment says.
    ...(account.proxy === undefined ? {} : { agent: createConnectAgent(account.proxy) }),
    logger: sdkLogger,
    loggerLevel: LoggerLevel.info,
    source: "cardstream",
    handshakeTimeoutMs: HANDSHAKE_WITHIN_MS,
    wsConfig: { pingTimeout: PONG_WITHIN_SECONDS },
    onReady: onConnected,
    onReconnected: onConnected,
    onReconnecting: () => events.onReconnecting(undefined),
    onError: (error) => events.onFailed(fatal ?? error),
  });
  ws.start({ eventDispatcher: new EnvelopeDispatcher(receiver, sdkLogger) }).catch((error: unknown) => {
    events.onFailed(error instanceof Error ? error : new Error("the long connection could not start"));
  });
  return {
    close() {
      closing.abort(new Error("the long connection was closed"));
      ws.close({ force: true });
    },
  };
}

/**
 * Hands whole envelopes on. The SDK's own dispatcher flattens them, so that in a card action the event's token overwrites the
 * verification token, and answers events nobody registered for with a sentence.
 */
class EnvelopeDispatcher extends EventDispatcher {
  readonly #receiver: FeishuReceiver;

  constructor(receiver: FeishuReceiver, logger: Client["logger"]) {
    super({ logger, loggerLevel: LoggerLevel.error });
    this.#receiver = receiver;
  }

  override invoke(data: unknown): Promise<object> {
    return this.#receiver.receive(data);
  }
}

/**
 * The endpoint call over our transport. A refusal is handed to the SDK as an answer, with the `data` it cannot do without, so that
 * it stops; what may pass is tried again here until the first connection, and thrown after it, so that the SDK tries again.
 */
function createEndpointHttp(
  { client, clock, random, events }: LongConnectionOptions,
  signal: AbortSignal,
  state: { wasConnected(): boolean; onFatal(error: FeishuApiError): void },
): Client["httpInstance"] {
  const { httpInstance } = client.sdk;
  const request = async (options: Parameters<typeof httpInstance.request>[0]): Promise<unknown> => {
    for (let waitMs = FIRST_RETRY_MS; ; waitMs = Math.min(waitMs * 2, MAX_RETRY_MS)) {
      try {
        const answer = await client.call("ws.endpoint", { signal }, (sdk) =>
          sdk.httpInstance.request<unknown, EndpointAnswer>(options),
        );
        return state.wasConnected() ? answer : toFirstConnection(answer);
      } catch (error) {
        if (error instanceof FeishuApiError && FATAL_CODES.has(error.apiCode)) {
          state.onFatal(error);
          return { code: error.apiCode, msg: "refused", data: {} };
        }
        if (!signal.aborted)
          events.onReconnecting(error instanceof Error ? error : new Error("the endpoint call failed"));
        if (signal.aborted || state.wasConnected()) throw error;
        await sleep(clock, waitMs * (0.5 + random() / 2), signal);
      }
    }
  };
  // Only `request` is called for the endpoint; the SDK's generics promise each caller its own result type.
  return { ...httpInstance, request } as Client["httpInstance"];
}

/** What the SDK reads of the endpoint's answer. */
interface EndpointAnswer {
  readonly data?: { readonly ClientConfig?: object };
}

const toFirstConnection = (answer: EndpointAnswer): EndpointAnswer => ({
  ...answer,
  data: { ...answer.data, ClientConfig: { ...answer.data?.ClientConfig, ...FIRST_CONNECTION } },
});
