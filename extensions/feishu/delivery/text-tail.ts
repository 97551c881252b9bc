import type { Carry } from "../../../src/text/index.ts";
import { planCard } from "../../../src/text/index.ts";
import type { CallOptions } from "../client/index.ts";
import { FeishuApiError } from "../client/index.ts";
import type { MessageTarget, SentMessage } from "../send.ts";
import { sendPostFeishu, sendTextFeishu } from "../send.ts";
import type { FeishuDelivery } from "./engine.ts";
import { limitName } from "./limits.ts";
import { ENDLESS, persist } from "./persist.ts";
import type { Tally } from "./tally.ts";

/** Posts hold 30 KB (docs:im-v1/message/create); Markdown grows when it is put into JSON. */
const POST_LIMITS = { maxChars: 8_000, maxBytes: 16_000, maxTables: 100 };

export interface TextTailOptions {
  readonly delivery: FeishuDelivery;
  readonly target: MessageTarget;
  /** Names the chat for its send limit. */
  readonly chat: string;
  /** Prefix of every `uuid` (≤ 30 characters). */
  readonly nonce: string;
  /** Markdown as it may be sent. */
  readonly render: (markdown: string) => string;
  readonly tally: Tally;
  readonly signal: AbortSignal;
  /** Text up to `end` is visible in `message`. */
  readonly onSent: (message: SentMessage, start: number, end: number) => void;
}

/**
 * The last means: sends what is not visible yet of a complete text as ordinary messages, `post` with Markdown first, plain text if
 * that is refused. Every message has a `uuid`, so a repeat after a lost answer cannot double it.
 * @returns undefined when everything was sent, or the error that ended it.
 */
export async function sendTextTail(
  options: TextTailOptions,
  text: string,
  from: number,
  carry: Carry,
): Promise<unknown> {
  let start = from;
  let plain = false;
  let carried = carry;
  for (let part = 0; start < text.length;) {
    const { seam } = planCard(text, start, carried, POST_LIMITS, { final: true });
    const end = seam?.end ?? text.length;
    const markdown = carried.prefix + text.slice(start + carried.skip, end) + (seam?.close ?? "");
    const uuid = `${options.nonce}-t${part}${plain ? "p" : ""}`;
    try {
      options.onSent(
        await sendPart(options, { body: plain ? text.slice(start, end) : options.render(markdown), uuid, plain }),
        start,
        end,
      );
    } catch (error) {
      if (plain || !isRefusal(error)) return error;
      plain = true;
      continue;
    }
    start = end;
    carried = seam?.next ?? carried;
    part += 1;
  }
  return undefined;
}

/** Sends one message, repeating it with the same uuid until its fate is known: there is nothing left to fall back to. */
function sendPart(
  { delivery, target, chat, tally, signal }: TextTailOptions,
  { body, uuid, plain }: { body: string; uuid: string; plain: boolean },
): Promise<SentMessage> {
  const { client } = delivery;
  const api = target.type === "reply" ? "message.reply" : "message.create";
  const pace = { names: [limitName.api(api), limitName.chat(chat)], priority: "first" } as const;
  const call: CallOptions = { signal, timeoutMs: 10_000, onCall: tally.onCall };
  return persist(delivery, { signal, pace, tally, patience: ENDLESS }, () =>
    plain
      ? sendTextFeishu(client, { to: target, text: body, uuid }, call)
      : sendPostFeishu(client, { to: target, markdown: body, uuid }, call),
  );
}

/** Feishu read the message and will not take it as it is; a plainer one may do. */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof FeishuApiError &&
    (error.kind === "invalid" || error.kind === "too-large" || error.kind === "unknown")
  );
}
