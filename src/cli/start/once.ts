import type { Emulator } from "../../emulator/index.ts";
import type { Host, TurnResult } from "../../host/index.ts";
import type { Language } from "../../plugin-sdk/index.ts";
import { describeModelFailure } from "../models/ask-model.ts";
import type { CliIo } from "../terminal/io.ts";
import type { Models } from "../models/model-catalog.ts";
import { createProgress } from "../terminal/progress.ts";
import { signalCode } from "../terminal/stop-on-signal.ts";
import type { StopSignal } from "../terminal/stop-on-signal.ts";
import { cliStrings } from "../strings/index.ts";
import { printableLines } from "../terminal/terminal-text.ts";

/** What `--once` works with. */
export interface OnceOptions {
  readonly text: string;
  readonly emulator: Emulator;
  readonly host: Host;
  readonly models: Models;
  readonly stop: StopSignal;
  readonly language: Language;
}

/** A message that the bot has not taken up by then is not going to be. */
const TAKE_UP_MS = 15_000;

/** Says one thing as a person of the local Feishu, shows the answer as the person sees it, and gives a truthful exit code. */
export async function runOnce(options: OnceOptions, io: CliIo): Promise<number> {
  const { emulator, host, models, stop } = options;
  const strings = cliStrings[options.language];
  const progress = createProgress(strings, io);
  const answered = Promise.withResolvers<TurnResult | "command" | undefined>();
  const giveUp = setTimeout(() => answered.resolve(undefined), TAKE_UP_MS);
  host.events.on("turn-start", ({ reply }) => {
    clearTimeout(giveUp);
    progress.follow(reply);
  });
  host.events.on("turn-end", ({ result }) => answered.resolve(result));
  host.events.on("command", () => answered.resolve("command"));
  const { chatId, messageId } = emulator.sendAsUser({ text: options.text });
  const signalled = stop.received.then((signal) => {
    io.err(`${strings.errors.interrupted}\n`);
    return signal;
  });
  const first = await Promise.race([answered.promise, signalled]);
  clearTimeout(giveUp);
  if (typeof first === "string" && first !== "command") {
    // The running turn gets its final card state before anything is printed.
    await host.stop();
    printVisible(emulator, chatId, messageId, io);
    return signalCode[first];
  }
  progress.end();
  printVisible(emulator, chatId, messageId, io);
  if (first === "command") return 0;
  if (first === undefined) {
    io.err(`${strings.once.noAnswer}\n`);
    return 1;
  }
  const { delivery } = first;
  io.out(`${strings.once.ledger(delivery)}\n`);
  if (first.end !== "finished") {
    io.err(`${strings.once.ended(first.code ?? first.end)}\n`);
    const error = models.lastFailure();
    const name = models.catalog.defaultName;
    if (error !== undefined) io.err(`${describeModelFailure({ name, url: models.urlOf(name), error }, strings)}\n`);
  }
  const complete =
    first.end === "finished" &&
    delivery.outcome === "finalized" &&
    delivery.delivered === delivery.total &&
    delivery.error === undefined;
  return complete ? 0 : 1;
}

/** Everything the bot shows in the chat since the question, as its reader sees it. */
function printVisible(emulator: Emulator, chatId: string, questionId: string, io: CliIo): void {
  const visible = emulator.visibleTexts(chatId);
  const question = visible.findIndex(({ messageId }) => messageId === questionId);
  const texts = visible
    .slice(question + 1)
    .map(({ title, text }) => [...(title === undefined || title === "" ? [] : [`【${title}】`]), text].join("\n"));
  // Feishu's tags of colours and line ends are for cards.
  const plain = texts
    .join("\n\n────────\n\n")
    .replace(/<\/?font[^>]*>/gu, "")
    .replace(/<br\s*\/?>/gu, "\n");
  io.out(`${printableLines(plain)}\n\n`);
}
