import { cardSettings, proveAccess } from "../../../extensions/feishu/index.ts";
import { failureOf, takePart, TextReader } from "../../feed/index.ts";
import type { FeedPart } from "../../feed/index.ts";
import type { Language } from "../../plugin-sdk/index.ts";
import type { ThinkTagMode } from "../../provider-wire/index.ts";
import { toDelta } from "../../stream/index.ts";
import type { DeliveryResult, ReplyFailure, ReplyStream } from "../../stream/index.ts";
import { LONG_FENCE } from "../../text/index.ts";
import { sleep } from "../../time/index.ts";
import type { LogFormat } from "../terminal/console-logger.ts";
import type { CliIo } from "../terminal/io.ts";
import { describeFailure, isFeishuFailure } from "../terminal/describe-failure.ts";
import { keepCards } from "../account/card-keeper.ts";
import type { CardKeeper } from "../account/card-keeper.ts";
import { openAccount } from "../account/open-account.ts";
import type { OpenedAccount } from "../account/open-account.ts";
import { createProgress } from "../terminal/progress.ts";
import { sendOne } from "./send-one.ts";
import { toSendTarget } from "./send-target.ts";
import type { SendTarget } from "./send-target.ts";
import { listenForStop, signalCode } from "../terminal/stop-on-signal.ts";
import type { StopSignal } from "../terminal/stop-on-signal.ts";
import { cliStrings } from "../strings/index.ts";
import { sendStrings } from "../strings/send.ts";
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
  /** What to do with reasoning between tags in the text. @defaultValue `auto` */
  readonly thinkTags?: ThinkTagMode | undefined;
  /** @defaultValue 300,000 */
  readonly maxChars?: number | undefined;
  readonly quiet?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly config?: string | undefined;
  readonly account?: string | undefined;
  readonly verbose?: boolean | undefined;
  readonly log?: LogFormat | undefined;
}

/** Enough for a long log; a program that never stops talking must not fill a chat. */
const DEFAULT_MAX_CHARS = 300_000;
/** The pipe is read again when fewer characters than this wait to become visible. */
const HIGH_WATER_CHARS = 8_000;
/** Ctrl-C ends the program at the other end of the pipe too, and its silence may be heard before the signal. */
const SIGNAL_GRACE_MS = 60;
const STOP_WITHIN_MS = 3_000;
/** Longest that a command which is done waits for cards that could not be closed yet. */
const SETTLE_WITHIN_MS = 5_000;

