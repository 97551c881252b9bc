import { listChatsFeishu } from "../../../extensions/feishu/send.ts";
import type { Language } from "../../plugin-sdk/index.ts";
import { describeFailure, isFeishuFailure } from "../terminal/describe-failure.ts";
import type { CliIo } from "../terminal/io.ts";
import { openAccount } from "../account/open-account.ts";
import { listenForStop, signalCode } from "../terminal/stop-on-signal.ts";
import { sendStrings } from "../strings/send.ts";
import { printable } from "../terminal/terminal-text.ts";

/** Options of `cardstream chats`. */
export interface ChatsOptions {
  readonly language: Language;
  readonly json?: boolean | undefined;
  readonly config?: string | undefined;
  readonly account?: string | undefined;
}

/** Feishu's largest page. */
const PAGE_SIZE = 100;

/** `cardstream chats`: lists the groups the bot is in, one a line: id, tab, name. */
export async function chats(options: ChatsOptions, io: CliIo): Promise<number> {
  const words = sendStrings[options.language];
  const opened = openAccount(options, io);
  if (opened === undefined) return 2;
  const { client } = opened;
  const stop = listenForStop(io);
  try {
    let count = 0;
    let pageToken: string | undefined;
    do {
      const page = await listChatsFeishu(client, { pageSize: PAGE_SIZE, pageToken }, { signal: stop.signal });
      for (const chat of page.items) {
        count += 1;
        io.out(options.json === true ? `${JSON.stringify(chat)}\n` : `${chat.chatId}\t${printable(chat.name)}\n`);
      }
      pageToken = page.hasMore ? page.pageToken : undefined;
    } while (pageToken !== undefined);
    if (count === 0) io.err(`${words.noChats}\n`);
    return 0;
  } catch (error) {
    if (stop.signal.aborted) return signalCode[await stop.received];
    if (!isFeishuFailure(error)) throw error;
    io.err(`${describeFailure(error, options.language)}\n`);
    return 1;
  } finally {
    await opened.close();
    stop.dispose();
  }
}
