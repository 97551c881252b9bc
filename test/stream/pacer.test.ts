import { describe, expect, it } from "vitest";
import { Pacer } from "../../src/stream/index.ts";
import type { PaceGrant, PacePriority, PaceRule } from "../../src/stream/index.ts";
import { FakeClock, settle } from "../support/fake-clock.ts";

const RULES: Readonly<Record<string, PaceRule>> = {
  one: { windows: [{ max: 1, windowMs: 1_000 }] },
  two: { windows: [{ max: 2, windowMs: 1_000 }] },
  long: {
    windows: [
      { max: 2, windowMs: 1_000 },
      { max: 3, windowMs: 10_000 },
    ],
  },
  even: { windows: [{ max: 100, windowMs: 1_000 }], bucket: { burst: 2, perSecond: 4 } },
};

/** A pacer and a record of what was granted, when. */
class Desk {
  readonly clock = new FakeClock({ settleRounds: 1 });
  readonly asked: string[] = [];
  readonly pacer: Pacer = new Pacer({
    clock: this.clock,
    ruleFor: (name) => {
      this.asked.push(name);
      return RULES[name.split(":")[0] ?? ""] ?? { windows: [] };
    },
  });
  readonly granted: [label: string, at: number, use: string][] = [];

  /** Asks for a place; a granted call is answered after `tookMs`. */
  ask(
    label: string,
    options: readonly (readonly string[])[],
    { priority = "text", since = 0, tookMs = 0 }: { priority?: PacePriority; since?: number; tookMs?: number } = {},
  ): void {
    const ways = options.map((names) => ({ use: names.join("+"), names }));
    void this.#take(label, this.pacer.acquire({ options: ways, priority, since }), tookMs);
  }

  async #take(label: string, place: Promise<PaceGrant<string>>, tookMs: number): Promise<void> {
    const grant = await place;
    this.granted.push([label, this.clock.now(), grant.use]);
    this.clock.setTimer(tookMs, () => grant.done());
  }

  /** Takes a place now. */
  async take(...names: string[]): Promise<PaceGrant<string>> {
    return this.pacer.acquire({ options: [{ use: "", names }], priority: "text", since: 0 });
  }
}

