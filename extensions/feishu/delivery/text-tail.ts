import type { Carry } from "../../../src/text/index.ts";
import { planCard } from "../../../src/text/index.ts";
import { sleep } from "../../../src/time/index.ts";
import type { CallOptions } from "../client/index.ts";
import { FeishuApiError } from "../client/index.ts";
import type { MessageTarget, SentMessage } from "../send.ts";
import { sendPostFeishu, sendTextFeishu } from "../send.ts";
import type { FeishuDelivery } from "./engine.ts";
import { limitName } from "./limits.ts";
import { decide, isUnknownOutcome } from "./recovery.ts";
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
    const body = carried.prefix + text.slice(start + carried.skip, end) + (seam?.close ?? "");
    const error = await sendPart(
      options,
      plain ? text.slice(start, end) : body,
      `${options.nonce}-t${part}${plain ? "p" : ""}`,
      plain,
      (message) => options.onSent(message, start, end),
    );
    if (error !== undefined) {
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

/** Sends one message, repeating it with the same uuid until its fate is known. */
async function sendPart(
  options: TextTailOptions,
  body: string,
  uuid: string,
  plain: boolean,
  onSent: (message: SentMessage) => void,
): Promise<unknown> {
  const { delivery, target, chat, tally, signal } = options;
  const { clock, random, pacer, patience } = delivery;
  const api = target.type === "reply" ? "message.reply" : "message.create";
  const names = [limitName.api(api), limitName.chat(chat)];
  for (let failures = 0; ;) {
    if (signal.aborted) return signal.reason;
    const since = clock.now();
    const grant = await pacer
      .acquire({ options: [{ use: api, names }], priority: "first", since, signal })
      .catch((error: unknown) => ({ error }));
    if ("error" in grant) return grant.error;
    if (failures > 0) tally.retries += 1;
    const call: CallOptions = { signal, timeoutMs: 10_000, onCall: tally.onCall };
    try {
      const message = plain
        ? await sendTextFeishu(delivery.client, { to: target, text: body, uuid }, call)
        : await sendPostFeishu(delivery.client, { to: target, markdown: body, uuid }, call);
      grant.done();
      tally.settle();
      onSent(message);
      return undefined;
    } catch (error) {
      failures += 1;
      if (isUnknownOutcome(error)) tally.unknown();
      // The deadline bounds this, not a count: there is nothing left to fall back to.
      const decision = decide(error, {
        failures: Math.min(failures, patience.failures - 1),
        failingForMs: 0,
        patience,
        random,
      });
      const limited =
        decision.do === "limited"
          ? { name: names[decision.scope === "card" ? 1 : 0] ?? "", waitMs: decision.afterMs }
          : undefined;
      grant.done(limited);
      if (decision.do !== "retry" && decision.do !== "limited") return error;
      if (decision.do === "retry") await sleep(clock, decision.afterMs, signal).catch(() => undefined);
    }
  }
}

/** Feishu read the message and will not take it as it is; a plainer one may do. */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof FeishuApiError &&
    (error.kind === "invalid" || error.kind === "too-large" || error.kind === "unknown")
  );
}
