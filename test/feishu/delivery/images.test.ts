import { describe, expect, it } from "vitest";
import type { ReplyDispatcher } from "../../../extensions/feishu/reply-dispatcher.ts";
import { silentLogger } from "../../../src/log/index.ts";
import { toDelta } from "../../../src/stream/index.ts";
import { ImageBank, withAddresses } from "../../support/samples/image-bank.ts";
import { createReplyBench } from "../../support/reply-bench.ts";
import type { ReplyBench } from "../../support/reply-bench.ts";

const PARAGRAPH = "A paragraph about what is to be seen in the picture, in so many words.\n\n";
const image = (name: string): string => `![${name}](https://pictures.example/${name}.png)`;

/** Writes `text` in pieces of 10 characters, one every 30 ms. */
async function stream(bench: ReplyBench, reply: ReplyDispatcher, text: string): Promise<void> {
  for (let at = 0; at < text.length; at += 10) {
    reply.append(toDelta(text.slice(at, at + 10)));
    await bench.clock.advance(30);
  }
}

const answer = (bench: ReplyBench): string => withAddresses(bench.emulator, bench.answers().join(""));
const calls = (bench: ReplyBench, operation: string): number =>
  bench.emulator.timeline.entries().filter((entry) => entry.operation === operation).length;
/** Writes that Feishu refused. */
const refusals = (bench: ReplyBench): (number | undefined)[] =>
  bench.emulator.timeline
    .entries()
    .filter(({ code }) => code !== 0)
    .map(({ code }) => code);

