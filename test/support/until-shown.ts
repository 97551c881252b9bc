import type { Emulator, VisibleMessage } from "../../src/emulator/index.ts";
import { createSystemClock, withDeadline } from "../../src/time/index.ts";

/** Resolves with the first message of the chat for which `check` holds, as soon as the emulator shows it. Real time. */
export async function untilShown(
  emulator: Emulator,
  chatId: string,
  check: (message: VisibleMessage) => boolean,
  limitMs = 10_000,
): Promise<VisibleMessage> {
  const found = (): VisibleMessage | undefined => emulator.visibleTexts(chatId).find(check);
  const { promise, resolve } = Promise.withResolvers<VisibleMessage>();
  const look = (): void => {
    const message = found();
    if (message !== undefined) resolve(message);
  };
  const off = emulator.feed.subscribe(look);
  try {
    look();
    return await withDeadline(createSystemClock(), limitMs, "waiting for a message", () => promise);
  } finally {
    off();
  }
}
