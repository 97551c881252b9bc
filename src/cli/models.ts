import { findLlmError } from "../llm/index.ts";
import type { Language } from "../plugin-sdk/index.ts";
import { createSystemClock } from "../time/index.ts";
import { askForOneWord, explainModelError } from "./ask-model.ts";
import { createConsoleLogger } from "./console-logger.ts";
import type { CliIo } from "./io.ts";
import { createModels } from "./model-catalog.ts";
import { readSettings } from "./settings.ts";
import { listenForStop, signalCode } from "./stop-on-signal.ts";
import { cliStrings } from "./strings/index.ts";

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
    const { firstMs, totalMs } = await askForOneWord(catalog.open(name), clock, stop.signal);
    io.out(`${strings.models.ok(name, firstMs, totalMs)}\n`);
    return 0;
  } catch (error) {
    if (stop.signal.aborted) return signalCode[await stop.received];
    const failure = findLlmError(error);
    const message = error instanceof Error ? error.message : String(error);
    // What the provider says of itself, its keys taken out; the most telling line there is.
    const theirs = failure?.providerMessage === undefined ? "" : `\n    “${failure.providerMessage}”`;
    io.err(`${strings.models.failed(name, message)}${theirs}\n    → ${explainModelError(failure, strings)}\n`);
    return 1;
  } finally {
    await catalog.close();
    stop.dispose();
  }
}
