import { createReplyDispatcher } from "../../extensions/feishu/index.ts";
import type { Language } from "../plugin-sdk/index.ts";
import { toDelta } from "../stream/index.ts";
import type { DeliveryResult, ReplyStream } from "../stream/index.ts";
import { sleep } from "../time/index.ts";
import type { CliIo } from "./io.ts";
import { keepCards } from "./card-keeper.ts";
import type { CardKeeper } from "./card-keeper.ts";
import { openAccount } from "./open-account.ts";
import type { OpenedAccount } from "./open-account.ts";
import { createProgress } from "./progress.ts";
import { sendOne } from "./send-one.ts";
import { toSendTarget } from "./send-target.ts";
import type { SendTarget } from "./send-target.ts";
import { listenForStop, signalCode } from "./stop-on-signal.ts";
import type { StopSignal } from "./stop-on-signal.ts";
import { cliStrings } from "./strings/index.ts";
import { sendStrings } from "./strings/send.ts";
import { BinaryInputError, readText } from "./text-reader.ts";

/** Options of `cardstream send`. */
export interface SendOptions {
  readonly language: Language;
  readonly chat?: string | undefined;
  readonly user?: string | undefined;
  readonly reply?: string | undefined;
  readonly title?: string | undefined;
  readonly text?: string | undefined;
  readonly file?: string | undefined;
  readonly image?: string | undefined;
  readonly card?: string | undefined;
  readonly code?: string | boolean | undefined;
  readonly encoding?: string | undefined;
  /** @defaultValue 300,000 */
  readonly maxChars?: number | undefined;
  readonly quiet?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly config?: string | undefined;
  readonly account?: string | undefined;
  readonly verbose?: boolean | undefined;
}

/** Enough for a long log; a program that never stops talking must not fill a chat. */
const DEFAULT_MAX_CHARS = 300_000;
/** The pipe is read again when fewer characters than this wait to become visible. */
const HIGH_WATER_CHARS = 8_000;
/** Ctrl-C ends the program at the other end of the pipe too, and its silence may be heard before the signal. */
const SIGNAL_GRACE_MS = 60;
const STOP_WITHIN_MS = 3_000;

/** `cardstream send`: streams standard input into cards, or sends one text, file, image or card. Gives a truthful exit code. */
export async function send(options: SendOptions, io: CliIo): Promise<number> {
  const { language } = options;
  const words = sendStrings[language];
  const target = toSendTarget(options, language);
  if (typeof target === "string") {
    io.err(`${target}\n`);
    return 2;
  }
  const opened = openAccount(options, io);
  if (opened === undefined) return 2;
  const stop = listenForStop(io);
  try {
    const one = [options.text, options.file, options.image, options.card].some((value) => value !== undefined);
    if (one) return await sendOne({ options, opened, target, signal: stop.signal }, io);
    if (io.stdin.isTerminal) io.err(`${words.typing}\n`);
    const keeper = keepCards(opened, language);
    try {
      return await sendStream({ options, opened, target, stop, keeper }, io);
    } finally {
      await keeper.close();
    }
  } catch (error) {
    if (stop.signal.aborted) return signalCode[await stop.received];
    if (error instanceof RangeError && options.encoding !== undefined) {
      io.err(`${words.badEncoding(options.encoding)}\n`);
      return 2;
    }
    throw error;
  } finally {
    await opened.close();
    stop.dispose();
  }
}

interface StreamRun {
  readonly options: SendOptions;
  readonly opened: OpenedAccount;
  readonly target: SendTarget;
  readonly stop: StopSignal;
  readonly keeper: CardKeeper;
}

/** How the input ended. */
type InputEnd = "complete" | "interrupted" | "tooLong" | "notText" | "inputFailed";

async function sendStream(run: StreamRun, io: CliIo): Promise<number> {
  const { options, opened, stop } = run;
  const strings = cliStrings[options.language];
  const words = sendStrings[options.language];
  const progress = createProgress(strings, io);
  const maxChars = options.maxChars ?? DEFAULT_MAX_CHARS;
  const fence = options.code === undefined || options.code === false ? undefined : codeFence(options.code);
  let reply: ReplyStream | undefined;
  let blank = "";
  const end = await pump(run, io, async (piece) => {
    let text = piece;
    if (reply === undefined) {
      // Blank lines before the first word are no reason to open a card.
      blank += piece;
      if (blank.trim() === "") return true;
      text = `${fence?.open ?? ""}${blank}`;
      reply = openReply(run);
      run.keeper.follow(reply);
      if (options.quiet !== true) progress.follow(reply);
    }
    const room = maxChars - reply.text.length;
    reply.append(toDelta(text.slice(0, room)));
    if (text.length > room) return false;
    await Promise.race([backpressure(reply), aborted(stop.signal)]);
    return true;
  });
  if (reply === undefined) {
    if (end === "interrupted") return signalCode[await stop.received];
    io.err(`${end === "notText" ? words.binary(options.encoding ?? "UTF-8") : words.empty}\n`);
    return end === "notText" ? 2 : 1;
  }
  if (fence !== undefined) reply.append(toDelta(fence.close(reply.text)));
  const result = await finish(reply, end, run);
  progress.end();
  report(reply, result, run, io);
  if (end === "tooLong") io.err(`${words.tooLong(maxChars)}\n`);
  if (end === "notText") io.err(`${words.binary(options.encoding ?? "UTF-8")}\n`);
  if (end === "interrupted") return signalCode[await stop.received];
  opened.logger.debug("the reply has ended", { outcome: result.outcome, calls: result.calls, bytes: result.bytes });
  return end === "complete" && result.delivered === result.total && result.error === undefined ? 0 : 1;
}

