import { silentLogger } from "../log/index.ts";
import type { Logger } from "../log/index.ts";
import { abortable, sleep } from "../time/index.ts";
import type { Clock } from "../time/index.ts";
import type { ChatModel, TurnRequest } from "./chat-model.ts";
import { LlmStreamError } from "./errors.ts";
import { createGuardedFetch } from "./guarded-fetch.ts";
import type { GuardedFetch } from "./guarded-fetch.ts";
import type { Fetch, GuardTimeouts, OnResponse } from "./guard/options.ts";
import { toLlmError } from "./model/ai-error.ts";
import { toStreamPart } from "./model/ai-parts.ts";
import { loadLanguageModel, toToolSet } from "./model/ai-sdk.ts";
import { readModelEnv } from "./model/env.ts";
import type { Env } from "./model/env.ts";
import { resolveRetry, retryDelay } from "./model/retry.ts";
import type { RetryOptions, RetryPolicy } from "./model/retry.ts";
import { resolveModelSettings } from "./model/settings.ts";
import type { ModelSettings, ResolvedModelSettings } from "./model/settings.ts";
import { TOOL_TIMEOUT_MS } from "./run-tool.ts";
import type { StreamPart } from "./stream-part.ts";

/** What a model works with, besides its settings. */
export interface ModelDependencies {
  readonly clock: Clock;
  /** Numbers from 0 to 1, for the waits between retries. */
  readonly random: () => number;
  /** @defaultValue silent */
  readonly logger?: Logger | undefined;
  /** Makes the requests below the guard; for tests. @defaultValue undici over an agent of its own */
  readonly fetch?: Fetch | undefined;
  readonly timeouts?: GuardTimeouts | undefined;
  /** Sees every answer as it comes over the wire; for recordings. @defaultValue none */
  readonly onResponse?: OnResponse | undefined;
  readonly retry?: RetryOptions | undefined;
  /** How long one tool call may take, in milliseconds. @defaultValue 120,000 */
  readonly toolTimeoutMs?: number | undefined;
}

const DEFAULT_MAX_STEPS = 8;
const MAX_MAX_STEPS = 100;

/**
 * Makes a model of a real provider. Nothing is loaded or sent before its first turn. Its streams cannot hang (see
 * `createGuardedFetch`); a request that fails before any of its answer was seen is made again, and says so by a `retry` part.
 * @throws ModelSettingsError that names everything missing or wrong.
 */
export function createModel(settings: ModelSettings, dependencies: ModelDependencies): ChatModel {
  return new ProviderModel(resolveModelSettings(settings), dependencies);
}

/**
 * Makes the model that the environment names (see `readModelEnv`); undefined when it names none.
 * @throws ModelSettingsError when it is only half given.
 */
export function modelFromEnv(env: Env, dependencies: ModelDependencies): ChatModel | undefined {
  const settings = readModelEnv(env);
  return settings === undefined ? undefined : new ProviderModel(settings, dependencies);
}

class ProviderModel implements ChatModel {
  readonly provider: string;
  readonly model: string;
  readonly #settings: ResolvedModelSettings;
  readonly #dependencies: ModelDependencies;
  readonly #retry: RetryPolicy;
  readonly #fetch: GuardedFetch;
  readonly #closing = new AbortController();
  #calls = 0;

  constructor(settings: ResolvedModelSettings, dependencies: ModelDependencies) {
    this.#settings = settings;
    this.#dependencies = dependencies;
    this.provider = settings.provider;
    this.model = settings.model;
    this.#retry = resolveRetry(dependencies.retry);
    const { clock, logger, fetch, timeouts, onResponse } = dependencies;
    this.#fetch = createGuardedFetch({
      clock,
      logger,
      fetch,
      timeouts,
      onResponse,
      provider: settings.provider,
      proxy: settings.proxy,
    });
  }

  async *streamTurn(request: TurnRequest): AsyncGenerator<StreamPart, void, undefined> {
    const { maxSteps = DEFAULT_MAX_STEPS } = request;
    if (!Number.isInteger(maxSteps) || maxSteps < 1 || maxSteps > MAX_MAX_STEPS) {
      throw new TypeError(`maxSteps must be a whole number from 1 to ${MAX_MAX_STEPS}, got ${maxSteps}`);
    }
    const turn = new AbortController();
    const outside = [turn.signal, this.#closing.signal, ...(request.signal === undefined ? [] : [request.signal])];
    const signal = AbortSignal.any(outside);
    try {
      yield* this.#tryUntilVisible(request, maxSteps, signal);
    } finally {
      // Leaving the loop does not close the SDK's connection (measured in all of them); this does.
      turn.abort();
    }
  }

  async close(): Promise<void> {
    this.#closing.abort(new LlmStreamError("closed", "the model was closed", { provider: this.provider }));
    await this.#fetch.close();
  }

  /** Repeats a failed turn as long as nothing but its beginning was seen. */
  async *#tryUntilVisible(
    request: TurnRequest,
    maxSteps: number,
    signal: AbortSignal,
  ): AsyncGenerator<StreamPart, void, undefined> {
    const { clock, random, logger = silentLogger } = this.#dependencies;
    let begun = false;
    for (let attempt = 1; ; attempt++) {
      let visible = false;
      try {
        for await (const part of this.#attempt(request, maxSteps, signal)) {
          if (part.type === "start-step" && part.step === 0) {
            if (begun) continue;
            begun = true;
          } else visible = true;
          yield part;
        }
        return;
      } catch (error) {
        signal.throwIfAborted();
        const failure = toLlmError(error, this.provider, clock.wallNow());
        const delayMs = visible ? undefined : retryDelay(this.#retry, attempt, failure, random);
        logger.debug("llm request failed", {
          provider: this.provider,
          code: failure.code,
          status: failure.status,
          attempt,
          visible,
          delayMs,
        });
        if (delayMs === undefined) throw failure;
        yield { type: "retry", attempt, delayMs, error: failure };
        await sleep(clock, delayMs, signal);
      }
    }
  }

  async *#attempt(
    request: TurnRequest,
    maxSteps: number,
    signal: AbortSignal,
  ): AsyncGenerator<StreamPart, void, undefined> {
    const { clock, toolTimeoutMs = TOOL_TIMEOUT_MS, logger = silentLogger } = this.#dependencies;
    signal.throwIfAborted();
    const { isStepCount, streamText } = await import("ai");
    const tools = await toToolSet(request.tools ?? [], clock, toolTimeoutMs, signal);
    const result = streamText({
      model: await loadLanguageModel(this.#settings, this.#fetch, logger, () => `call-${++this.#calls}`),
      instructions: request.system,
      // Providers refuse empty messages; an answer that was stopped at once leaves one behind.
      messages: request.messages.filter((message) => message.content !== ""),
      tools,
      maxOutputTokens: this.#settings.maxOutputTokens,
      stopWhen: isStepCount(maxSteps),
      // The last step may not ask for more, so that the turn ends in words.
      prepareStep: ({ stepNumber }) => (stepNumber === maxSteps - 1 ? { toolChoice: "none" } : {}),
      maxRetries: 0,
      abortSignal: signal,
      onError: () => {},
    });
    let step = -1;
    for await (const part of abortable(result.fullStream, signal)) {
      if (part.type === "error") throw part.error;
      if (part.type === "abort") break;
      if (part.type === "start-step") step++;
      const ours = toStreamPart(part, step);
      if (ours === undefined) continue;
      yield ours;
      if (ours.type === "finish") return;
    }
    signal.throwIfAborted();
    throw new LlmStreamError("truncated", "the turn ended without an end", { provider: this.provider });
  }
}
