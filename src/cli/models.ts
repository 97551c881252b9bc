import type { ChatModel, LlmStreamError } from "../llm/index.ts";
import { findLlmError } from "../llm/index.ts";
import type { Language } from "../plugin-sdk/index.ts";
import { createSystemClock } from "../time/index.ts";
import type { Clock } from "../time/index.ts";
import { createConsoleLogger } from "./console-logger.ts";
import type { CliIo } from "./io.ts";
import { createModels } from "./model-catalog.ts";
import { readSettings } from "./settings.ts";
import { listenForStop, signalCode } from "./stop-on-signal.ts";
import { cliStrings } from "./strings/index.ts";
import type { CliStrings } from "./strings/index.ts";

/** Options of `cardstream models`. */
export interface ModelsCommandOptions {
  readonly language: Language;
  readonly model?: string | undefined;
  readonly config?: string | undefined;
}

/** `cardstream models`: lists the configured models and asks one of them for a word. 0 when it answers, 1 when not, 2 for settings. */
export async function models(options: ModelsCommandOptions, io: CliIo): Promise<number> {
  const { language } = options;
  const strings = cliStrings[language];
  const settings = readSettings(options, io);
  if (settings === undefined) return 2;
  const clock = createSystemClock();
  const logger = createConsoleLogger(io.err, false);
  const found = createModels({ config: settings.config, language, clock, logger, random: Math.random }, io);
  if (found === undefined) return 2;
  const { catalog } = found;
  if (found.isDemo) {
    io.err(`${strings.models.none}\n`);
    return 2;
  }
  const name = options.model ?? catalog.defaultName;
  if (!catalog.names.includes(name)) {
    io.err(`${strings.models.unknown(name, catalog.names)}\n`);
    return 2;
  }
  const stop = listenForStop(io);
  try {
    io.err(`${strings.models.checking(name)}\n`);
    const { firstMs, totalMs } = await ask(catalog.open(name), clock, stop.signal);
    io.out(`${strings.models.ok(name, firstMs, totalMs)}\n`);
    return 0;
  } catch (error) {
    if (stop.signal.aborted) return signalCode[await stop.received];
    const failure = findLlmError(error);
    const message = error instanceof Error ? error.message : String(error);
    // What the provider says of itself, its keys taken out; the most telling line there is.
    const theirs = failure?.providerMessage === undefined ? "" : `\n    “${failure.providerMessage}”`;
    io.err(`${strings.models.failed(name, message)}${theirs}\n    → ${explain(failure, strings)}\n`);
    return 1;
  } finally {
    await catalog.close();
    stop.dispose();
  }
}

/** One request that costs next to nothing: one word, no tools, no history. */
async function ask(model: ChatModel, clock: Clock, signal: AbortSignal): Promise<{ firstMs: number; totalMs: number }> {
  const startedAt = clock.now();
  let firstMs: number | undefined;
  const messages = [{ role: "user", content: 'Answer with the single word "ok".' }] as const;
  for await (const part of model.streamTurn({ messages, signal, maxSteps: 1 })) {
    if (part.type === "text-delta" || part.type === "reasoning-delta") firstMs ??= clock.now() - startedAt;
  }
  const totalMs = clock.now() - startedAt;
  return { firstMs: firstMs ?? totalMs, totalMs };
}

function explain(failure: LlmStreamError | undefined, { models: words }: CliStrings): string {
  if (failure?.status === 401 || failure?.status === 403) return words.reasons.unauthorized;
  if (failure?.status === 404) return words.reasons.notFound;
  if (failure?.status === 402 || failure?.status === 429) return words.reasons.quota;
  return words.causes[failure?.code ?? ""] ?? words.otherCause;
}