/** `cardstream send`: streams standard input into cards, or sends one text, file, image or card. Gives a truthful exit code. */
export async function send(options: SendOptions, io: CliIo): Promise<number> {
  const { language } = options;
  const words = sendStrings[language];
  const target = toSendTarget(options, language);
  if (typeof target === "string") {
    io.err(`${target}\n`);
    return 2;
  }
  const things = (["text", "file", "image", "card"] as const).filter((name) => options[name] !== undefined);
  if (things.length > 1) {
    io.err(`${words.twoThings(things.map((name) => `--${name}`))}\n`);
    return 2;
  }
  const opened = openAccount(options, io);
  if (opened === undefined) return 2;
  const stop = listenForStop(io);
  try {
    if (things.length > 0) return await sendOne({ options, opened, target, signal: stop.signal }, io);
    // Before the first word is read: a program that writes for hours should not learn at its end that nothing can arrive.
    await proveAccess(opened.client, { clock: opened.clock, signal: stop.signal });
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
    if (!isFeishuFailure(error)) throw error;
    io.err(`${words.failed(describeFailure(error, language))}\n`);
    return 1;
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
  const { options, stop } = run;
  const strings = cliStrings[options.language];
  const words = sendStrings[options.language];
  const progress = createProgress(strings, io);
  const maxChars = options.maxChars ?? DEFAULT_MAX_CHARS;
  const fence = options.code === undefined || options.code === false ? undefined : codeFence(options.code);
  // What goes into a block of code is shown as it is; anything else may be a provider's stream, or hold its thoughts.
  const reader = fence === undefined ? new TextReader({ thinkTags: options.thinkTags }) : undefined;
  let reply: ReplyStream | undefined;
  let blank = "";
  const say = async (piece: string): Promise<boolean> => {
    let text = piece;
    if (reply === undefined) {
      // Blank lines before the first word are no reason to open a card.
      blank += piece;
      if (blank.trim() === "") return true;
      text = `${fence?.open ?? ""}${blank}`;
      reply = open();
    }
    const room = maxChars - reply.text.length;
    reply.append(toDelta(text.slice(0, room)));
    if (text.length > room) return false;
    await Promise.race([backpressure(reply), aborted(stop.signal)]);
    return true;
  };
  const open = (): ReplyStream => {
    const opened = openReply(run);
    run.keeper.follow(opened);
    if (options.quiet !== true) progress.follow(opened);
    return opened;
  };
  const take = async (parts: readonly FeedPart[]): Promise<boolean> => {
    for (const part of parts) {
      if (part.type === "text") {
        if (!(await say(part.text))) return false;
      } else if (part.type !== "end") {
        reply ??= open();
        takePart(reply, part);
      }
    }
    return true;
  };
  let end = await pump(run, io, (piece) => (reader === undefined ? say(piece) : take(reader.push(piece))));
  const rest = end === "tooLong" ? undefined : reader?.end();
  if (rest !== undefined && !(await take(rest.parts))) end = "tooLong";
  const failure = rest === undefined || end !== "complete" ? undefined : failureOf(rest);
  if (reply === undefined) {
    if (end === "interrupted") return signalCode[await stop.received];
    if (failure !== undefined) {
      io.err(`${words.source(failure.detail ?? failure.code)}\n`);
      return 1;
    }
    io.err(`${end === "notText" ? words.binary(options.encoding ?? "UTF-8") : words.empty}\n`);
    return end === "notText" ? 2 : 1;
  }
  if (fence !== undefined) reply.append(toDelta(fence.close(reply.text)));
  const result = await settleDebts(await finish(reply, end, run, failure), run);
  progress.end();
  report(reply, result, run, io);
  if (end === "tooLong") io.err(`${words.tooLong(maxChars)}\n`);
  if (end === "notText") io.err(`${words.binary(options.encoding ?? "UTF-8")}\n`);
  if (end === "interrupted") return signalCode[await stop.received];
  if (failure !== undefined) io.err(`${words.source(failure.detail ?? failure.code)}\n`);
  return end === "complete" && failure === undefined && result.delivered === result.total && result.error === undefined
    ? 0
    : 1;
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
  return opened.openReply({
    target: target.to,
    chatId: target.chatId,
    settings: { locale: options.language, ...cardSettings(card) },
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

async function finish(
  reply: ReplyStream,
  end: InputEnd,
  { options, stop }: StreamRun,
  failure: ReplyFailure | undefined,
): Promise<DeliveryResult> {
  const { note } = sendStrings[options.language];
  const interrupt = (): Promise<DeliveryResult> =>
    reply.fail({ code: "interrupted", message: note.interrupted }, { withinMs: STOP_WITHIN_MS });
  if (end === "interrupted") return interrupt();
  const failed = end === "complete" ? failure : { code: end, message: note[end] };
  const result = failed === undefined ? reply.finalize() : reply.fail(failed);
  // A signal while the last words are on their way: they are all handed in, so they may still arrive, but not for long.
  const late = aborted(stop.signal).then(() => Promise.race([result, sleepOut(STOP_WITHIN_MS)]));
  const first = await Promise.race([result, late]);
  if (first === undefined) throw stop.signal.reason;
  return first;
}

const sleepOut = (ms: number): Promise<undefined> =>
  new Promise((resolve) => setTimeout(() => resolve(undefined), ms).unref());

/** Waits a short time for the cards that could not be closed; what is owed afterwards is what the result says. */
async function settleDebts(result: DeliveryResult, { opened, stop }: StreamRun): Promise<DeliveryResult> {
  if (result.owed.length === 0 || stop.signal.aborted) return result;
  const { debts } = opened.delivery;
  await Promise.race([debts.settle(SETTLE_WITHIN_MS), aborted(stop.signal)]);
  const left = new Set(debts.list.map(({ unfinished }) => unfinished.messageId));
  return { ...result, owed: result.owed.filter(({ messageId }) => left.has(messageId)) };
}

function report(reply: ReplyStream, result: DeliveryResult, { options, keeper }: StreamRun, io: CliIo): void {
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
  const why = result.error === undefined ? undefined : describeFailure(result.error, options.language);
  if (result.delivered === 0 && result.total > 0 && why !== undefined) io.err(`${words.failed(why)}\n`);
  else if (result.delivered < result.total)
    io.err(`${words.incomplete(result.delivered, result.total)}\n${why === undefined ? "" : `${why}\n`}`);
  else if (why !== undefined) io.err(`${why}\n`);
  if (result.owed.length > 0) io.err(`${words.owed(result.owed.length, keeper.remembers)}\n`);
}

/** A fence around what is still to come. */
function codeFence(language: string | true): { open: string; close(text: string): string } {
  return {
    open: `${LONG_FENCE}${language === true ? "" : language.replace(/[`\s]+/gu, " ")}\n`,
    close: (text) => (text.endsWith("\n") ? LONG_FENCE : `\n${LONG_FENCE}`),
  };
}
