import { Town } from "../../chaos/town.ts";
import { untilShown } from "../../support/until-shown.ts";

/** Until a process is as quick as it will be, which takes two hundred answers of its own: two of them share what one has for itself. */
const WARM_UP = 400;
const ANSWERS = 200;
const CHATS = 8;
const WITHIN_MS = 20_000;
/** All of the answer at once. */
const PACE = { words: () => 3, everyMs: 1 };

/** From a question until the first word of its answer can be seen (ms), of one process alone and of two that share, in turn. */
export async function measureFirstGlyphs(): Promise<{
  readonly alone: readonly number[];
  readonly shared: readonly number[];
}> {
  const options = { chats: CHATS, leaseSeconds: 15, pace: PACE };
  const towns = {
    alone: await Town.open({ ...options, processes: 1, isAlone: true }),
    shared: await Town.open({ ...options, processes: 2 }),
  };
  const measured = { alone: [] as number[], shared: [] as number[] };
  const ask = async (name: "alone" | "shared", number: number): Promise<number> => {
    const town = towns[name];
    const chat = number % CHATS;
    const question = `q${number}`;
    const at = performance.now();
    town.ask(chat, question);
    const chatId = town.chatIds[chat] ?? "";
    await untilShown(town.emulator, chatId, ({ text }) => text.includes(`${question}w0`), WITHIN_MS);
    const firstGlyph = performance.now() - at;
    await untilShown(
      town.emulator,
      chatId,
      ({ text, streaming }) => !streaming && text.includes(town.model.answerTo(question)),
      WITHIN_MS,
    );
    return firstGlyph;
  };
  try {
    for (const name of ["alone", "shared"] as const)
      for (let number = 0; number < WARM_UP; number += CHATS)
        await Promise.all(Array.from({ length: CHATS }, (_, chat) => ask(name, number + chat)));
    for (let number = WARM_UP; number < WARM_UP + ANSWERS; number++)
      for (const name of number % 2 === 0 ? (["alone", "shared"] as const) : (["shared", "alone"] as const))
        measured[name].push(await ask(name, number));
    return measured;
  } finally {
    await Promise.all(Object.values(towns).map((town) => town.close()));
  }
}
