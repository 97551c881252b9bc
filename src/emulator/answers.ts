import type { Core } from "./state/core.ts";
import { UserActionError } from "./as-user.ts";
import type { VisibleMessage } from "./views/visible-texts.ts";
import { visibleTexts } from "./views/visible-texts.ts";

/** Which answers to wait for. */
export interface AnswersWanted {
  /** @defaultValue the last message of a person in any chat */
  readonly messageId?: string | undefined;
  /** So many messages of apps at least. @defaultValue 1 */
  readonly count?: number | undefined;
  /** Longest to wait, milliseconds. @defaultValue 10000 */
  readonly withinMs?: number | undefined;
}

/** Nothing may change any more for that long: a card without streaming mode does not say when it is complete. */
const QUIET_MS = 150;

/**
 * What apps wrote in a chat after a person's message, as soon as none of it streams any more.
 * @throws UserActionError when there is no such message, or no complete answer in time
 */
export async function answersTo(core: Core, wanted: AnswersWanted = {}): Promise<readonly VisibleMessage[]> {
  const { count = 1, withinMs = 10_000 } = wanted;
  const asked =
    wanted.messageId === undefined
      ? core.store.messages.all().findLast(({ sender }) => sender.type === "user")
      : core.store.messages.get(wanted.messageId);
  if (asked === undefined) throw new UserActionError("nobody has said anything: there is nothing to answer");
  const look = (): VisibleMessage[] => {
    const all = visibleTexts(core, asked.chatId);
    const from = all.findIndex(({ messageId }) => messageId === asked.messageId);
    return all.slice(from + 1).filter(({ sender }) => sender === "app");
  };
  return new Promise((resolve, reject) => {
    let cancelQuiet: (() => void) | undefined;
    const done = (): void => {
      off();
      cancelQuiet?.();
      cancelLate();
    };
    const onChange = (): void => {
      cancelQuiet?.();
      const answers = look();
      if (answers.length < count || answers.some(({ streaming }) => streaming)) return;
      cancelQuiet = core.clock.setTimer(QUIET_MS, () => {
        done();
        resolve(look());
      });
    };
    const off = core.feed.subscribe(onChange);
    const cancelLate = core.clock.setTimer(withinMs, () => {
      done();
      const seen = look();
      const what = seen.length < count ? `${seen.length} of ${count} came` : "one still streams";
      reject(new UserActionError(`no complete answer within ${withinMs} ms: ${what}`));
    });
    onChange();
  });
}
