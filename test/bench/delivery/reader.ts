import type { Emulator, Print } from "../../../src/emulator/index.ts";
import type { Clock } from "../../../src/time/index.ts";
import { visibleEnd } from "../../support/visible-oracle.ts";

/** When which part of one reply became visible. */
export interface Sighting {
  /** Clock time, ms. */
  readonly at: number;
  /** Characters of the reply visible from then on, by what Feishu holds. */
  readonly end: number;
  /** The same for the reader's eyes: at `at` characters up to `eyesFrom` are there, the rest types out by `print`. */
  readonly eyesFrom: number;
  readonly print: Print | undefined;
}

/** Watches one chat of the emulator the way its reader does. */
export class Reader {
  readonly sightings: Sighting[] = [];
  readonly #stop: () => void;

  /** `elements`: ids of the elements that hold the answer. */
  constructor(emulator: Emulator, chatId: string, text: string, elements: RegExp, clock: Clock) {
    this.#stop = emulator.feed.subscribe((event) => {
      if (event.type !== "text" && event.type !== "message" && event.type !== "card") return;
      const chat = event.type === "message" ? event.message.chatId : event.chatId;
      if (chat !== chatId) return;
      const messages = emulator.visibleTexts(chatId).filter(({ sender }) => sender === "app");
      const end = visibleEnd(messages, text, elements);
      const before = this.sightings.at(-1)?.end ?? 0;
      if (end <= before) return;
      const types = event.type === "text" && event.mode === "type";
      this.sightings.push({
        at: clock.now(),
        end,
        eyesFrom: types ? before : end,
        print: types ? event.print : undefined,
      });
    });
  }

  stop(): void {
    this.#stop();
  }
}

/** Milliseconds from model to reader for every character: by what Feishu holds, and by the reader's eyes (typewriter rules). */
export function lagsOf(
  sightings: readonly Sighting[],
  arrivals: readonly { at: number; end: number }[],
  startedAt: number,
): { held: number[]; eyes: number[] } {
  const held: number[] = [];
  const eyes: number[] = [];
  let arrival = 0;
  for (const [index, sighting] of sightings.entries()) {
    const from = index === 0 ? 0 : (sightings[index - 1]?.end ?? 0);
    const flushedAt = sightings[index + 1]?.at ?? Infinity;
    for (let char = from; char < sighting.end; char++) {
      while (arrival < arrivals.length - 1 && (arrivals[arrival]?.end ?? 0) <= char) arrival += 1;
      const written = startedAt + (arrivals[arrival]?.at ?? 0);
      held.push(Math.max(0, sighting.at - written));
      const { print } = sighting;
      const typed =
        print === undefined
          ? sighting.at
          : sighting.at + Math.ceil((char - sighting.eyesFrom + 1) / print.step) * print.frequencyMs;
      // With the `fast` strategy the next write shows at once what has not been typed yet.
      eyes.push(Math.max(0, Math.min(typed, flushedAt) - written));
    }
  }
  return { held, eyes };
}
