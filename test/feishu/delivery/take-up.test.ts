import { describe, expect, it } from "vitest";
import type { FeishuDeliveryOptions } from "../../../extensions/feishu/delivery/index.ts";
import { toDelta } from "../../../src/stream/index.ts";
import { answersIn } from "../../support/reply-bench.ts";
import { open, Process, SOURCE, taking, world, write } from "../../support/take-up-bench.ts";

/** What the reply says when nothing happens to it. */
async function undisturbed(): Promise<string[]> {
  const { clock, emulator, chatId } = world();
  const reply = new Process(emulator, clock, 1).open();
  await write(reply, SOURCE, clock);
  await clock.runUntil(reply.finalize());
  return answersIn(emulator, chatId);
}

describe("[D13] a reply whose process is gone", { timeout: 120_000 }, () => {
  it.each(["before", "after"] as const)(
    "goes on in the same cards, with every word once, killed %s any of its calls",
    async (when) => {
      const whole = await undisturbed();
      expect(whole.length).toBeGreaterThan(2);
      let killed = 0;
      let goneOn = 0;
      for (let killAt = 1; killAt < 60; killAt++) {
        const { clock, emulator, chatId } = world();
        const dead = new Process(emulator, clock, 1, { killAt, when });
        const first = dead.open();
        dead.follow(first);
        await write(first, SOURCE, clock);
        if (dead.calls <= killAt) break;
        killed += 1;
        const heir = new Process(emulator, clock, 2);
        const takenUp = await taking(heir, dead.noted);
        expect(takenUp, `killed ${when} call ${killAt}`).toBeDefined();
        expect(SOURCE.startsWith(takenUp?.text ?? "?"), `killed ${when} call ${killAt}`).toBe(true);
        if ((takenUp?.cards.length ?? 0) > 0) goneOn += 1;
        const reply = heir.open({ takenUp, ...(takenUp?.cards.length === 0 ? { id: undefined } : {}) });
        reply.open();
        await write(reply, SOURCE.slice(takenUp?.text.length), clock);
        const result = await clock.runUntil(reply.finalize());
        expect(result, `killed ${when} call ${killAt}`).toMatchObject({ delivered: SOURCE.length, error: undefined });
        expect(answersIn(emulator, chatId), `killed ${when} call ${killAt}`).toEqual(whole);
        expect(open(emulator, chatId), `killed ${when} call ${killAt}`).toEqual([]);
      }
      expect(killed).toBeGreaterThan(20);
      expect(goneOn).toBeGreaterThan(killed - 5);
    },
  );

  it.each([0, 3])("goes on in a card that nobody had written down, its number %i", async (index) => {
    const whole = await undisturbed();
    for (let killAt = 1; killAt < 60; killAt++) {
      const { clock, emulator, chatId } = world();
      const dead = new Process(emulator, clock, 1, { killAt, when: "after" });
      const first = dead.open();
      dead.follow(first);
      await write(first, SOURCE, clock);
      if (dead.calls <= killAt) break;
      const { text, cards } = dead.noted;
      const heir = new Process(emulator, clock, 2);
      const takenUp = await taking(heir, { text, cards: cards.slice(0, index) });
      const reply = heir.open({ takenUp });
      reply.open();
      await write(reply, SOURCE.slice(takenUp?.text.length), clock);
      const result = await clock.runUntil(reply.finalize());
      expect(result, `killed after call ${killAt}`).toMatchObject({ delivered: SOURCE.length, error: undefined });
      expect(answersIn(emulator, chatId), `killed after call ${killAt}`).toEqual(whole);
      expect(open(emulator, chatId), `killed after call ${killAt}`).toEqual([]);
    }
  });

  it("reads what the card shows beyond what was written down, wherever that ends", async () => {
    const said =
      "| a | b |\n| --- | --- |\n| one | 1 |\n| two | 2 |\n\n- a **bold** word\n- and `code`, [a link](https://example.com/a)\n";
    const { clock, emulator } = world();
    const dead = new Process(emulator, clock, 1);
    const first = dead.open();
    dead.follow(first);
    await write(first, said, clock);
    await clock.advance(5_000);
    dead.freeze();
    const { cards } = dead.noted;
    for (let noted = 0; noted <= said.length; noted++) {
      const takenUp = await taking(new Process(emulator, clock, 2 + noted), { text: said.slice(0, noted), cards });
      expect(takenUp?.text.trimEnd(), said.slice(0, noted)).toBe(said.trimEnd());
    }
  });

  it("[S7] writes nothing more when it comes back: neither to the card, nor beside it", async () => {
    const whole = await undisturbed();
    for (let freezeAt = 3; freezeAt < 40; freezeAt += 3) {
      const { clock, emulator, chatId } = world();
      let isOwner = true;
      const ownership: FeishuDeliveryOptions["ownership"] = {
        owns: async () => isOwner,
        mayWrite: async () => isOwner,
      };
      const zombie = new Process(emulator, clock, 1, { killAt: freezeAt, when: "before", ownership });
      const first = zombie.open();
      zombie.follow(first);
      await write(first, SOURCE.slice(0, 900), clock);
      const heir = new Process(emulator, clock, 2);
      isOwner = false;
      const takenUp = await taking(heir, zombie.noted);
      const reply = heir.open({ takenUp });
      reply.open();
      await write(reply, SOURCE.slice(takenUp?.text.length, 900), clock);
      const before = zombie.calls;
      zombie.thaw();
      first.append(toDelta("Words of a process that was taken for dead. ".repeat(20)));
      await clock.advance(500);
      await write(reply, SOURCE.slice(900), clock);
      const late = await clock.runUntil(first.finalize());
      await clock.runUntil(reply.finalize());
      await clock.advance(60_000);
      expect(answersIn(emulator, chatId), `frozen before call ${freezeAt}`).toEqual(whole);
      expect(open(emulator, chatId)).toEqual([]);
      expect(late.error, `frozen before call ${freezeAt}`).toBeDefined();
      expect(zombie.calls - before, `frozen before call ${freezeAt}`).toBeLessThan(20);
    }
  });

  it("[S7] [lesson 4] whose numbers were overtaken goes on in its card, with larger ones, when it owns the card", async () => {
    const whole = await undisturbed();
    const { clock, emulator, chatId } = world();
    const ownership: FeishuDeliveryOptions["ownership"] = { owns: async () => true, mayWrite: async () => true };
    const reply = new Process(emulator, clock, 1, { ownership }).open();
    await write(reply, SOURCE.slice(0, 300), clock);
    // As a Redis that came back without its newest writes lets it happen: somebody took the card over, and is gone.
    const [card] = emulator.store.cards.all();
    if (card === undefined) throw new Error("no card");
    card.sequence += 50_000;
    await write(reply, SOURCE.slice(300), clock);
    const result = await clock.runUntil(reply.finalize());
    expect(result).toMatchObject({ delivered: SOURCE.length, error: undefined });
    expect(answersIn(emulator, chatId)).toEqual(whole);
    expect(emulator.timeline.find({ code: 300_317 }).length).toBeGreaterThan(0);
  });

  it("says nothing more when it is told that another process goes on", async () => {
    const { clock, emulator, chatId } = world();
    const process = new Process(emulator, clock, 1);
    const reply = process.open();
    await write(reply, SOURCE.slice(0, 200), clock);
    await clock.advance(1_000);
    const calls = process.calls;
    const result = await clock.runUntil(reply.abort({ handedOver: true }));
    await clock.advance(120_000);
    expect(result.outcome).toBe("aborted");
    expect(process.calls).toBe(calls);
    expect(open(emulator, chatId)).toHaveLength(1);
  });

  it("is not gone on with where nobody can: no entity, another text on the card, a card that is gone", async () => {
    const { clock, emulator } = world();
    const dead = new Process(emulator, clock, 1);
    const first = dead.open();
    dead.follow(first);
    await write(first, SOURCE.slice(0, 300), clock);
    await clock.advance(1_000);
    dead.freeze();
    const heir = new Process(emulator, clock, 2);
    const [card] = dead.noted.cards;
    if (card === undefined) throw new Error("no card");
    expect(await taking(heir, { text: "Something else.", cards: [card] })).toBeUndefined();
    expect(await taking(heir, { ...dead.noted, cards: [{ ...card, cardId: undefined }] })).toBeUndefined();
    expect(await taking(heir, { ...dead.noted, cards: [{ ...card, cardId: "7300000000000000000" }] })).toBeUndefined();
    expect(await taking(heir, dead.noted)).toMatchObject({ text: SOURCE.slice(0, 300) });
  });
});
