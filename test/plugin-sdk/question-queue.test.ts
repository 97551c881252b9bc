import { describe, expect, it } from "vitest";
import type { Logger } from "../../src/log/index.ts";
import { silentLogger } from "../../src/log/index.ts";
import { QuestionQueue } from "../../src/plugin-sdk/index.ts";
import type { QuestionQueueOptions } from "../../src/plugin-sdk/index.ts";
import { FakeClock, settle } from "../support/fake-clock.ts";

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
  readonly queue: QuestionQueue<string>;
  #end: (() => void)[] = [];

  constructor(options: Partial<QuestionQueueOptions<string>> = {}) {
    const logger: Logger = { ...silentLogger, warn: (message) => void this.warnings.push(message) };
    this.queue = new QuestionQueue({
      take: "one",
      clock: this.clock,
      logger,
      showWaiting: (question) => {
        this.signs.add(question);
        return () => this.signs.delete(question);
      },
      reread: async (question) => (this.edits.has(question) ? this.edits.get(question) : question),
      answer: (key, questions) => {
        this.answered.push(`${key}: ${questions.join(" + ")}`);
        return new Promise((resolve) => {
          this.#end.push(resolve);
        });
      },
      refuse: async (question) => void this.refused.push(question),
      settled: (question) => void this.settled.push(question),
      ...options,
    });
  }

  async end(): Promise<void> {
    this.#end.shift()?.();
    await settle();
  }
}

describe("questions of a conversation", () => {
  it("are answered one after the other; one that waits says so until its turn", async () => {
    const bench = new Bench();
    for (const question of ["one", "two", "three"]) bench.queue.ask("chat", question);
    bench.queue.ask("another", "four");
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
    bench.queue.ask("chat", "one");
    await settle();
    bench.queue.ask("chat", "two");
    bench.queue.ask("chat", "three");
    await bench.end();
    expect(bench.answered).toEqual(["chat: one", "chat: two + three"]);
  });

  it("that waited are answered as they stand when their turn comes, or not at all", async () => {
    const bench = new Bench();
    for (const question of ["one", "two", "three", "four"]) bench.queue.ask("chat", question);
    bench.edits.set("one", "never read again: it did not wait").set("two", undefined).set("three", "three!");
    await settle();
    await bench.end();
    expect(bench.answered).toEqual(["chat: one", "chat: three!"]);
    expect(bench.settled).toEqual(["one", "two"]);
  });

  it("are too many at some point", async () => {
    const { queue } = new Bench();
    queue.ask("chat", "the first");
    await settle();
    const taken = Array.from({ length: 25 }, (_, index) => queue.ask("chat", String(index)));
    expect(taken.filter((isTaken) => isTaken)).toHaveLength(20);
    expect(queue.ask("another", "elsewhere")).toBe(true);
  });

  it("can be taken out: with their sign, or without where their message is gone", async () => {
    const bench = new Bench();
    for (const question of ["one", "two", "three", "four"]) bench.queue.ask("chat", question);
    await settle();
    expect(bench.queue.forget((question) => question === "three")).toEqual(["three"]);
    expect(bench.queue.drop("chat")).toEqual(["two", "four"]);
    expect([...bench.signs]).toEqual(["three"]);
    expect(bench.settled).toEqual([]);
  });
});

describe("the end of the process", () => {
  it("refuses what waits, lets what is being answered end, and is waited for", async () => {
    const bench = new Bench();
    bench.queue.ask("chat", "one");
    bench.queue.ask("chat", "two");
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
    const reading = Promise.withResolvers<string>();
    const bench = new Bench({ reread: () => reading.promise });
    bench.queue.ask("chat", "one");
    bench.queue.ask("chat", "two");
    await settle();
    await bench.end();
    const stopped = bench.queue.stop(async () => {});
    reading.resolve("two!");
    await stopped;
    expect([bench.answered, bench.refused]).toEqual([["chat: one"], ["two!"]]);
  });

  it("comes after 3.5 s, whatever hangs", async () => {
    const bench = new Bench();
    bench.queue.ask("chat", "one");
    await settle();
    const stopped = bench.queue.stop(() => new Promise(() => {}));
    await bench.clock.advance(3_500);
    await stopped;
    expect(bench.warnings).toHaveLength(1);
  });
});
