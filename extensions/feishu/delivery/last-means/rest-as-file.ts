import type { CallOptions } from "../../client/index.ts";
import type { SentMessage } from "../../send.ts";
import { sendFileFeishu, sendTextFeishu, uploadFileFeishu } from "../../send.ts";
import type { FeishuDelivery } from "../engine.ts";
import { limitName } from "../limits.ts";
import { ENDLESS, persist } from "../writer/persist.ts";
import type { ReplyTarget } from "../reply/reply-target.ts";
import type { Tally } from "../reply/tally.ts";

const FILE_NAME = "rest.md";
/** A large file on a slow line. */
const UPLOAD_TIMEOUT_MS = 30_000;

export interface RestAsFileOptions {
  readonly delivery: FeishuDelivery;
  readonly target: ReplyTarget;
  /** Prefix of every `uuid` (≤ 30 characters). */
  readonly nonce: string;
  readonly tally: Tally;
  readonly signal: AbortSignal;
  /** Says that the rest is in a file. */
  readonly notice: string;
  /** A message was sent; `holdsText` when it is the file. */
  readonly onSent: (message: SentMessage, holdsText: boolean) => void;
}

/**
 * Sends what a reply has beyond its number of messages as a Markdown file, after a line that says so. Nothing is sent before the file is
 * uploaded.
 * @returns undefined when it was sent, or the error that ended it.
 */
export async function sendRestAsFile(options: RestAsFileOptions, rest: string): Promise<unknown> {
  const { delivery, target, nonce, tally, signal, notice, onSent } = options;
  const { client } = delivery;
  const call: CallOptions = { signal, timeoutMs: 10_000, onCall: tally.onCall };
  const tries = (names: readonly string[]) => ({
    signal,
    pace: { names, priority: "first" } as const,
    tally,
    patience: ENDLESS,
  });
  try {
    const { fileKey } = await persist(delivery, tries([limitName.api("file.create")]), () =>
      uploadFileFeishu(
        client,
        { data: Buffer.from(rest), fileName: FILE_NAME },
        { ...call, timeoutMs: UPLOAD_TIMEOUT_MS },
      ),
    );
    const { names } = target.sending;
    const to = target.current;
    const line = { to, text: notice, uuid: `${nonce}-f0` };
    onSent(await persist(delivery, tries(names), () => sendTextFeishu(client, line, call)), false);
    const file = { to, fileKey, uuid: `${nonce}-f1` };
    onSent(await persist(delivery, tries(names), () => sendFileFeishu(client, file, call)), true);
    return undefined;
  } catch (error) {
    return error;
  }
}