describe("images of a reply", () => {
  it("[D12] are links first and are shown while the reply is still being written", async () => {
    const bench = createReplyBench();
    const bank = new ImageBank(bench.clock);
    const reply = bench.open({ loadImage: bank.load });
    await stream(bench, reply, `${image("cat")}\n\n`);
    await bench.clock.advance(400);
    expect(bench.answers().join("")).toContain("[cat](https://pictures.example/cat.png)");
    expect(bench.answers().join("")).not.toContain("![cat]");
    await stream(bench, reply, PARAGRAPH.repeat(3));
    expect(answer(bench)).toContain(image("cat"));
    expect(bench.emulator.visibleTexts(bench.chatId)[0]?.streaming).toBe(true);

    const result = await bench.clock.runUntil(reply.finalize());
    expect(result).toMatchObject({ delivered: result.total, rejected: 0, tier: "cardkit", error: undefined });
    expect(answer(bench)).toBe(reply.text);
    await bench.close();
  });

  it("[D12][D6] the element that is being typed is never painted anew for an image, and is shown at the end", async () => {
    const bench = createReplyBench();
    const repaints: string[] = [];
    const last = { id: "" };
    bench.emulator.feed.subscribe((event) => {
      if (event.type !== "text" || !/^a\d+$/u.test(event.elementId)) return;
      if (event.mode === "replace" && event.elementId >= last.id) repaints.push(event.elementId);
      if (event.elementId > last.id) last.id = event.elementId;
    });
    const bank = new ImageBank(bench.clock);
    const reply = bench.open({ loadImage: bank.load });
    // A list goes on, so its element is not complete before the end.
    await stream(bench, reply, `- ${image("one")} first\n- ${image("two")} second\n${"- and so on\n".repeat(20)}`);
    expect(bank.loads).toHaveLength(2);
    expect(answer(bench)).not.toContain("![");
    expect(repaints).toEqual([]);
    await bench.clock.runUntil(reply.finalize());
    expect(answer(bench)).toBe(reply.text);
    expect(refusals(bench)).toEqual([]);
    await bench.close();
  });

  it("[D12] come after the text: the card is closed at once, and its images follow by whole updates", async () => {
    const bench = createReplyBench();
    const bank = new ImageBank(bench.clock, () => ({ afterMs: 5_000, outcome: "ok" }));
    const reply = bench.open({ loadImage: bank.load });
    let closed = 0;
    reply.events.on("closed", () => closed++);
    reply.append(toDelta(`Look: ${image("slow")}, and ${image("slow")} again.`));
    const ending = reply.finalize();
    await bench.clock.advance(1_500);
    expect(closed, "whoever keeps a journal need not wait for pictures").toBe(1);
    const [card] = bench.emulator.visibleTexts(bench.chatId);
    expect(card?.streaming).toBe(false);
    expect(card?.text).toBe(
      "Look: [slow](https://pictures.example/slow.png), and [slow](https://pictures.example/slow.png) again.",
    );
    const result = await bench.clock.runUntil(ending);
    expect(result.finishLagMs).toBeLessThan(1_500);
    expect(answer(bench)).toBe(reply.text);
    expect(bank.loads).toHaveLength(1);
    expect(calls(bench, "image.create")).toBe(1);
    expect(bench.clock.pending).toBe(0);
    await bench.close();
  });

  it("[D12] reach a card that was full and closed long ago", async () => {
    const bench = createReplyBench();
    const bank = new ImageBank(bench.clock, (url) => ({
      afterMs: url.includes("first") ? 8_000 : 15_000,
      outcome: "ok",
    }));
    const reply = bench.open({ loadImage: bank.load, settings: { rolloverChars: 600 } });
    await stream(bench, reply, `${image("first")}\n\n${PARAGRAPH.repeat(14)}${image("last")}\n\nThe end.`);
    expect(bench.answers().length).toBeGreaterThan(1);
    expect(answer(bench)).not.toContain("![");
    const result = await bench.clock.runUntil(reply.finalize());
    expect(result).toMatchObject({ delivered: result.total, rejected: 0, error: undefined });
    expect(answer(bench)).toContain(image("first"));
    // The last one would have taken longer than a reply waits.
    expect(answer(bench)).toContain("[last](https://pictures.example/last.png)");
    expect(answer(bench)).not.toContain(image("last"));
    expect(bench.clock.pending).toBe(0);
    await bench.close();
  });

  it("[D12] that cannot be had stay links, and the end waits for them only so long", async () => {
    const bench = createReplyBench();
    const bank = new ImageBank(bench.clock, (url) => ({
      afterMs: 200,
      outcome: url.includes("missing") ? "fails" : url.includes("page") ? "no-image" : "hangs",
    }));
    const reply = bench.open({ loadImage: bank.load, settings: { imagesWithinMs: 4_000 } });
    reply.append(toDelta(`${image("missing")} ${image("page")}`));
    const before = bench.clock.now();
    await bench.clock.runUntil(reply.finalize());
    expect(bench.clock.now() - before).toBeLessThan(2_500);

    const slow = bench.open({ loadImage: bank.load, settings: { imagesWithinMs: 4_000 } });
    slow.append(toDelta(image("hanging")));
    const asked = bench.clock.now();
    const result = await bench.clock.runUntil(slow.finalize());
    expect(bench.clock.now() - asked).toBeGreaterThan(4_000);
    expect(bench.clock.now() - asked).toBeLessThan(6_500);
    expect(result).toMatchObject({ delivered: result.total, error: undefined });
    expect(bench.answers()).toEqual([
      "[missing](https://pictures.example/missing.png) [page](https://pictures.example/page.png)",
      "[hanging](https://pictures.example/hanging.png)",
    ]);
    expect(bank.open).toBe(0);
    expect(bench.clock.pending).toBe(0);
    await bench.close();
  });

  it("[D12] are not waited for when the reply is ended early, and nothing goes on after it", async () => {
    for (const end of ["abort", "fail"] as const) {
      const bench = createReplyBench();
      const bank = new ImageBank(bench.clock, () => ({ afterMs: 60_000, outcome: "ok" }));
      const reply = bench.open({ loadImage: bank.load });
      reply.append(toDelta(`${image("slow")} and text`));
      await bench.clock.advance(500);
      const before = bench.clock.now();
      await bench.clock.runUntil(end === "abort" ? reply.abort() : reply.fail({ code: "truncated" }));
      expect(bench.clock.now() - before).toBeLessThan(2_000);
      expect(bank.open).toBe(0);
      expect(bench.clock.pending).toBe(0);
      await bench.close();
    }
  });

  it("[D12] are no longer waited for when the process stops meanwhile", async () => {
    const bench = createReplyBench();
    const bank = new ImageBank(bench.clock, () => ({ afterMs: 60_000, outcome: "ok" }));
    const reply = bench.open({ loadImage: bank.load });
    reply.append(toDelta(`All said. ${image("slow")}`));
    const ending = reply.finalize();
    await bench.clock.advance(2_000);
    const before = bench.clock.now();
    expect(await bench.clock.runUntil(reply.fail({ code: "interrupted" }))).toMatchObject({ outcome: "finalized" });
    expect(bench.clock.now() - before).toBeLessThan(100);
    expect(await ending).toMatchObject({ error: undefined });
    expect(bank.open).toBe(0);
    await bench.close();
  });

  it("[D12] are uploaded once for an account, and a refused upload leaves the link", async () => {
    const bench = createReplyBench();
    const bank = new ImageBank(bench.clock);
    for (let turn = 0; turn < 3; turn++) {
      const reply = bench.open({ loadImage: bank.load });
      reply.append(toDelta(`Turn ${turn}: ${image("same")}`));
      await bench.clock.runUntil(reply.finalize());
      expect(withAddresses(bench.emulator, bench.answers().at(-1) ?? "")).toBe(reply.text);
    }
    expect(bank.loads).toHaveLength(1);
    expect(calls(bench, "image.create")).toBe(1);

    bench.emulator.faults.add({ operation: "image.create", effect: { type: "code", code: 234_011 } });
    const reply = bench.open({ loadImage: bank.load });
    reply.append(toDelta(image("other")));
    expect(await bench.clock.runUntil(reply.finalize())).toMatchObject({ error: undefined });
    expect(bench.answers().at(-1)).toBe("[other](https://pictures.example/other.png)");
    await bench.close();
  });

  it("[D12][A8] a missing scope is named once with the page that grants it, and nothing is fetched in vain for a while", async () => {
    const errors: string[] = [];
    const logger = { ...silentLogger, error: (message: string) => void errors.push(message) };
    const scopes = ["cardkit:card:write", "im:message", "im:message:send_as_bot"];
    const bench = createReplyBench({ logger, emulator: { apps: [{ name: "narrow", scopes }] } });
    const bank = new ImageBank(bench.clock);
    for (let turn = 0; turn < 3; turn++) {
      const reply = bench.open({ loadImage: bank.load });
      reply.append(toDelta(`${image(`a${turn}`)} ${image(`b${turn}`)}`));
      await bench.clock.runUntil(reply.finalize());
      expect(bench.answers().at(-1)).toBe(reply.text.replaceAll("![", "["));
    }
    expect(errors).toEqual([expect.stringMatching(/pictures.*lacks the scope .*https?:/u)]);
    expect(bank.loads).toHaveLength(2);
    await bench.clock.advance(6 * 60_000);
    const reply = bench.open({ loadImage: bank.load });
    reply.append(toDelta(image("later")));
    await bench.clock.runUntil(reply.finalize());
    expect(bank.loads).toHaveLength(3);
    await bench.close();
  });

  it("[D12] an upload that fails in passing is tried again", async () => {
    const bench = createReplyBench();
    const bank = new ImageBank(bench.clock);
    bench.emulator.faults.add({ operation: "image.create", count: 2, effect: { type: "http", status: 503 } });
    const reply = bench.open({ loadImage: bank.load });
    reply.append(toDelta(image("cat")));
    await bench.clock.runUntil(reply.finalize());
    expect(answer(bench)).toBe(image("cat"));
    await bench.close();
  });

  it.each([
    ["230099 with 200570", 230_099, "Failed to create card content, ext=ErrCode: 200570; ErrMsg: invalid image keys; "],
    ["300315", 300_315, "add element failed"],
    ["a code nobody knows", 1_999_999, "?"],
  ])("[D12][D2] refused with %s are links again, and no text is lost", async (_name, code, msg) => {
    for (const operation of [["element.*", "card.*"], ["card.update"]]) {
      const bench = createReplyBench();
      const bank = new ImageBank(bench.clock, () => ({ afterMs: 50, outcome: "ok" }));
      const when = ({ body }: { body?: string | undefined }): boolean => body?.includes("img_v3_") === true;
      bench.emulator.faults.add({ operation, when, effect: { type: "code", code, msg } });
      const reply = bench.open({ loadImage: bank.load });
      await stream(bench, reply, `${image("a")}\n\n${PARAGRAPH.repeat(6)}${image("b")}\n\n${PARAGRAPH}`);
      const result = await bench.clock.runUntil(reply.finalize());
      expect(result).toMatchObject({ delivered: result.total, tier: "cardkit", cards: 1, error: undefined });
      expect(result.rejected).toBeGreaterThan(0);
      expect(result.rejected).toBeLessThanOrEqual(2);
      expect(answer(bench).replaceAll("![", "[")).toBe(reply.text.replaceAll("![", "["));
      expect(bench.emulator.visibleTexts(bench.chatId).some(({ streaming }) => streaming)).toBe(false);
      await bench.close();
    }
  });

  it("[D12] a key that the model made up costs the card nothing", async () => {
    const bench = createReplyBench();
    const reply = bench.open();
    await stream(bench, reply, `![chart](img_v3_made_up)\n\n${PARAGRAPH.repeat(6)}`);
    const result = await bench.clock.runUntil(reply.finalize());
    expect(result).toMatchObject({ delivered: result.total, tier: "cardkit", cards: 1, error: undefined });
    expect(bench.answers()).toEqual([reply.text.replace("![chart](", "chart &#40;")]);
    await bench.close();
  });

  it("[D12] a key of this app that the text names is shown", async () => {
    const bench = createReplyBench();
    const bank = new ImageBank(bench.clock);
    const first = bench.open({ loadImage: bank.load });
    first.append(toDelta(image("mine")));
    await bench.clock.runUntil(first.finalize());
    const key = /img_\w+/u.exec(bench.answers()[0] ?? "")?.[0];
    const second = bench.open();
    second.append(toDelta(`See ![mine](${key}).`));
    await bench.clock.runUntil(second.finalize());
    expect(bench.answers()[1]).toBe(`See ![mine](${key}).`);
    await bench.close();
  });

  it("[D12] are shown on an ordinary card when CardKit is down", async () => {
    const bench = createReplyBench();
    bench.emulator.faults.add({ operation: ["card.*", "element.*"], effect: { type: "code", code: 99_991_672 } });
    const bank = new ImageBank(bench.clock, () => ({ afterMs: 4_000, outcome: "ok" }));
    const reply = bench.open({ loadImage: bank.load });
    await stream(bench, reply, `${image("cat")}\n\n${PARAGRAPH.repeat(2)}${image("dog")}`);
    const result = await bench.clock.runUntil(reply.finalize());
    expect(result).toMatchObject({ delivered: result.total, tier: "im-patch", error: undefined });
    expect(answer(bench)).toBe(reply.text);
    await bench.close();
  });

  it("[D12] refused on an ordinary card are links again", async () => {
    const bench = createReplyBench();
    bench.emulator.faults.add({ operation: ["card.*", "element.*"], effect: { type: "code", code: 99_991_672 } });
    const when = ({ body }: { body?: string | undefined }): boolean => body?.includes("img_v3_") === true;
    bench.emulator.faults.add({ operation: "message.patch", when, effect: { type: "code", code: 230_099 } });
    const bank = new ImageBank(bench.clock);
    const reply = bench.open({ loadImage: bank.load });
    await stream(bench, reply, `${image("cat")}\n\n${PARAGRAPH.repeat(8)}`);
    const result = await bench.clock.runUntil(reply.finalize());
    expect(result).toMatchObject({ delivered: result.total, tier: "im-patch", cards: 1, error: undefined });
    expect(bench.answers()).toEqual([reply.text.replace("![", "[")]);
    await bench.close();
  });

  it("[D12][D2] a card that is lost once its images are shown is continued where it ended", async () => {
    const bench = createReplyBench();
    const bank = new ImageBank(bench.clock, () => ({ afterMs: 50, outcome: "ok" }));
    const reply = bench.open({ loadImage: bank.load });
    const text = `${image("a")}\n\n${PARAGRAPH.repeat(12)}`;
    await stream(bench, reply, text.slice(0, 400));
    expect(answer(bench)).toContain(image("a"));
    // What is under way takes effect, but nobody is told; from then on the card can be read and no longer be written.
    const writes = ["element.*", "card.*", "message.patch"];
    bench.emulator.faults.add({ operation: writes, count: 1, effect: { type: "lost" } });
    bench.emulator.faults.add({ operation: writes, skip: 1, count: 40, effect: { type: "reset" } });
    await stream(bench, reply, text.slice(400));
    await bench.clock.advance(60_000);
    const result = await bench.clock.runUntil(reply.finalize());
    expect(result.delivered).toBe(result.total);
    expect(answer(bench).replaceAll("![", "[").replace(/\s+/gu, " ").trim()).toBe(
      text.replaceAll("![", "[").replace(/\s+/gu, " ").trim(),
    );
    await bench.close();
  });

  it("[D12] are limited in number, and few are fetched at the same time", async () => {
    const bench = createReplyBench();
    const bank = new ImageBank(bench.clock);
    const reply = bench.open({ loadImage: bank.load, settings: { maxImages: 7 } });
    reply.append(toDelta(Array.from({ length: 12 }, (_, index) => image(`p${index}`)).join(" ")));
    await bench.clock.runUntil(reply.finalize());
    expect(bank.loads).toHaveLength(7);
    expect(bank.mostOpen).toBe(3);
    expect(answer(bench).match(/!\[/gu)).toHaveLength(7);
    await bench.close();
  });

  it("[D12] inside code, and of other schemes, are left alone", async () => {
    const bench = createReplyBench();
    const bank = new ImageBank(bench.clock);
    const reply = bench.open({ loadImage: bank.load });
    reply.append(
      toDelta(
        `\`${image("code")}\`\n\n\`\`\`md\n${image("fence")}\n\`\`\`\n\n![x](file:///etc/passwd) ![y](/local.png)`,
      ),
    );
    await bench.clock.runUntil(reply.finalize());
    expect(bank.loads).toEqual([]);
    expect(answer(bench)).toBe(reply.text.replace("![x](", "x &#40;").replace("![y](", "y &#40;"));
    await bench.close();
  });
});
