import { describe, expect, it } from "vitest";
import { ReplyTurn } from "../../../extensions/feishu/openclaw/turn/reply-turn.ts";
import type { CompleteMessage, ReplyTurnOptions } from "../../../extensions/feishu/openclaw/turn/reply-turn.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { MemoryReply } from "../../support/memory-reply.ts";

interface Rig {
  turn: ReplyTurn;
  /** Replies in the order they were opened. */
  replies: MemoryReply[];
  complete: CompleteMessage[];
  clock: FakeClock;
}

function rig(options: Partial<ReplyTurnOptions> = {}): Rig {
  const replies: MemoryReply[] = [];
  const complete: CompleteMessage[] = [];
  const clock = new FakeClock();
  const turn = new ReplyTurn({
    openStream(early) {
      const reply = new MemoryReply(`card-${replies.length + 1}`);
      if (early) reply.status("early");
      replies.push(reply);
      return reply;
    },
    async sendComplete(message) {
      complete.push(message);
      return [`om_message-${complete.length}`];
    },
    toDeliveryError: (result, text) => new Error(`${result.delivered} of ${text.length}`),
    live: true,
    earlyMs: 1000,
    clock,
    ...options,
  });
  return { turn, replies, complete, clock };
}

describe("[A10] a turn of the host", () => {
  it("streams the running text and ends with the final", async () => {
    const { turn, replies } = rig();
    turn.callbacks.onAssistantMessageStart();
    for (const text of ["ha", "haha", "haha!", "haha! 10000"])
      expect(turn.callbacks.onPartialReply({ text })).toBe(true);
    const outcome = await turn.deliver({ text: "haha! 10000" }, { kind: "final" });
    expect(outcome).toEqual({ visibleReplySent: true, messageIds: ["om_card-1"] });
    expect(replies).toHaveLength(1);
    expect(replies[0]?.text).toBe("haha! 10000");
    expect(replies[0]?.end).toEqual({ by: "finalize", options: {} });
  });

  it("[A11] sends what the agent asks as a message, not as a note beside the answer", async () => {
    const { turn, replies, complete } = rig();
    turn.callbacks.onToolStart({ toolCallId: "1", name: "ask_user" });
    const question = { text: "1. Which? 2. Where?", channelData: { askUser: { questionId: "ask_1" } } };
    const outcome = await turn.deliver(question, { kind: "tool" });
    expect(outcome.messageIds).toEqual(["om_message-1"]);
    expect(complete).toEqual([expect.objectContaining(question)]);
    expect(replies[0]?.thinking).toBe("");
  });

  it("shows an answer that never streamed (a reasoning model) in a card all the same", async () => {
    const { turn, replies, clock } = rig();
    turn.callbacks.onAgentRunStart("run");
    await clock.advance(1000);
    expect(replies[0]?.statusLine).toBe("early");
    turn.callbacks.onReasoningStream({ text: "Let me" });
    turn.callbacks.onReasoningStream({ text: "Let me think" });
    await turn.deliver({ text: "42" }, { kind: "final" });
    expect(replies[0]).toMatchObject({ thinking: "Let me think", text: "42" });
  });

  it("opens no card for silence where nobody asked for an answer", async () => {
    const { turn, replies, clock } = rig({ earlyMs: undefined });
    turn.start();
    await clock.advance(60_000);
    turn.callbacks.onPartialReply({ text: "NO_" });
    turn.callbacks.onPartialReply({ text: "NO_REPLY" });
    expect(await turn.end()).toBeUndefined();
    expect(replies).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it("moves what was said before a tool out of the answer", async () => {
    const { turn, replies } = rig();
    const { callbacks } = turn;
    callbacks.onAssistantMessageStart();
    callbacks.onPartialReply({ text: "Let me look." });
    callbacks.onToolStart({ toolCallId: "c1", name: "exec", phase: "start" });
    callbacks.onCommandOutput({ toolCallId: "c1", phase: "end", exitCode: 0, output: "secret\n" });
    callbacks.onAssistantMessageStart();
    callbacks.onPartialReply({ text: "Done" });
    await turn.deliver({ text: "Done." }, { kind: "final" });
    expect(replies[0]?.text).toBe("Done.");
    expect(replies[0]?.commentary).toEqual(["Let me look."]);
    expect(replies[0]?.tools.map(({ name, state, detail }) => [name, state, detail])).toEqual([
      ["exec", "running", undefined],
      ["exec", "done", undefined],
    ]);
  });

  it("keeps a finished tool finished, and shows its output only when the host is verbose", () => {
    const { turn, replies } = rig();
    const { callbacks } = turn;
    callbacks.onVerboseProgressVisibility(() => true);
    callbacks.onItemEvent({ kind: "tool", toolCallId: "c1", title: "Exec ls", phase: "start" });
    callbacks.onCommandOutput({ toolCallId: "c1", phase: "end", exitCode: 2, output: "one\ntwo\n" });
    callbacks.onToolStart({ toolCallId: "c1", name: "exec", phase: "update" });
    expect(replies[0]?.tools.at(-1)).toEqual({ id: "c1", name: "Exec ls", state: "failed", detail: "two" });
  });
});

describe("[A10][A9] a turn with completed blocks", () => {
  it("shows nothing twice when both the running text and its blocks come", async () => {
    const { turn, replies } = rig();
    const text = "One.\n\n```js\nconst a = 1;\nconst b = 2;\n```\n\nTwo.";
    turn.callbacks.onAssistantMessageStart();
    turn.callbacks.onPartialReply({ text });
    await turn.deliver({ text: "One." }, { kind: "block" });
    await turn.deliver({ text: "```js\nconst a = 1;\n```" }, { kind: "block" });
    await turn.deliver({ text: "```js\nconst b = 2;\n```" }, { kind: "block" });
    await turn.deliver({ text: "Two." }, { kind: "block" });
    turn.callbacks.onAgentRunTerminalOutcome("completed");
    await turn.end();
    expect(replies).toHaveLength(1);
    expect(replies[0]?.text).toBe(text);
    expect(replies[0]?.end?.by).toBe("finalize");
  });

  it("keeps repeated blocks when they are all there is", async () => {
    const { turn, replies } = rig();
    turn.callbacks.onAssistantMessageStart();
    for (const text of ["ha", "ha", "0", "0"]) await turn.deliver({ text }, { kind: "block" });
    turn.callbacks.onAgentRunTerminalOutcome("completed");
    await turn.end();
    expect(replies[0]?.text).toBe("ha\n\nha\n\n0\n\n0");
  });

  it("believes the blocks when the host changed the text on its way", async () => {
    const { turn, replies } = rig();
    turn.callbacks.onPartialReply({ text: "The password is 1234." });
    await turn.deliver({ text: "The password is ****." }, { kind: "block" });
    turn.callbacks.onAgentRunTerminalOutcome("completed");
    await turn.end();
    expect(replies[0]?.text).toBe("The password is ****.");
  });

  it("keeps what was delivered before a tool", async () => {
    const { turn, replies } = rig();
    turn.callbacks.onAssistantMessageStart();
    turn.callbacks.onPartialReply({ text: "First" });
    await turn.deliver({ text: "First part." }, { kind: "block" });
    turn.callbacks.onAssistantMessageStart();
    turn.callbacks.onPartialReply({ text: "Second" });
    await turn.deliver({ text: "Second part." }, { kind: "block" });
    turn.callbacks.onAgentRunTerminalOutcome("completed");
    await turn.end();
    expect(replies[0]?.text).toBe("First part.\n\nSecond part.");
  });
});

describe("[E9] nothing that was visible vanishes", () => {
  it("what was said before a tool stays: short with the tools, long in the answer", async () => {
    const long = "The build fails in three places. ".repeat(12);
    for (const [text, commentary, shown] of [
      ["Let me look.", ["Let me look."], "Done."],
      [long, [], `${long}\n\nDone.`],
    ] as const) {
      const { turn, replies } = rig();
      turn.callbacks.onPartialReply({ text });
      turn.callbacks.onToolStart({ toolCallId: "1", name: "exec" });
      turn.callbacks.onAssistantMessageStart();
      await turn.deliver({ text: "Done." }, { kind: "final" });
      expect(replies[0]?.commentary).toEqual(commentary);
      expect(replies[0]?.text).toBe(shown);
    }
  });

  it("what the host hands over as commentary is kept, unless it streamed", async () => {
    const { turn, replies } = rig();
    await turn.deliver({ text: "Reading the logs", isCommentary: true }, { kind: "block" });
    expect(replies[0]?.thinking).toBe("Reading the logs");
    turn.callbacks.onPartialReply({ text: "Now the tests." });
    await turn.deliver({ text: "Now the tests.", isCommentary: true }, { kind: "block" });
    expect(replies[0]?.thinking).toBe("Reading the logs");
  });

  it("a message that the agent sends by its tool makes no tool line", () => {
    const { turn, replies } = rig();
    expect(turn.callbacks.onToolStart({ toolCallId: "1", name: "message" })).toBe(false);
    turn.callbacks.onItemEvent({ toolCallId: "1", kind: "tool", phase: "end", title: "Message" });
    turn.callbacks.onToolStart({ toolCallId: "2", name: "exec" });
    expect(replies[0]?.tools.map(({ name }) => name)).toEqual(["exec"]);
  });
});

describe("[E9] a turn that does not end", () => {
  const silence = { afterMs: 180_000, note: "quiet" };
  const closed = { by: "finalize", options: { footer: "quiet" } };

  it("has its card closed after the silence, with a note; not while a tool runs or nothing is said", async () => {
    let rested = 0;
    const { turn, replies, clock } = rig({ silence, onRest: () => (rested += 1) });
    turn.callbacks.onAgentRunStart("run");
    await clock.advance(600_000);
    expect(replies[0]?.end).toBeUndefined();
    turn.callbacks.onToolStart({ toolCallId: "1", name: "exec" });
    turn.callbacks.onPartialReply({ text: "All of it." });
    await clock.advance(600_000);
    expect(replies[0]?.end).toBeUndefined();
    turn.callbacks.onCommandOutput({ toolCallId: "1", phase: "end", exitCode: 0 });
    await clock.advance(179_000);
    expect([replies[0]?.end, rested]).toEqual([undefined, 0]);
    await clock.advance(1_000);
    expect([replies[0]?.end, rested]).toEqual([closed, 1]);
  });

  it("goes on in a next card with what comes after all, and only that", async () => {
    const { turn, replies, clock } = rig({ silence });
    turn.callbacks.onPartialReply({ text: "One two" });
    await clock.advance(180_000);
    expect(turn.callbacks.onPartialReply({ text: "One two three" })).toBe(true);
    await turn.deliver({ text: "One two three four" }, { kind: "final" });
    expect(replies.map(({ text, end }) => [text, end?.by])).toEqual([
      ["One two", "finalize"],
      ["three four", "finalize"],
    ]);
  });

  it("opens no other card for the same answer, said again or handed over at last", async () => {
    const { turn, replies, clock } = rig({ silence });
    turn.callbacks.onAssistantMessageStart();
    turn.callbacks.onPartialReply({ text: "The answer is 42." });
    await clock.advance(180_000);
    turn.callbacks.onAssistantMessageStart();
    for (const text of ["The", "The answer is 42."]) turn.callbacks.onPartialReply({ text });
    const outcome = await turn.deliver({ text: "The answer is 42.\n" }, { kind: "final" });
    turn.callbacks.onAgentRunTerminalOutcome("completed");
    await turn.end();
    expect(outcome.visibleReplySent).toBe(true);
    expect(replies.map(({ text }) => text)).toEqual(["The answer is 42."]);
    expect(replies[0]).toMatchObject({ end: closed, lateEnds: 0 });
  });

  it("shows an answer that says something else, and an error, after it", async () => {
    const { turn, replies, complete, clock } = rig({ silence });
    turn.callbacks.onPartialReply({ text: "First idea" });
    await clock.advance(180_000);
    turn.callbacks.onToolStart({ toolCallId: "1", name: "exec" });
    turn.callbacks.onAssistantMessageStart();
    await turn.deliver({ text: "Second idea" }, { kind: "final" });
    await turn.deliver({ text: "⚠️ failed", isError: true }, { kind: "final" });
    expect(replies.map(({ text }) => text)).toEqual(["First idea", "Second idea"]);
    expect(complete.map(({ text }) => text)).toEqual(["⚠️ failed"]);
  });

  it("is closed at once where the model is seen to have finished, without a note", async () => {
    const strip = (text: string): string => text;
    const strippers = { stripReasoning: strip, stripDirectives: strip };
    const { turn, replies, clock } = rig({ silence, strippers });
    turn.liveTurn.onCall();
    turn.liveTurn.onText("All of it.");
    turn.liveTurn.onFinish();
    await clock.advance(1_500);
    expect(replies[0]).toMatchObject({ text: "All of it.", end: { by: "finalize", options: {} } });
    // The host asks the model again, since the connection never closed.
    turn.liveTurn.onCall();
    turn.liveTurn.onText("All of");
    await turn.deliver({ text: "All of it." }, { kind: "final" });
    expect(replies).toHaveLength(1);
  });

  it("is not closed when the model finished in order to call a tool", async () => {
    const strip = (text: string): string => text;
    const { turn, replies, clock } = rig({ strippers: { stripReasoning: strip, stripDirectives: strip } });
    turn.liveTurn.onCall();
    turn.liveTurn.onText("Let me look.");
    turn.liveTurn.onToolCall();
    turn.liveTurn.onFinish();
    await clock.advance(60_000);
    expect(replies[0]?.end).toBeUndefined();
  });
});

describe("the end of a turn", () => {
  it("[E7] is a word in any case in a direct chat, unless the agent sent its answer by a tool or was stopped", async () => {
    const finished = async (before: (turn: ReplyTurn) => void, outcome?: "completed"): Promise<number> => {
      const { turn, replies } = rig({ answersAlways: true });
      before(turn);
      if (outcome !== undefined) turn.callbacks.onAgentRunTerminalOutcome(outcome);
      await turn.end();
      expect(replies.every(({ end }) => end?.by === "finalize")).toBe(true);
      return replies.length;
    };
    expect(await finished(() => {}, "completed")).toBe(1);
    expect(await finished(() => {})).toBe(0);
    expect(
      await finished((turn) => turn.callbacks.onToolStart({ toolCallId: "1", name: "message" }), "completed"),
    ).toBe(0);
    expect(await finished((turn) => void turn.deliver({ mediaUrl: "/a.png" }, { kind: "final" }), "completed")).toBe(0);
  });

  it("[E7] shows the same answer once, and of one that holds it only what is new", async () => {
    const { turn, replies } = rig();
    const answers = ["First part.", "First part.", "First part.\n\nSecond part.", "On", "One more"];
    for (const text of answers) await turn.deliver({ text }, { kind: "final" });
    expect(replies.map(({ text }) => text)).toEqual(["First part.", "Second part.", "On", "One more"]);
  });

  it("[E7] sends the files that either of the host's fields names", async () => {
    const { turn, complete } = rig();
    await turn.deliver({ mediaUrls: [], mediaUrl: "/tmp/a.png" }, { kind: "final" });
    await turn.deliver({ mediaUrls: ["/tmp/b.png"], mediaUrl: "/tmp/b.png" }, { kind: "final" });
    expect(complete.map(({ mediaUrls }) => mediaUrls)).toEqual([["/tmp/a.png"], ["/tmp/b.png"]]);
  });

  it("keeps what is visible when the model fails, and says why", async () => {
    const { turn, replies, complete } = rig();
    turn.callbacks.onPartialReply({ text: "Half an ans" });
    await turn.deliver({ text: "⚠️ request failed", isError: true }, { kind: "final" });
    expect(replies[0]?.text).toBe("Half an ans");
    expect(replies[0]?.end).toEqual({ by: "fail", failure: { code: "provider-error", message: "⚠️ request failed" } });
    expect(complete).toEqual([]);
  });

  it("says an error that has no card, or comes after the answer, in a message of its own", async () => {
    const { turn, replies, complete } = rig();
    await turn.deliver({ text: "⚠️ one", isError: true }, { kind: "final" });
    await turn.deliver({ text: "answer" }, { kind: "final" });
    await turn.deliver({ text: "⚠️ two", isError: true }, { kind: "final" });
    expect(complete.map(({ text }) => text)).toEqual(["⚠️ one", "⚠️ two"]);
    expect(replies[0]?.text).toBe("answer");
  });

  it("marks text as stopped when the host ended the run without a word", async () => {
    const { turn, replies } = rig();
    turn.callbacks.onPartialReply({ text: "Half" });
    await turn.end();
    expect(replies[0]).toMatchObject({ text: "Half", end: { by: "abort" } });
  });

  it("[D8] takes the name of who stopped it, once, and ignores what comes later", async () => {
    const { turn, replies } = rig();
    turn.callbacks.onPartialReply({ text: "Half" });
    await turn.stop("Ming");
    expect(turn.callbacks.onPartialReply({ text: "Half a" })).toBe(false);
    await turn.end();
    expect(replies[0]).toMatchObject({ text: "Half", end: { by: "abort", options: { by: "Ming" } }, lateEnds: 0 });
  });

  it("[B16] closes the card as interrupted when the process stops", async () => {
    const { turn, replies } = rig();
    turn.callbacks.onPartialReply({ text: "Half" });
    await turn.interrupt(3000);
    expect(replies[0]).toMatchObject({ text: "Half", end: { by: "fail", failure: { code: "interrupted" } } });
  });

  it("tells who has seen nothing yet, unless nobody waits or the answer was a message of its own", async () => {
    const waiting = rig();
    waiting.turn.callbacks.onAgentRunStart("run");
    expect(waiting.turn.untouched).toBe(false);
    await waiting.turn.interrupt(3000);
    expect(waiting.replies[0]).toMatchObject({ text: "", end: { by: "fail", failure: { code: "interrupted" } } });
    const unasked = rig({ earlyMs: undefined });
    await unasked.turn.interrupt(3000);
    const answered = rig();
    await answered.turn.deliver({ text: "Working", isStatusNotice: true }, { kind: "final" });
    await answered.turn.interrupt(3000);
    expect([unasked.replies, answered.replies]).toEqual([[], []]);
  });

  it("[A5] gives a second answer a card of its own", async () => {
    const { turn, replies } = rig();
    await turn.deliver({ text: "one" }, { kind: "final" });
    await turn.deliver({ text: "two" }, { kind: "final" });
    expect(replies.map((reply) => reply.text)).toEqual(["one", "two"]);
    expect(replies.map((reply) => reply.end?.by)).toEqual(["finalize", "finalize"]);
  });

  it("[A11] sends files after the text, and presentations as cards", async () => {
    const { turn, replies, complete } = rig();
    const presentation = { title: "Status", blocks: [] };
    await turn.deliver({ text: "Here it is", mediaUrl: "/tmp/a.png" }, { kind: "final" });
    await turn.deliver({ text: "fallback", presentation, presentationTextMode: undefined }, { kind: "final" });
    expect(replies[0]?.text).toBe("Here it is");
    expect(complete).toEqual([
      { mediaUrls: ["/tmp/a.png"], audioAsVoice: undefined },
      { text: "fallback", presentation, presentationTextMode: undefined },
    ]);
  });

  it("[A7] tells the host what the reader has not seen", async () => {
    const lost = new MemoryReply();
    lost.finalize = async () => ({ ...(await new MemoryReply().finalize()), total: 6, delivered: 2 });
    const { turn } = rig({ openStream: () => lost });
    await expect(turn.deliver({ text: "answer" }, { kind: "final" })).rejects.toThrow("2 of 6");
  });

  it("[A9] shows nothing before the end when streaming is off", async () => {
    const { turn, replies } = rig({ live: false });
    turn.start();
    expect(turn.callbacks.onPartialReply({ text: "Hal" })).toBe(false);
    expect(turn.callbacks.onToolStart({ toolCallId: "1", name: "x" })).toBe(false);
    expect(replies).toEqual([]);
    await turn.deliver({ text: "Half" }, { kind: "final" });
    expect(replies[0]?.calls).toEqual(["replace:Half"]);
  });

  it("tells a person who waits when the host refused the turn, and nobody else", async () => {
    const { turn, replies } = rig();
    await turn.end(new Error("the host is busy"));
    expect(replies[0]?.end).toMatchObject({ by: "fail" });
    expect(turn.begun).toBe(false);
    const quiet = rig({ earlyMs: undefined });
    await quiet.turn.end(new Error("the host is busy"));
    expect(quiet.replies).toEqual([]);
  });
});
