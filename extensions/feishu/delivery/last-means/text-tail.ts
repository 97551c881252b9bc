import type { Carry } from "../../../../src/text/index.ts";
import { bodyStart, planCard } from "../../../../src/text/index.ts";
import type { CallOptions } from "../../client/index.ts";
import { FeishuApiError } from "../../client/index.ts";
import { toPlainText } from "../../dialect/index.ts";
import type { SentMessage } from "../../send.ts";
import { sendPostFeishu, sendTextFeishu } from "../../send.ts";
import type { FeishuDelivery } from "../engine.ts";
import { ENDLESS, persist } from "../writer/persist.ts";
import type { ReplyTarget } from "../reply/reply-target.ts";
import type { Tally } from "../reply/tally.ts";

/** Posts hold 30 KB (docs:im-v1/message/create); Markdown grows when it is put into JSON. */
const POST_LIMITS = { maxChars: 8_000, maxBytes: 16_000, maxTables: 100 };

export interface TextTailOptions {
  readonly delivery: FeishuDelivery;
  readonly target: ReplyTarget;
  /** Prefix of every `uuid` (≤ 30 characters). */
  readonly nonce: string;
  /** Takes out of a text what may not be sent. */
  readonly render: (text: string) => string;
  /** The content audit refused a part. False when it cannot be written in another way. */
  readonly onAudited: (error: unknown) => boolean;
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
    const markdown = carried.prefix + text.slice(bodyStart(text, start, carried), end) + (seam?.close ?? "");
    const uuid = `${options.nonce}-t${part}${plain ? "p" : ""}`;
    try {
      options.onSent(
        await sendPart(options, {
          body: options.render(plain ? toPlainText(markdown) || markdown : markdown),
          uuid,
          plain,
        }),
        start,
        end,
      );
    } catch (error) {
      if (options.onAudited(error)) continue;
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
  { delivery, target, tally, signal }: TextTailOptions,
  { body, uuid, plain }: { body: string; uuid: string; plain: boolean },
): Promise<SentMessage> {
  const { client } = delivery;
  const pace = { names: target.sending.names, priority: "first" } as const;
  const call: CallOptions = { signal, timeoutMs: 10_000, onCall: tally.onCall };
  return persist(delivery, { signal, pace, tally, patience: ENDLESS }, () =>
    plain
      ? sendTextFeishu(client, { to: target.current, text: body, uuid }, call)
      : sendPostFeishu(client, { to: target.current, markdown: body, uuid }, call),
  );
}

/** Feishu read the message and will not take it as it is; a plainer one may do. */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof FeishuApiError &&
    (error.kind === "invalid" || error.kind === "too-large" || error.kind === "unknown")
  );
}
