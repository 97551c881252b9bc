import { describe, expect, it } from "vitest";
import type { OwedCard, Payment } from "../../../extensions/feishu/delivery/debts/card-debts.ts";
import { CardDebts } from "../../../extensions/feishu/delivery/debts/card-debts.ts";
import { SequenceCounter } from "../../../extensions/feishu/delivery/surface/sequence-counter.ts";
import { FakeClock } from "../../support/fake-clock.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** A list whose attempts are noted, and answered by what is said. */
function rig(answer: (id: string, attempt: number) => Payment) {
  const clock = new FakeClock();
  const attempts: { id: string; at: number }[] = [];
  const settled: string[] = [];
  const idOf = ({ unfinished }: OwedCard): string => unfinished.messageId ?? "";
  const debts = new CardDebts({
    clock,
    pay: (card) => {
      const id = idOf(card);
      attempts.push({ id, at: clock.now() });
      return Promise.resolve(answer(id, attempts.filter((one) => one.id === id).length));
    },
  });
  const owe = (messageId: string): OwedCard => {
    const card: OwedCard = {
      unfinished: { by: "cardkit", cardId: "7", messageId, sequence: new SequenceCounter() },
      layout: () => ({}),
      since: clock.wallNow(),
      onSettled: () => void settled.push(messageId),
    };
    debts.owe(card);
    return card;
  };
  return {
    clock,
    debts,
    attempts,
    settled,
    owe,
    times: (id: string) => attempts.filter((one) => one.id === id).length,
  };
}

describe("[E3][S9] the cards that an account owes", () => {
  it("are tried after 1, 2, 4, 8, 15, 30 and 60 s, then every minute, after an hour every five", async () => {
    const { clock, attempts, owe } = rig(() => "later");
    owe("a");
    await clock.advance(3 * 60 * MINUTE);
    const pauses = attempts.map(({ at }, i) => at - (attempts[i - 1]?.at ?? 0));
    expect(pauses.slice(0, 9)).toEqual([1, 2, 4, 8, 15, 30, 60, 60, 60].map((seconds) => seconds * 1_000));
    expect(pauses[58]).toBe(MINUTE);
    expect(pauses[60]).toBe(5 * MINUTE);
    expect(pauses.at(-1)).toBe(5 * MINUTE);
  });

  it.each<[Payment, number]>([
    ["paid", 1],
    ["gone", 3],
    ["refused", 20],
  ])("leave the list when Feishu says %s %i times in a row", async (payment, times) => {
    const { clock, debts, settled, owe, times: tried } = rig(() => payment);
    owe("a");
    await clock.advance(DAY);
    expect(tried("a")).toBe(times);
    expect(settled).toEqual(["a"]);
    expect(debts.list).toEqual([]);
  });

  it("do not leave it when Feishu says so with something else in between", async () => {
    const { clock, debts, owe } = rig((_, attempt) => (attempt % 3 === 0 ? "later" : "gone"));
    owe("a");
    await clock.advance(DAY);
    expect(debts.list).toHaveLength(1);
  });

  it("are given up when the entity has ended, after 14 days", async () => {
    const { clock, debts, settled, owe, times } = rig(() => "later");
    owe("a");
    await clock.advance(13.9 * DAY);
    expect(debts.list).toHaveLength(1);
    const before = times("a");
    await clock.advance(0.2 * DAY);
    expect(settled).toEqual(["a"]);
    expect(times("a") - before).toBeLessThan(0.2 * 24 * 12);
  });

  it("are tried at once when CardKit answers again, but not before they were tried at all", async () => {
    const { clock, debts, attempts, owe } = rig(() => "later");
    owe("a");
    debts.poke();
    expect(attempts).toEqual([]);
    await clock.advance(10 * MINUTE);
    const before = attempts.length;
    debts.poke();
    expect(attempts).toHaveLength(before + 1);
    await clock.advance(2_000);
    // And its pauses begin anew.
    expect(attempts.length).toBeGreaterThan(before + 1);
  });

  it("one that is new lets the others be tried sooner", async () => {
    const { clock, owe, times } = rig(() => "later");
    owe("a");
    await clock.advance(30 * MINUTE);
    const before = times("a");
    owe("b");
    await clock.advance(1_000);
    expect([times("a") - before, times("b")]).toEqual([1, 1]);
  });

  it("can be forgotten, once", async () => {
    const { clock, debts, settled, attempts, owe } = rig(() => "later");
    const card = owe("a");
    debts.forget(card);
    debts.forget(card);
    await clock.advance(MINUTE);
    expect([settled, debts.list, attempts]).toEqual([["a"], [], []]);
    expect(clock.pending).toBe(0);
  });

  it("settle() tries at once and says how many are left", async () => {
    const { clock, debts, attempts, owe } = rig((id, attempt) => (id === "a" && attempt > 1 ? "paid" : "later"));
    expect(await debts.settle(5_000)).toBe(0);
    owe("a");
    owe("b");
    const left = debts.settle(5_000);
    expect(attempts.map(({ id }) => id)).toEqual(["a"]);
    expect(await clock.runUntil(left)).toBe(1);
    expect(clock.now()).toBe(5_000);
  });

  it("settle() ends with the last card, and leaves no timer", async () => {
    const { clock, debts, owe } = rig((_, attempt) => (attempt > 2 ? "paid" : "later"));
    owe("a");
    expect(await clock.runUntil(debts.settle(MINUTE))).toBe(0);
    expect(clock.now()).toBeLessThan(10_000);
    expect(clock.pending).toBe(0);
  });

  it("stay on the list when the account is closed, and nobody waits for them any more", async () => {
    const { clock, debts, attempts, owe } = rig(() => "later");
    owe("a");
    let over = false;
    void debts.settled().then(() => (over = true));
    await clock.advance(500);
    expect(over).toBe(false);
    debts.close();
    await clock.advance(DAY);
    expect([over, debts.list.length, attempts.length]).toEqual([true, 1, 0]);
    await debts.settled();
    expect(clock.pending).toBe(0);
  });
});