/** Hands on the input piece by piece until it ends, `take` wants no more, or a signal comes. */
async function pump(
  { options, opened, stop }: StreamRun,
  io: CliIo,
  take: (piece: string) => Promise<boolean>,
): Promise<InputEnd> {
  try {
    for await (const piece of readText(io.stdin.chunks(stop.signal), { encoding: options.encoding })) {
      if (!(await take(piece))) return "tooLong";
      if (stop.signal.aborted) return "interrupted";
    }
    await sleep(opened.clock, SIGNAL_GRACE_MS, stop.signal);
    return "complete";
  } catch (error) {
    if (stop.signal.aborted) return "interrupted";
    if (error instanceof BinaryInputError) return "notText";
    if (error instanceof RangeError) throw error;
    opened.logger.warn("the input broke off", { reason: error instanceof Error ? error.message : "unknown" });
    return "inputFailed";
  }
}

function openReply({ options, opened, target }: StreamRun): ReplyStream {
  const { card } = opened.account.config;
  const title = options.title ?? card?.title;
  return createReplyDispatcher({
    delivery: opened.delivery,
    target: target.to,
    chatId: target.chatId,
    loadImage: opened.loadImage,
    settings: { locale: options.language, rolloverChars: card?.maxChars },
    header: title === undefined ? undefined : { title, template: card?.template },
  });
}

/** Resolves when the reader has nearly caught up, so that the program at the other end of the pipe waits instead of our memory growing. */
function backpressure(reply: ReplyStream): Promise<void> {
  return new Promise((resolve) => {
    const total = reply.text.length;
    if (total < HIGH_WATER_CHARS) {
      resolve();
      return;
    }
    const onFlush = ({ acknowledged }: { acknowledged: number }): void => {
      if (total - acknowledged >= HIGH_WATER_CHARS) return;
      reply.events.off("flush", onFlush);
      resolve();
    };
    reply.events.on("flush", onFlush);
    // Text that was given up on does not come back as a flush.
    void reply.flush().then(() => onFlush({ acknowledged: total }));
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

async function finish(reply: ReplyStream, end: InputEnd, { options, stop }: StreamRun): Promise<DeliveryResult> {
  const { note } = sendStrings[options.language];
  const interrupt = (): Promise<DeliveryResult> =>
    reply.fail({ code: "interrupted", message: note.interrupted }, { withinMs: STOP_WITHIN_MS });
  if (end === "interrupted") return interrupt();
  const result = end === "complete" ? reply.finalize() : reply.fail({ code: end, message: note[end] });
  // A signal while the last words are on their way: they are all handed in, so they may still arrive, but not for long.
  const late = aborted(stop.signal).then(() => Promise.race([result, sleepOut(STOP_WITHIN_MS)]));
  const first = await Promise.race([result, late]);
  if (first === undefined) throw stop.signal.reason;
  return first;
}

const sleepOut = (ms: number): Promise<undefined> =>
  new Promise((resolve) => setTimeout(() => resolve(undefined), ms).unref());

function report(reply: ReplyStream, result: DeliveryResult, { options }: StreamRun, io: CliIo): void {
  const strings = cliStrings[options.language];
  const words = sendStrings[options.language];
  const messageIds = result.parts.flatMap(({ messageId }) => (messageId === undefined ? [] : [messageId]));
  if (options.json === true) {
    const { parts: _, error, ...figures } = result;
    io.out(`${JSON.stringify({ chatId: reply.session.chatId, messageIds, ...figures, error: error?.message })}\n`);
  } else {
    io.out(messageIds.map((id) => `${id}\n`).join(""));
  }
  if (options.quiet !== true) io.err(`${strings.once.ledger(result)}\n`);
  if (result.delivered < result.total) io.err(`${words.incomplete(result.delivered, result.total)}\n`);
  if (result.error !== undefined) io.err(`${words.remedy(result.error.message)}\n`);
}

/** A fence that what is inside it cannot close by accident is not to be had, so a line that would close it is left as it is. */
function codeFence(language: string | true): { open: string; close(text: string): string } {
  return {
    open: `\`\`\`${language === true ? "" : language}\n`,
    close: (text) => (text.endsWith("\n") ? "```" : "\n```"),
  };
}