describe("[D3] Pacer", () => {
  it("grants what is free in the order of asking, and the rest when the window allows", async () => {
    const desk = new Desk();
    for (const label of ["a", "b", "c", "d", "e"]) desk.ask(label, [["two"]], { tookMs: 100 });
    await desk.clock.advance(10_000);
    expect(desk.granted.map(([label, at]) => [label, at])).toEqual([
      ["a", 0],
      ["b", 0],
      ["c", 1_100],
      ["d", 1_100],
      ["e", 2_200],
    ]);
  });

  it("keeps every window of every rule that counts the call", async () => {
    const desk = new Desk();
    for (const label of ["a", "b", "c", "d"]) desk.ask(label, [["long", "two:x"]]);
    await desk.clock.advance(30_000);
    expect(desk.granted.map(([, at]) => at)).toEqual([0, 0, 1_000, 10_000]);
  });

  it("spreads calls by the bucket", async () => {
    const desk = new Desk();
    for (const label of ["a", "b", "c", "d"]) desk.ask(label, [["even"]]);
    await desk.clock.advance(5_000);
    expect(desk.granted.map(([, at]) => at)).toEqual([0, 0, 250, 500]);
  });

  it("takes the best way that is free, else the first that becomes free", async () => {
    const desk = new Desk();
    desk.ask("best", [["one:a"], ["one:b"]]);
    desk.ask("other", [["one:a"], ["one:b"]]);
    await desk.clock.advance(400);
    expect(desk.granted.map(([label, , use]) => [label, use])).toEqual([
      ["best", "one:a"],
      ["other", "one:b"],
    ]);
    desk.ask("later", [["one:b"], ["one:a"]]);
    await desk.clock.advance(5_000);
    expect(desk.granted[2]).toEqual(["later", 1_000, "one:b"]);
  });

  it("lets a reader who sees nothing go before text, text before signs of life, then the longest wait, then the first to ask", async () => {
    const desk = new Desk();
    (await desk.take("one")).done();
    desk.ask("sign", [["one"]], { priority: "sign", since: 0 });
    desk.ask("text", [["one"]], { priority: "text", since: 5 });
    desk.ask("text that waits longer", [["one"]], { priority: "text", since: 4 });
    desk.ask("text that asked later", [["one"]], { priority: "text", since: 5 });
    desk.ask("first", [["one"]], { priority: "first", since: 9 });
    await desk.clock.advance(20_000);
    expect(desk.granted.map(([label]) => label)).toEqual([
      "first",
      "text that waits longer",
      "text",
      "text that asked later",
      "sign",
    ]);
  });

  it("does not let one who goes first be held up by one who cannot go yet", async () => {
    const desk = new Desk();
    (await desk.take("one:a")).done();
    desk.ask("blocked", [["one:a"]], { priority: "first" });
    desk.ask("free", [["one:b"]], { priority: "sign" });
    await settle();
    expect(desk.granted.map(([label]) => label)).toEqual(["free"]);
  });

  it("holds everybody back whom the server's refusal concerns, for as long as it says", async () => {
    const desk = new Desk();
    (await desk.take("two", "one:card")).done({ name: "two", waitMs: 3_000 });
    desk.ask("same api", [["two"]]);
    desk.ask("another api", [["two:other"]]);
    await desk.clock.advance(10_000);
    expect(desk.granted.map(([label, at]) => [label, at])).toEqual([
      ["another api", 0],
      ["same api", 3_000],
    ]);
  });

  it("gives a place back that was not used, with its share of the bucket", async () => {
    const desk = new Desk();
    const held = await desk.take("even");
    await desk.take("even");
    desk.ask("next", [["even"]]);
    await settle();
    expect(desk.granted).toEqual([]);
    held.cancel();
    await settle();
    expect(desk.granted.map(([label, at]) => [label, at])).toEqual([["next", 0]]);
  });

  it("takes the end of a call once, whichever way it is told", async () => {
    const desk = new Desk();
    const call = await desk.take("one");
    call.done();
    call.cancel();
    call.done({ name: "one", waitMs: 60_000 });
    const dropped = await desk.pacer.acquire({
      options: [{ use: "", names: ["one:dropped"] }],
      priority: "text",
      since: 0,
    });
    dropped.cancel();
    dropped.done();
    desk.ask("after the call", [["one"]]);
    desk.ask("after the dropped one", [["one:dropped"]]);
    await desk.clock.advance(5_000);
    expect(desk.granted.map(([label, at]) => [label, at])).toEqual([
      ["after the dropped one", 0],
      ["after the call", 1_000],
    ]);
  });

  it("says how many wait, and waits for nothing when nobody does", async () => {
    const desk = new Desk();
    (await desk.take("one")).done();
    desk.ask("a", [["one"]]);
    desk.ask("b", [["one"]]);
    expect([desk.pacer.waiting, desk.clock.pending]).toEqual([2, 1]);
    await desk.clock.advance(10_000);
    expect([desk.pacer.waiting, desk.clock.pending]).toEqual([0, 0]);
  });

  it("does not wait for one who left, and lets those who stay go when it is their turn", async () => {
    const desk = new Desk();
    (await desk.take("one")).done();
    const stop = new AbortController();
    const request = { options: [{ use: "", names: ["one"] }], priority: "first", since: 0 } as const;
    const leaving = desk.pacer.acquire({ ...request, signal: stop.signal });
    desk.ask("stays", [["one"]]);
    stop.abort(new Error("no need any more"));
    await expect(leaving).rejects.toThrow("no need any more");
    await desk.clock.advance(5_000);
    expect(desk.granted.map(([label, at]) => [label, at])).toEqual([["stays", 1_000]]);
    // Too late to leave: the place is taken already.
    const late = new AbortController();
    const taken = await desk.pacer.acquire({ ...request, signal: late.signal });
    late.abort();
    taken.done();
    await expect(desk.pacer.acquire({ ...request, signal: late.signal })).rejects.toBeInstanceOf(DOMException);
    expect(desk.pacer.waiting).toBe(0);
  });

  it("asks for a name's rule once, and again only after it was long idle", async () => {
    const desk = new Desk();
    (await desk.take("one:card", "two")).done();
    (await desk.take("two")).done();
    expect(desk.asked).toEqual(["one:card", "two"]);
    await desk.clock.advance(60_000);
    for (let i = 0; i < 256; i++) (await desk.take("free")).done();
    (await desk.take("one:card")).done();
    expect(desk.asked.filter((name) => name === "one:card")).toHaveLength(2);
  });

  it("keeps a name in mind while its window or its bucket remembers a call", async () => {
    const desk = new Desk();
    (await desk.take("one")).done();
    await desk.take("even");
    (await desk.take("even")).done();
    await desk.clock.advance(300);
    for (let i = 0; i < 300; i++) (await desk.take("free")).done();
    desk.ask("one", [["one"]]);
    desk.ask("even", [["even"]]);
    await desk.clock.advance(5_000);
    expect(desk.asked.filter((name) => name !== "free")).toEqual(["one", "even"]);
  });
});
