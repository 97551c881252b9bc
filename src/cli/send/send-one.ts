import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { FeishuInputError } from "../../../extensions/feishu/index.ts";
import {
  sendCardFeishu,
  sendFileFeishu,
  sendImageFeishu,
  sendTextFeishu,
  uploadFileFeishu,
  uploadImageFeishu,
} from "../../../extensions/feishu/send.ts";
import type { SentMessage } from "../../../extensions/feishu/send.ts";
import { describeFailure, isFeishuFailure } from "../terminal/describe-failure.ts";
import { fileTrouble } from "../terminal/file-trouble.ts";
import type { CliIo } from "../terminal/io.ts";
import type { OpenedAccount } from "../account/open-account.ts";
import type { SendOptions } from "./send.ts";
import type { SendTarget } from "./send-target.ts";
import { sendStrings } from "../strings/send.ts";

/** One finished message to send. */
interface OneMessage {
  readonly options: SendOptions;
  readonly opened: OpenedAccount;
  readonly target: SendTarget;
  readonly signal: AbortSignal;
}

/** The file or the JSON that was named is not to be had; the message says why. */
class SourceError extends Error {
  override readonly name = "SourceError";
}

/** Sends the text, file, image or card that the options name; 0 when Feishu took it, 1 when not, 2 when there is nothing to send. */
export async function sendOne(message: OneMessage, io: CliIo): Promise<number> {
  const { options, signal } = message;
  const words = sendStrings[options.language];
  try {
    const sent = await deliver(message, io);
    io.out(options.json === true ? `${JSON.stringify(sent)}\n` : `${sent.messageId}\n`);
    return 0;
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof SourceError) {
      io.err(`${error.message}\n`);
      return 2;
    }
    if (!isFeishuFailure(error)) throw error;
    io.err(`${words.failed(describeFailure(error, options.language))}\n`);
    return error instanceof FeishuInputError ? 2 : 1;
  }
}

async function deliver({ options, opened, target, signal }: OneMessage, io: CliIo): Promise<SentMessage> {
  const { client, delivery } = opened;
  const out = { to: target.to, uuid: delivery.nonce(32) };
  const call = { signal };
  const { text, image, file, card } = options;
  if (text !== undefined) return sendTextFeishu(client, { ...out, text }, call);
  if (image !== undefined) {
    const { imageKey } = await uploadImageFeishu(client, { data: await load(image, options, io, signal) }, call);
    return sendImageFeishu(client, { ...out, imageKey }, call);
  }
  if (file !== undefined) {
    const data = await load(file, options, io, signal);
    const { fileKey } = await uploadFileFeishu(client, { data, fileName: basename(file) }, call);
    return sendFileFeishu(client, { ...out, fileKey }, call);
  }
  if (card?.trimStart().startsWith("{") === true) throw new SourceError(sendStrings[options.language].cardIsFile);
  const json = await load(card ?? "-", options, io, signal);
  return sendCardFeishu(client, { ...out, card: toCard(json, card ?? "-", options) }, call);
}

/** A file's bytes; `-` is standard input. */
async function load(path: string, options: SendOptions, io: CliIo, signal: AbortSignal): Promise<Uint8Array> {
  try {
    if (path !== "-") return await readFile(resolve(io.cwd, path), { signal });
    const chunks: Uint8Array[] = [];
    for await (const chunk of io.stdin.chunks(signal)) chunks.push(chunk);
    return Buffer.concat(chunks);
  } catch (error) {
    if (signal.aborted) throw error;
    const { language } = options;
    throw new SourceError(sendStrings[language].noFile(path, fileTrouble(error, language)), { cause: error });
  }
}

function toCard(json: Uint8Array, path: string, options: SendOptions): Readonly<Record<string, unknown>> {
  const refuse = (why: string): SourceError => new SourceError(sendStrings[options.language].badCard(path, why));
  let card: unknown;
  try {
    card = JSON.parse(new TextDecoder().decode(json));
  } catch {
    throw refuse(sendStrings[options.language].notJson);
  }
  if (!isCard(card)) throw refuse(sendStrings[options.language].noCard);
  return card;
}

/** Whether it has what every card has; what the elements are is for Feishu to judge. */
function isCard(given: unknown): given is Readonly<Record<string, unknown>> {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return false;
  const card = given as Readonly<Record<string, unknown>>;
  const { body, elements, i18n_elements: translated, type, data, header } = card;
  const hasElements = (value: unknown): boolean =>
    typeof value === "object" && value !== null && "elements" in value && Array.isArray(value.elements);
  if (card["schema"] === "2.0") return hasElements(body);
  const isTemplate = type === "template" && typeof data === "object" && data !== null;
  return Array.isArray(elements) || typeof translated === "object" || typeof header === "object" || isTemplate;
}
