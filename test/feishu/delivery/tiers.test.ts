import { describe, expect, it } from "vitest";
import { toDelta } from "../../../src/stream/index.ts";
import { createReplyBench } from "../../support/reply-bench.ts";
import type { ReplyBench } from "../../support/reply-bench.ts";

const TEXT = "A paragraph that takes its time.\n\n".repeat(30).trim();

/** Streams a reply in pieces of 40 characters, 100 ms apart, and gives the tiers it fell back to, in order, with its result. */
async function stream(bench: ReplyBench): Promise<{ tiers: string[]; tier: string; delivered: number; total: number }> {
  const reply = bench.open();
  const tiers: string[] = [];
  reply.events.on("fallback", ({ from, to }) => tiers.push(`${from} > ${to}`));
  for (let at = 0; at < TEXT.length; at += 40) {
    reply.append(toDelta(TEXT.slice(at, at + 40)));
    await bench.clock.advance(100);
  }
  const { tier, delivered, total } = await bench.clock.runUntil(reply.finalize());
  return { tiers, tier, delivered, total };
}

/** CardKit refuses everything: the app may not use it. */
const refuseCardKit = (bench: ReplyBench): void => {
  bench.emulator.faults.add({ operation: ["card.*", "element.*"], effect: { type: "code", code: 99_991_672 } });
};

describe("ways of delivery", () => {
  it("[B6][B7] is CardKit alone as long as that works", async () => {
    const bench = createReplyBench();
    expect(await stream(bench)).toEqual({ tiers: [], tier: "cardkit", delivered: TEXT.length, total: TEXT.length });
    await bench.close();
  });

  it("[D7] says that all is closed only when it is", async () => {
    for (const [faulty, expected] of [
      [false, ["closed", "finalize"]],
      [true, ["finalize"]],
    ] as const) {
      const bench = createReplyBench();
      if (faulty) bench.emulator.faults.add({ operation: "*", effect: { type: "http", status: 503 } });
      const reply = bench.open({ settings: { finishWithinMs: 20_000 } });
      const said: string[] = [];
      for (const event of ["closed", "finalize"] as const) reply.events.on(event, () => said.push(event));
      reply.append(toDelta("word"));
      await bench.clock.runUntil(reply.finalize());
      expect(said).toEqual(expected);
      await bench.close();
    }
  });

  it("[B7][B8] is an ordinary card, patched at most once a second, when CardKit refuses", async () => {
    const bench = createReplyBench();
    refuseCardKit(bench);
    const { tiers, tier, delivered } = await stream(bench);
    expect({ tiers, tier, delivered }).toEqual({
      tiers: ["cardkit > im-patch"],
      tier: "im-patch",
      delivered: TEXT.length,
    });
    const patches = bench.emulator.timeline.entries().filter(({ operation }) => operation === "message.patch");
    expect(patches.length).toBeGreaterThan(1);
    for (const [index, { at }] of patches.slice(1).entries()) {
      expect(at - (patches[index]?.at ?? 0)).toBeGreaterThanOrEqual(1000);
    }
    expect(bench.answers()).toEqual([TEXT]);
    await bench.close();
  });

  it("[B7] is plain text when cards are refused altogether, and each word is there once", async () => {
    const bench = createReplyBench();
    refuseCardKit(bench);
    const isCard = ({ body }: { body?: string | undefined }): boolean => body?.includes("interactive") === true;
    bench.emulator.faults.add({ operation: "message.*", when: isCard, effect: { type: "code", code: 230_099 } });
    const { tiers, tier, delivered } = await stream(bench);
    expect(tiers.at(-1)).toMatch(/ > text$/u);
    expect({ tier, delivered }).toEqual({ tier: "text", delivered: TEXT.length });
    const shown = bench.emulator.visibleTexts(bench.chatId).map(({ text }) => text.trim());
    expect(shown.join("\n\n")).toBe(TEXT);
    await bench.close();
  });

  it("[B7][D12] sends links for pictures, and no mention that nobody vouches for, when only messages are left", async () => {
    const bench = createReplyBench();
    refuseCardKit(bench);
    const isCard = ({ body }: { body?: string | undefined }): boolean => body?.includes("interactive") === true;
    bench.emulator.faults.add({ operation: "message.*", when: isCard, effect: { type: "code", code: 230_099 } });
    const reply = bench.open();
    reply.append(toDelta("See ![cat](https://e.com/cat.png), <at id=ou_nobody></at>."));
    const { tier, delivered, total } = await bench.clock.runUntil(reply.finalize());
    expect({ tier, delivered }).toEqual({ tier: "text", delivered: total });
    const [message] = bench.emulator.visibleTexts(bench.chatId);
    expect([message?.kind, message?.text]).toEqual([
      "post",
      "See [cat](https://e.com/cat.png), &lt;at id=ou_nobody></at>.",
    ]);
    await bench.close();
  });

  it("[B7][D2] a send that never left for want of a token is of no unknown fate: what is refused next goes as plain text", async () => {
    const bench = createReplyBench();
    const { emulator, clock } = bench;
    emulator.faults.add({ operation: "auth.tenant_token", count: 2, effect: { type: "http", status: 503 } });
    const isCard = ({ body }: { body?: string | undefined }): boolean => body?.includes("interactive") === true;
    emulator.faults.add({ operation: "message.*", when: isCard, effect: { type: "code", code: 230_099 } });
    const [person] = emulator.store.users.all();
    const openId = person === undefined ? "" : emulator.store.users.openId(person, emulator.app.appId);
    const reply = bench.open({ target: { type: "user", openId }, chatId: undefined, settings: { start: "convert" } });
    reply.append(toDelta("Said once."));
    const { tier, delivered } = await clock.runUntil(reply.finalize());
    expect({ tier, delivered }).toEqual({ tier: "text", delivered: 10 });
    expect(clock.now()).toBeLessThan(20_000);
    await bench.close();
  });
});
