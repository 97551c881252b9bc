import { describe, expect, it } from "vitest";
import { defineTool } from "../../src/llm/index.ts";
import { z } from "zod";
import type { TwoProcesses } from "../support/shared-bot.ts";
import { event, pressed, said, twoProcesses } from "../support/shared-bot.ts";

const tool = defineTool({
  name: "pay",
  description: "pays",
  input: z.object({}),
  execute: () => "paid",
});

/** The first process answers a question half, and is killed after `more`. */
async function half(more: (bot: TwoProcesses) => unknown = () => {}): Promise<TwoProcesses> {
  const bot = await twoProcesses([tool]);
  const { clock, one } = bot;
  await one.chats.take(event(said("om_1", "first")));
  await clock.advance(10);
  one.model.turn.step(0).text("half an ");
  await clock.advance(10);
  one.channel.replies[0]?.reply.events.emit("flush", { acknowledged: 8, total: 8, cardIndex: 0 });
  await clock.advance(300);
  await more(bot);
  one.kill();
  return bot;
}

describe("[D13] an answer whose process is gone", () => {
  it("goes on in the same card: the model is shown what it said, and the buttons are the same turn's", async () => {
    const { clock, one, other } = await half();
    await clock.advance(4_000);
    const [before, after] = [one.channel.replies[0], other.channel.replies[0]];
    expect(after?.reply.cardId).toBe(before?.reply.cardId);
    expect(other.model.turn.request.messages.slice(0, 2).map(({ content }) => content)).toEqual(["first", "half an "]);
    expect(other.model.turn.request.messages.at(-1)?.content).toContain("Continue exactly");
    expect(after?.options.buttons).toEqual(before?.options.buttons);
    other.model.turn.step(0).text("answer").finish();
    await clock.advance(10);
    expect(after?.reply.text).toBe("half an answer");
    expect(after?.reply.end).toMatchObject({ by: "finalize" });
    expect(after?.reply.commentary).toEqual([]);
    await other.chats.take(event(said("om_2", "second")));
    await clock.advance(10);
    expect(other.model.turn.request.messages.map(({ content }) => content)).toEqual([
      "first",
      "half an answer",
      "second",
    ]);
    expect(other.channel.orphans).toEqual([]);
  });

  it("has buttons that work after it was gone on with", async () => {
    const { clock, other } = await half();
    await clock.advance(4_000);
    other.model.turn.step(0).text("answer").finish();
    await clock.advance(10);
    const regenerate = other.channel.replies[0]?.options.buttons?.after?.[0]?.value;
    expect((await other.chats.onCardAction(pressed(regenerate))).toast?.type).toBe("success");
    await clock.advance(10);
    expect(other.model.turns).toHaveLength(2);
    expect(other.model.turn.request.messages.map(({ content }) => content)).toEqual(["first"]);
    expect((await other.chats.onCardAction(pressed(regenerate))).toast?.type).not.toBe("success");
  });

  it("is asked for anew, in the same card, where nothing was said yet", async () => {
    const { clock, one, other } = await twoProcesses();
    await one.chats.take(event(said("om_1", "first")));
    await clock.advance(10);
    one.kill();
    await clock.advance(4_000);
    expect(other.model.turn.request.messages.map(({ content }) => content)).toEqual(["first"]);
    expect(other.channel.replies[0]?.reply.cardId).toBe(one.channel.replies[0]?.reply.cardId);
  });

  it.each(["", "half an "])("is the same reply where its card was not written down: %j", async (words) => {
    const { clock, one, other } = await twoProcesses();
    one.channel.tellsCards = false;
    await one.chats.take(event(said("om_1", "first")));
    await clock.advance(10);
    if (words !== "") one.model.turn.step(0).text(words);
    await clock.advance(10);
    one.channel.replies[0]?.reply.events.emit("flush", { acknowledged: 0, total: words.length, cardIndex: 0 });
    await clock.advance(300);
    one.kill();
    await clock.advance(4_000);
    expect(other.channel.replies).toHaveLength(1);
    expect(other.channel.replies[0]?.options.id).toBe(one.channel.replies[0]?.options.id);
    expect(other.channel.replies[0]?.reply.text).toBe(words);
    expect(other.model.turn.request.messages[0]?.content).toBe("first");
  });

  it("is ended as interrupted, with working buttons, where a tool was called: it is not called twice", async () => {
    const { clock, other } = await half(async ({ one }) => {
      await one.model.turn.request.tools?.[0]?.execute({}, { signal: new AbortController().signal });
    });
    await clock.advance(4_000);
    expect(other.model.turns).toEqual([]);
    expect(other.channel.orphans).toMatchObject([{ cardId: "card-1", language: "en" }]);
    expect(other.channel.orphans[0]?.buttons?.after).toHaveLength(2);
  });

  it("a tool is called only when it is written down that it is", async () => {
    const { one, other, clock } = await half(({ one: dying }) => {
      dying.kill();
      void dying.model.turn.request.tools?.[0]?.execute({}, { signal: new AbortController().signal });
    });
    await clock.advance(500);
    expect(one.channel.replies[0]?.reply.end).toBeUndefined();
    await clock.advance(4_000);
    expect(other.model.turns, "it had not begun").toHaveLength(1);
  });

  it("[lesson 3] whose end was written down gets that end, and the model is not asked again", async () => {
    const { clock, one, other } = await half(async ({ one: dying, clock: time }) => {
      const reply = dying.channel.replies[0]?.reply;
      // Its last calls never arrive.
      if (reply !== undefined) reply.finalize = () => new Promise(() => {});
      dying.model.turn.text("answer").finish("length");
      await time.advance(10);
    });
    await clock.advance(4_000);
    expect(other.model.turns).toEqual([]);
    const after = other.channel.replies[0]?.reply;
    expect(after?.cardId).toBe(one.channel.replies[0]?.reply.cardId);
    expect(after?.text).toBe("half an answer");
    expect(after?.end).toMatchObject({ by: "finalize", options: { incomplete: true } });
    await other.chats.take(event(said("om_2", "second")));
    await clock.advance(10);
    expect(other.model.turn.request.messages.map(({ content }) => content)).toEqual([
      "first",
      "half an answer",
      "second",
    ]);
  });

  it("owes its cards in whichever process lives: a dead one's are ended by another, and nothing waits for that", async () => {
    const bot = await half(async ({ one: dying, clock: time }) => {
      const reply = dying.channel.replies[0]?.reply;
      const owed = { cardId: "card-1", messageId: "om_card-1", remainder: "as it is to be" };
      reply?.events.emit("owed", { index: 0, ...owed });
      dying.model.turn.text("answer").finish();
      await time.advance(10);
      await dying.chats.take(event(said("om_2", "second")));
      await time.advance(10);
      expect(dying.model.turns, "what waits goes on").toHaveLength(2);
      expect(dying.model.turn.request.messages).toHaveLength(3);
      dying.model.turn.step(0).text("another").finish();
      await time.advance(10);
    });
    const { clock, other } = bot;
    other.channel.takeUp = async (_target, _options, { cards }) => {
      expect(cards[0]?.remainder).toBe("as it is to be");
      return undefined;
    };
    await clock.advance(4_000);
    expect(other.channel.orphans).toMatchObject([{ cardId: "card-1", remainder: "as it is to be" }]);
    expect(other.channel.orphans[0]?.buttons).toBeUndefined();
    expect(other.model.turns).toEqual([]);
    await other.chats.take(event(said("om_3", "third")));
    await clock.advance(10);
    expect(other.model.turn.request.messages.map(({ content }) => content)).toEqual([
      "first",
      "half an answer",
      "second",
      "another",
      "third",
    ]);
  });

  it("is done with once its own process has paid what it owes", async () => {
    const { clock, state, one } = await twoProcesses();
    await one.chats.take(event(said("om_1", "first")));
    await clock.advance(10);
    const reply = one.channel.replies[0]?.reply;
    reply?.events.emit("owed", { index: 0, cardId: "card-1", messageId: "om_card-1", remainder: "r" });
    one.model.turn.step(0).text("answer").finish();
    await clock.advance(10);
    expect(await state.ownerOf("oc_1")).toBeDefined();
    reply?.events.emit("paid", { index: 0 });
    await clock.advance(10);
    expect(await state.ownerOf("oc_1")).toBeUndefined();
  });

  it("is ended as interrupted where the channel cannot go on in its card", async () => {
    const bot = await half();
    bot.other.channel.takeUp = async () => undefined;
    await bot.clock.advance(4_000);
    expect(bot.other.model.turns).toEqual([]);
    expect(bot.other.channel.orphans).toHaveLength(1);
  });

  it("a process that was taken for dead says nothing more in its card", async () => {
    const bot = await twoProcesses();
    const { clock, one, other } = bot;
    await one.chats.take(event(said("om_1", "first")));
    await clock.advance(10);
    one.model.turn.step(0).text("half");
    await clock.advance(10);
    one.channel.replies[0]?.reply.events.emit("flush", { acknowledged: 4, total: 4, cardIndex: 0 });
    await clock.advance(300);
    await bot.state.leave((await bot.state.sessions()).find(({ chats }) => chats.length > 0)?.session ?? "");
    await clock.advance(4_000);
    expect(one.channel.replies[0]?.reply.end).toMatchObject({ by: "abort", options: { handedOver: true } });
    const heir = other.model.turns.length > 0 ? other : one;
    expect(heir.channel.replies.at(-1)?.reply.text).toBe("half");
  });
});
