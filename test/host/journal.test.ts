import { appendFileSync, existsSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createJournal, journalCards } from "../../src/plugin-sdk/index.ts";
import type { Journal, OrphanCard } from "../../src/plugin-sdk/index.ts";
import { silentLogger } from "../../src/log/index.ts";
import { toDelta } from "../../src/stream/index.ts";
import { FakeClock, settle } from "../support/fake-clock.ts";
import { MemoryReply } from "../support/memory-reply.ts";
import { removeFolder } from "../support/remove-folder.ts";

const card = (cardId: string): OrphanCard => ({
  channel: "memory",
  account: "default",
  cardId,
  messageId: `om_${cardId}`,
  openedAt: 1,
  language: "zh",
});

describe("[D7] the journal of open cards", () => {
  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "cardstream-journal-"));
  });
  afterEach(() => removeFolder(directory));

  const journalOf = (pid: number, run: string, alive: readonly number[] = []): Journal =>
    createJournal({ directory, pid, run, isAlive: (other) => alive.includes(other), logger: silentLogger });

  const recovered = async (journal: Journal): Promise<(string | undefined)[]> => {
    const cards: (string | undefined)[] = [];
    await journal.recover(async ({ cardId }) => void cards.push(cardId));
    return cards;
  };

  it("gives a later process exactly the cards that were not closed, once", async () => {
    const dead = journalOf(10, "a");
    const first = dead.open(card("c1"));
    dead.open(card("c2"));
    dead.closed(first);
    const next = journalOf(11, "b");
    expect(await recovered(next)).toEqual(["c2"]);
    expect(await recovered(next)).toEqual([]);
    expect(await recovered(journalOf(12, "c"))).toEqual([]);
  });

  it("leaves the cards of a living process alone, but not those of a dead one with the same pid", async () => {
    journalOf(10, "a").open(card("theirs"));
    journalOf(1, "b").open(card("before the restart"));
    expect(await recovered(journalOf(1, "c", [10, 1]))).toEqual(["before the restart"]);
  });

  it("can be closed after another process, which thought this one dead, has taken it over", async () => {
    const slow = journalOf(10, "a");
    slow.open(card("c1"));
    const next = journalOf(11, "b");
    await next.recover(() => Promise.reject(new Error("no connection")));
    slow.close();
    next.close();
    expect(await recovered(journalOf(12, "c"))).toEqual(["c1"]);
  });

  it("keeps what could not be closed for the next start, and survives a line cut short", async () => {
    journalOf(10, "a").open(card("c1"));
    appendFileSync(join(directory, "open-cards-10-a.jsonl"), '{"open":"1","card":{"chan');
    const next = journalOf(11, "b");
    const refused = await next.recover(async () => {
      throw new Error("no connection");
    });
    expect(refused).toEqual({ closed: 0, remaining: 1 });
    next.close();
    expect(await recovered(journalOf(12, "c"))).toEqual(["c1"]);
  });

  it("leaves neither file nor folder behind when everything was closed", () => {
    const journal = journalOf(10, "a");
    journal.closed(journal.open(card("c1")));
    journal.close();
    expect(existsSync(directory)).toBe(false);
  });

  it("makes the folder anew when another process took it away, and leaves it when another's journal is in it", () => {
    const journal = journalOf(10, "a");
    journalOf(11, "b").close();
    const key = journal.open(card("c1"));
    journalOf(12, "c").close();
    expect(existsSync(directory)).toBe(true);
    journal.closed(key);
    journal.close();
    expect(existsSync(directory)).toBe(false);
  });

  it("gives each account its own cards, whoever asks first", async () => {
    const dead = journalOf(10, "a");
    dead.open(card("c1"));
    dead.open({ ...card("c2"), account: "second" });
    const next = journalOf(11, "b");
    const closed: string[] = [];
    for (const mine of ["default", "second"])
      await next.recover(
        async ({ cardId }) => void closed.push(`${mine}: ${cardId}`),
        ({ account }) => account === mine,
      );
    expect(closed).toEqual(["default: c1", "second: c2"]);
  });

  it("follows a reply: open from its first card on, each closed by its final state, none after the end", async () => {
    const journal = journalOf(10, "a");
    const reply = new MemoryReply("card-1");
    journalCards(journal, reply, { channel: "memory", account: "default", language: "en" }, new FakeClock());
    const open = (): Promise<(string | undefined)[]> => recovered(journalOf(11, `b${readdirSync(directory).length}`));
    reply.append(toDelta("half"));
    await settle();
    reply.events.emit("card", { index: 1, cardId: "card-1b", messageId: undefined });
    reply.events.emit("complete", { index: 0 });
    expect(await open()).toEqual(["card-1b"]);
  });

  it("has nothing open of a reply that has ended", async () => {
    const reply = new MemoryReply("card-1");
    const journal = journalOf(10, "a");
    journalCards(journal, reply, { channel: "memory", account: "default", language: "en" }, new FakeClock());
    reply.append(toDelta("all"));
    await settle();
    await reply.finalize();
    expect(await recovered(journalOf(11, "b"))).toEqual([]);
  });
});
