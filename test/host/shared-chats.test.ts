import { describe, expect, it } from "vitest";
import { MemoryState, SharedStateError } from "../../src/shared/index.ts";
import type { SharedState } from "../../src/shared/index.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { event, pressed, said, SharedBotProcess, twoProcesses } from "../support/shared-bot.ts";

describe("a bot in two processes", () => {
  it("Stop at the process that does not answer ends the answer at the one that does, once, for the asker alone", async () => {
    const { clock, one, other } = await twoProcesses();
    await one.chats.take(event(said("om_1", "first")));
    await clock.advance(10);
    one.model.turn.step(0).text("half an answer");
    await clock.advance(10);
    const stop = one.channel.replies[0]?.options.buttons?.stop?.value;
    expect((await other.chats.onCardAction(pressed(stop, "ou_bob"))).toast?.type).not.toBe("success");
    expect(one.channel.replies[0]?.reply.end).toBeUndefined();
    expect((await other.chats.onCardAction(pressed(stop))).toast?.text.en).toBe("Stopped");
    await clock.advance(10);
    expect(one.channel.replies[0]?.reply.end).toMatchObject({ by: "abort" });
    const again = await other.chats.onCardAction(pressed(stop));
    expect(again.toast?.text.en).not.toBe("Stopped");
  });

  it("what one process was told is known to the other that answers next, and Regenerate works there", async () => {
    const { clock, one, other } = await twoProcesses();
    await one.chats.take(event(said("om_1", "first")));
    await clock.advance(10);
    one.model.turn.step(0).text("an answer").finish();
    await clock.advance(10);
    await other.chats.take(event(said("om_2", "second")));
    await clock.advance(10);
    expect(other.model.turn.request.messages.map(({ content }) => content)).toEqual(["first", "an answer", "second"]);
    other.model.turn.step(0).text("another").finish();
    await clock.advance(10);
    const regenerate = other.channel.replies[0]?.options.buttons?.after?.[0]?.value;
    expect((await one.chats.onCardAction(pressed(regenerate))).toast?.text.en).toMatch(
      /again|Regenerating|Answering/iu,
    );
    await clock.advance(10);
    expect(one.model.turns).toHaveLength(2);
    expect(one.model.turn.request.messages.map(({ content }) => content)).toEqual(["first", "an answer", "second"]);
    expect((await one.chats.onCardAction(pressed(regenerate))).toast?.type).not.toBe("success");
  });

  it("is told to answer here when the state was certainly not reached, and asks for the event again when nobody knows", async () => {
    const clock = new FakeClock();
    const state = new MemoryState(clock);
    let trouble: SharedStateError | undefined;
    const failing: SharedState = new Proxy(state, {
      get: (target, name: keyof SharedState) =>
        name === "accept" && trouble !== undefined
          ? () => Promise.reject(trouble)
          : (target[name] as () => unknown).bind(target),
    });
    const { chats, channel } = new SharedBotProcess(clock, failing);
    await chats.start(channel);
    trouble = new SharedStateError("unreachable", "away");
    expect(await chats.take(event(said("om_1", "first")))).toBe("local");
    trouble = new SharedStateError("unknown", "no answer");
    await expect(chats.take(event(said("om_2", "second")))).rejects.toThrow("no answer");
    trouble = undefined;
    expect(await chats.take(event(said("om_2", "second")))).toBe("taken");
    await clock.advance(500);
    const other = await state.join(60_000);
    const again = await state.accept(other, { chat: "oc_1", key: "om_1", body: "" });
    expect(again.outcome, "what was answered here is not answered again elsewhere").toBe("duplicate");
  });

  it("what it answers by itself goes on when another process takes its chat over", async () => {
    const { clock, state, one, other } = await twoProcesses();
    await clock.advance(2_000);
    await one.chats.take(event(said("om_1", "first")));
    await clock.advance(10);
    one.model.turn.step(0).text("half an answer");
    // The state was not reached when this one came: nobody else knows of it.
    one.chats.onMessage(said("om_2", "second"));
    await clock.advance(10);
    const [session] = (await state.sessions()).filter(({ chats }) => chats.length > 0);
    await state.leave(session?.session ?? "");
    await clock.advance(2_000);
    expect(one.channel.replies[0]?.reply.end, "the shared one is the other's").toMatchObject({
      options: { handedOver: true },
    });
    expect(one.model.turn.request.messages.at(-1)?.content).toBe("second");
    one.model.turn.step(0).text("an answer to it").finish();
    await clock.advance(10);
    expect(one.channel.replies[1]?.reply.end).toMatchObject({ by: "finalize" });
    expect(other.model.turns).toHaveLength(1);
  });
});
