import { writeFile } from "node:fs/promises";
import { silentLogger } from "../../log/index.ts";
import { formatConfigIssues } from "../../plugin-sdk/index.ts";
import type { Language } from "../../plugin-sdk/index.ts";
import { createSystemClock } from "../../time/index.ts";
import { askForOneWord, describeModelFailure } from "./ask-model.ts";
import type { CliIo } from "../terminal/io.ts";
import { createModels } from "./model-catalog.ts";
import { createAnswerRecorder } from "./record-answer.ts";
import { readSettings } from "../settings/settings.ts";
import { listenForStop, signalCode } from "../terminal/stop-on-signal.ts";
import { cliStrings } from "../strings/index.ts";

/** Options of `cardstream models`. */
export interface ModelsCommandOptions {
  readonly language: Language;
  readonly model?: string | undefined;
  readonly config?: string | undefined;
  /** File for the model's answer as it came over the wire. */
  readonly record?: string | undefined;
}

/** `cardstream models`: lists the configured models and asks one of them for a word. 0 when it answers, 1 when not, 2 for settings. */
export async function models(options: ModelsCommandOptions, io: CliIo): Promise<number> {
  const { language } = options;
  const strings = cliStrings[language];
  const settings = readSettings(options, io);
  if (settings === undefined) return 2;
  const clock = createSystemClock();
  // What goes wrong is said below, once.
  const logger = silentLogger;
  const recorder = options.record === undefined ? undefined : createAnswerRecorder();
  const found = createModels({
    settings,
    env: io.env,
    language,
    clock,
    logger,
    random: Math.random,
    onResponse: recorder?.onResponse,
  });
  const { catalog } = found;
  if (found.isDemo) {
    const { begun } = found;
    io.err(`${begun.length > 0 ? formatConfigIssues(begun, language) : strings.models.none}\n`);
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
    io.err(`${describeModelFailure({ name, url: found.urlOf(name), error }, strings)}\n`);
    return 1;
  } finally {
    if (recorder !== undefined && options.record !== undefined) {
      const key = settings.models.named.get(name)?.apiKey ?? "";
      const file = await recorder.file(found.urlOf(name), [key]);
      if (file !== undefined) await writeFile(options.record, file, { mode: 0o600 });
      io.err(`${file === undefined ? strings.models.nothingRecorded : strings.models.recorded(options.record)}\n`);
    }
    await catalog.close();
    stop.dispose();
  }
}
