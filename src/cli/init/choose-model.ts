import { createModel, providerPresets } from "../../llm/index.ts";
import type { ModelSettings } from "../../llm/index.ts";
import { silentLogger } from "../../log/index.ts";
import type { Language } from "../../plugin-sdk/index.ts";
import type { Clock } from "../../time/index.ts";
import { askForOneWord, describeModelFailure } from "../models/ask-model.ts";
import type { CliIo } from "../terminal/io.ts";
import { cliStrings } from "../strings/index.ts";
import { initStrings } from "../strings/init.ts";
import type { ChosenModel } from "./write-config.ts";

/** What the question about the model works with. */
export interface ChooseModelOptions {
  readonly language: Language;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Asks which model is to answer, for its key and name, and tries it with one tiny request. Undefined when the person wants none, or
 * nobody types.
 */
export async function chooseModel(options: ChooseModelOptions, io: CliIo): Promise<ChosenModel | undefined> {
  const { language, signal } = options;
  const words = initStrings[language].model;
  if (!io.stdin.isTerminal) {
    io.err(`${words.noTerminal}\n`);
    return undefined;
  }
  const ask = (question: string, hidden = false): Promise<string> => io.stdin.line(question, { hidden, signal });
  io.err(`\n${words.title}\n`);
  io.err(`   0  ${words.skip}\n`);
  for (const [index, { label }] of providerPresets.entries())
    io.err(`  ${String(index + 1).padStart(2)}  ${label[language]}\n`);
  for (;;) {
    const number = (await ask(words.choose)) || "0";
    if (number === "0") {
      io.err(`${words.skipped}\n`);
      return undefined;
    }
    const preset = /^\d+$/u.test(number) ? providerPresets[Number(number) - 1] : undefined;
    if (preset === undefined) {
      io.err(`${words.noSuch}\n`);
      continue;
    }
    const label = preset.label[language];
    const apiKey = preset.needsKey ? await ask(words.key(label, preset.keyUrl), true) : undefined;
    const model = await ask(words.name(label, preset.docsUrl));
    if (model === "" || (preset.needsKey && apiKey === "")) continue;
    const chosen: ChosenModel = { provider: preset.name, model, apiKey };
    if (await answers({ ...chosen, baseUrl: preset.baseUrl }, options, io)) return chosen;
    if (/^y(?:es)?$/iu.test(await ask(words.keep))) return chosen;
  }
}

/** Whether the model answers; says so, or why not. */
async function answers(chosen: ModelSettings, options: ChooseModelOptions, io: CliIo): Promise<boolean> {
  const { language, clock, signal } = options;
  const words = initStrings[language].model;
  io.err(`${words.testing}\n`);
  const model = createModel(chosen, { clock, random: Math.random, logger: silentLogger });
  try {
    const { firstMs } = await askForOneWord(model, clock, signal);
    io.err(`${words.works(firstMs)}\n`);
    return true;
  } catch (error) {
    signal.throwIfAborted();
    const name = `${chosen.provider}/${chosen.model ?? ""}`;
    io.err(`${describeModelFailure({ name, url: chosen.baseUrl ?? "", error }, cliStrings[language])}\n`);
    return false;
  } finally {
    await model.close();
  }
}
