import { describe, expect, it } from "vitest";
import type { Logger } from "../../src/log/index.ts";
import { silentLogger } from "../../src/log/index.ts";
import { QuestionQueue } from "../../src/plugin-sdk/index.ts";
import type { QuestionQueueOptions, QueuedQuestion } from "../../src/plugin-sdk/index.ts";
import { FakeClock, settle } from "../support/fake-clock.ts";

const written = (messageId: string, chatId = "chat"): QueuedQuestion => ({ message: { messageId, chatId } });
const idOf = ({ message }: QueuedQuestion): string => message.messageId;

/** A queue whose answers end when the test says so. */
class Bench {
  readonly clock: FakeClock = new FakeClock();
  readonly warnings: string[] = [];
  readonly answered: string[] = [];
  readonly refused: string[] = [];
  readonly settled: string[] = [];
  readonly signs: Set<string> = new Set();
  /** What people made of their questions meanwhile; undefined: taken back. */
  readonly edits: Map<string, string | undefined> = new Map();
  readonly queue: QuestionQueue<QueuedQuestion>;
  #end: (() => void)[] = [];

  constructor(options: Partial<QuestionQueueOptions<QueuedQuestion>> = {}) {
    const logger: Logger = { ...silentLogger, warn: (message) => void this.warnings.push(message) };
    this.queue = new QuestionQueue({
      take: "one",
      clock: this.clock,
      logger,
      showWaiting: (question) => {
        this.signs.add(idOf(question));
        return () => this.signs.delete(idOf(question));
      },
      reread: async (question) => {
        if (!this.edits.has(idOf(question))) return question;
        const edited = this.edits.get(idOf(question));
        return edited === undefined ? undefined : written(edited);
      },
      answer: (key, questions) => {
        this.answered.push(`${key}: ${questions.map((one) => one.question ?? idOf(one)).join(" + ")}`);
        return new Promise((resolve) => {
          this.#end.push(resolve);
        });
      },
      refuse: async (question) => void this.refused.push(idOf(question)),
      settled: (question, left) => void this.settled.push(left ? `${idOf(question)} (left)` : idOf(question)),
      ...options,
    });
  }

  /** Somebody writes something. */
  ask(key: string, id: string): boolean {
    return this.queue.ask(key, written(id, key));
  }

  async end(): Promise<void> {
    this.#end.shift()?.();
    await settle();
  }
}

describe("questions of a conversation", () => {
  it("are answered one after the other; one that waits says so until its turn", async () => {
    const bench = new Bench();
    for (const question of ["one", "two", "three"]) bench.ask("chat", question);
    bench.ask("another", "four");
    await settle();
    expect(bench.answered).toEqual(["chat: one", "another: four"]);
    expect([...bench.signs]).toEqual(["two", "three"]);
    expect(bench.queue.waiting("chat")).toBe(2);
    await bench.end();
    expect(bench.answered.at(-1)).toBe("chat: two");
    expect([...bench.signs]).toEqual(["three"]);
    expect(bench.settled).toEqual(["one"]);
  });

  it("are taken together where a later one interrupts", async () => {
    const bench = new Bench({ take: "all" });
    bench.ask("chat", "one");
    await settle();
    bench.ask("chat", "two");
    bench.ask("chat", "three");
    await bench.end();
    expect(bench.answered).toEqual(["chat: one", "chat: two + three"]);
  });

  it("that waited are answered as they stand when their turn comes, or not at all", async () => {
    const bench = new Bench();
    for (const question of ["one", "two", "three", "four"]) bench.ask("chat", question);
    bench.edits.set("one", "never read again: it did not wait").set("two", undefined).set("three", "three!");
    await settle();
    await bench.end();
    expect(bench.answered).toEqual(["chat: one", "chat: three!"]);
    expect(bench.settled).toEqual(["one", "two"]);
  });

  it("are too many at some point", async () => {
    const bench = new Bench();
    bench.ask("chat", "the first");
    await settle();
    const taken = Array.from({ length: 25 }, (_, index) => bench.ask("chat", String(index)));
    expect(taken.filter((isTaken) => isTaken)).toHaveLength(20);
    expect(bench.ask("another", "elsewhere")).toBe(true);
  });

  it("that nobody wrote show no sign and are not read again", async () => {
    const bench = new Bench();
    bench.ask("chat", "one");
    bench.queue.ask("chat", { ...written("two"), question: "and further?" });
    bench.edits.set("two", "two!");
    await settle();
    expect([...bench.signs]).toEqual([]);
    await bench.end();
    expect(bench.answered).toEqual(["chat: one", "chat: and further?"]);
  });

  it("that are dealt with beside do not wait for their turn, and are waited for", async () => {
    const bench = new Bench();
    const said = Promise.withResolvers<void>();
    bench.ask("chat", "one");
    await settle();
    bench.queue.beside(written("/status"), () => said.promise);
    let isIdle = false;
    const idle = bench.queue.idle().then(() => (isIdle = true));
    await bench.end();
    expect([bench.settled, isIdle]).toEqual([["one"], false]);
    said.resolve();
    await idle;
    expect(bench.settled).toEqual(["one", "/status"]);
  });

  it("that interrupt do not wait", async () => {
    const bench = new Bench({ take: "all" });
    for (const question of ["one", "two"]) {
      bench.ask("chat", question);
      await settle();
    }
    expect([...bench.signs]).toEqual([]);
  });

  it("can be taken out: with their sign, or without where their message is gone; each is settled", async () => {
    const bench = new Bench();
    for (const question of ["one", "two", "three", "four"]) bench.ask("chat", question);
    bench.ask("another", "five");
    bench.ask("another", "six");
    await settle();
    bench.queue.recall("three");
    bench.queue.drop("chat", true);
    bench.queue.loseChat("another");
    expect([...bench.signs]).toEqual(["three", "six"]);
    expect(bench.settled).toEqual(["three", "two (left)", "four (left)", "six"]);
    await bench.end();
    await bench.end();
    expect(bench.answered).toEqual(["chat: one", "another: five"]);
  });
});

describe("the end of the process", () => {
  it("refuses what waits, lets what is being answered end, and is waited for", async () => {
    const bench = new Bench();
    bench.ask("chat", "one");
    bench.ask("chat", "two");
    await settle();
    let isOver = false;
    const stopped = bench.queue.stop(async () => {}).then(() => (isOver = true));
    await settle();
    expect([bench.refused, isOver, bench.queue.isStopping]).toEqual([["two"], false, true]);
    await bench.end();
    await stopped;
    expect(bench.answered).toEqual(["chat: one"]);
    expect(bench.settled).toEqual(["two", "one"]);
    expect(bench.warnings).toEqual([]);
  });

  it("refuses a question that is just being read once more", async () => {
    const reading = Promise.withResolvers<QueuedQuestion>();
    const bench = new Bench({ reread: () => reading.promise });
    bench.ask("chat", "one");
    bench.ask("chat", "two");
    await settle();
    await bench.end();
    const stopped = bench.queue.stop(async () => {});
    reading.resolve(written("two!"));
    await stopped;
    expect([bench.answered, bench.refused]).toEqual([["chat: one"], ["two!"]]);
  });

  it("comes after 3.5 s, whatever hangs", async () => {
    const bench = new Bench();
    bench.ask("chat", "one");
    await settle();
    const stopped = bench.queue.stop(() => new Promise(() => {}));
    await bench.clock.advance(3_500);
    await stopped;
    expect(bench.warnings).toHaveLength(1);
  });
});
