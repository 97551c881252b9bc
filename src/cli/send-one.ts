import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { FeishuApiError, FeishuInputError, FeishuTransportError } from "../../extensions/feishu/index.ts";
import {
  sendCardFeishu,
  sendFileFeishu,
  sendImageFeishu,
  sendTextFeishu,
  uploadFileFeishu,
  uploadImageFeishu,
} from "../../extensions/feishu/send.ts";
import type { SentMessage } from "../../extensions/feishu/send.ts";
import type { CliIo } from "./io.ts";
import type { OpenedAccount } from "./open-account.ts";
import type { SendOptions } from "./send.ts";
import type { SendTarget } from "./send-target.ts";
import { sendStrings } from "./strings/send.ts";

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
    const isOurs = error instanceof FeishuInputError;
    if (!isOurs && !(error instanceof FeishuApiError) && !(error instanceof FeishuTransportError)) throw error;
    io.err(`${words.failed(error.message)}\n`);
    if (error instanceof FeishuApiError && error.row !== undefined)
      io.err(`${words.remedy(error.row.remedy[options.language])}\n`);
    return isOurs ? 2 : 1;
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
    const { code, message } = error as NodeJS.ErrnoException;
    throw new SourceError(sendStrings[options.language].noFile(path, code ?? message), { cause: error });
  }
}

function toCard(json: Uint8Array, path: string, options: SendOptions): Readonly<Record<string, unknown>> {
  const refuse = (why: string): SourceError => new SourceError(sendStrings[options.language].badCard(path, why));
  let card: unknown;
  try {
    card = JSON.parse(new TextDecoder().decode(json));
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : "no JSON");
  }
  if (typeof card !== "object" || card === null || Array.isArray(card)) throw refuse("{…}");
  return card as Readonly<Record<string, unknown>>;
}
