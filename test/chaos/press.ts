import type { BarOptions, BarReport } from "./bars.ts";
import { personOf, Town } from "./town.ts";

const PRESSES = 40;
const P95_WITHIN_MS = 100;
const CHATS_AT_ONCE = 4;
/** Nobody's answer ends by itself. */
const PACE = { words: () => 10_000, everyMs: 200 };
const WITHIN_MS = 10_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const pressLongest = (): number => 180;

/** From a press of Stop that comes to another process than the one that answers, until that one has let go of the model. */
export async function runPress({ processes = 4, chats = CHATS_AT_ONCE, seed, logs }: BarOptions): Promise<BarReport> {
  /** By message: which process was told of the press. */
  const toldTo = new Map<string, string>();
  const overhear = (name: string, data: Buffer): void => {
    if (!data.includes("card.action.trigger")) return;
    const message = /om_\w+/u.exec(data.toString("latin1"))?.[0];
    if (message !== undefined) toldTo.set(message, name);
  };
  const town = await Town.open({ processes, chats, leaseSeconds: 15, pace: PACE, overhear, logs });
  try {
    const elsewhere: number[] = [];
    const atHome: number[] = [];
    const answered: number[] = [];
    let missed = 0;
    let asked = seed % 1_000;
    const press = async (chat: number): Promise<void> => {
      const question = `q${++asked}`;
      town.ask(chat, question);
      const messageId = await shown(town, chat, question);
      const entry = town.model.asked.find((one) => one.question === question);
      const at = performance.now();
      const click = town.emulator.clickAs({ from: personOf(chat), messageId, elementId: "stop" });
      void click.then(() => answered.push(performance.now() - at));
      while (entry?.endedAt === undefined && performance.now() < at + WITHIN_MS) await pause(2);
      await click;
      const told = toldTo.get(messageId);
      if (entry?.endedAt === undefined) missed += 1;
      else if (told !== undefined) (told === entry.by ? atHome : elsewhere).push(entry.endedAt - at);
    };
    const pressing = async (chat: number): Promise<void> => {
      while (elsewhere.length + missed < PRESSES) await press(chat);
    };
    await Promise.all(town.chatIds.map((_, chat) => pressing(chat)));
    const quantile = (values: readonly number[], share: number): number =>
      Math.round((values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Infinity) * 10) / 10;
    const p95 = quantile(elsewhere, 0.95);
    return {
      figures: {
        elsewhere: { presses: elsewhere.length, p50Ms: quantile(elsewhere, 0.5), p95Ms: p95 },
        atHome: { presses: atHome.length, p50Ms: quantile(atHome, 0.5), p95Ms: quantile(atHome, 0.95) },
        toastP95Ms: quantile(answered, 0.95),
        missed,
      },
      broken: [
        ...(missed > 0 ? [`presses that stopped nothing: ${missed}`] : []),
        ...(p95 > P95_WITHIN_MS ? [`p95 ${p95} ms, may be ${P95_WITHIN_MS} ms`] : []),
      ],
    };
  } finally {
    await town.close();
  }
}

/** Waits until the answer to a question can be stopped. */
async function shown(town: Town, chat: number, question: string): Promise<string> {
  const chatId = town.chatIds[chat] ?? "";
  for (const from = performance.now(); performance.now() < from + WITHIN_MS; await pause(20)) {
    const message = town.emulator
      .visibleTexts(chatId)
      .find(({ text, labels }) => text.includes(`${question}w1 `) && labels.includes("Stop"));
    if (message !== undefined) return message.messageId;
  }
  throw new Error(`${question} was not answered within ${WITHIN_MS} ms`);
}
