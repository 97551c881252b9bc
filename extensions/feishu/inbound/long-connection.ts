import { EventDispatcher, LoggerLevel, WSClient } from "@larksuiteoapi/node-sdk";
import type { Client } from "@larksuiteoapi/node-sdk";
import type { Logger } from "../../../src/log/index.ts";
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

/** Starts the SDK's long connection with our HTTP and our eyes on it. `close` is immediate and idempotent. */
export function openLongConnection(
  client: FeishuClient,
  receiver: FeishuReceiver,
  events: LongConnectionEvents,
  logger: Logger,
): { close(): void } {
  let fatal: FeishuApiError | undefined;
  const sdkLogger = createSdkLogger(logger);
  const { account } = client;
  const ws = new WSClient({
    appId: account.appId,
    appSecret: account.appSecret,
    domain: account.baseUrl,
    httpInstance: createEndpointHttp(client, {
      fatal: (error) => {
        fatal = error;
      },
      failed: events.onReconnecting,
    }),
    // Without an agent `ws` connects directly, whatever the environment says.
    ...(account.proxy === undefined ? {} : { agent: createConnectAgent(account.proxy) }),
    logger: sdkLogger,
    loggerLevel: LoggerLevel.info,
    source: "cardstream",
    handshakeTimeoutMs: HANDSHAKE_WITHIN_MS,
    wsConfig: { pingTimeout: PONG_WITHIN_SECONDS },
    onReady: events.onConnected,
    onReconnected: events.onConnected,
    onReconnecting: () => events.onReconnecting(undefined),
    onError: (error) => events.onFailed(fatal ?? error),
  });
  ws.start({ eventDispatcher: new EnvelopeDispatcher(receiver, sdkLogger) }).catch((error: unknown) => {
    events.onFailed(error instanceof Error ? error : new Error("the long connection could not start"));
  });
  return { close: () => ws.close({ force: true }) };
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
 * it stops; everything else is thrown, so that it tries again.
 */
function createEndpointHttp(
  client: FeishuClient,
  report: { fatal(error: FeishuApiError): void; failed(error: Error): void },
): Client["httpInstance"] {
  const { httpInstance } = client.sdk;
  const request = async (options: Parameters<typeof httpInstance.request>[0]): Promise<unknown> => {
    try {
      return await client.call("ws.endpoint", undefined, (sdk) => sdk.httpInstance.request(options));
    } catch (error) {
      if (error instanceof FeishuApiError && FATAL_CODES.has(error.apiCode)) {
        report.fatal(error);
        return { code: error.apiCode, msg: "refused", data: {} };
      }
      report.failed(error instanceof Error ? error : new Error("the endpoint call failed"));
      throw error;
    }
  };
  // Only `request` is called for the endpoint; the SDK's generics promise each caller its own result type.
  return { ...httpInstance, request } as Client["httpInstance"];
}
