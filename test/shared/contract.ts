import { expect, it } from "vitest";
import type { Claim, InboxListener, SharedState } from "../../src/shared/index.ts";

/** What the contract is tried on. */
export interface Subject {
  /** Two processes' views of one fresh state. */
  open(): Promise<readonly [SharedState, SharedState]>;
  /** Lets time pass. */
  pass(ms: number): Promise<void>;
}

const LONG = 60_000;

/** What everything that calls itself shared state does, whatever it is made of. */
export function sharedStateContract({ open, pass }: Subject): void {
  const event = (key: string, chat = "oc_1"): { chat: string; key: string; body: string } => ({
    chat,
    key,
    body: `你好 ${key}`,
  });
  const claimOf = async (state: SharedState, session: string, key: string, chat?: string): Promise<Claim> => {
    const { claim } = await state.accept(session, event(key, chat));
    if (claim === undefined) throw new Error("no owner");
    return claim;
  };
  const bodies = async (state: SharedState, claim: Claim, after = "0"): Promise<string[] | undefined> =>
    (await state.read(claim, after))?.map(({ body }) => body);

  it("takes each event once among all processes, and names one owner", async () => {
    const [a, b] = await open();
    const [one, two] = [await a.join(LONG), await b.join(LONG)];
    const first = await a.accept(one, event("m1"));
    expect(first).toMatchObject({ outcome: "taken", claim: { session: one, chat: "oc_1" } });
    expect(await b.accept(two, event("m1"))).toEqual({ outcome: "duplicate", claim: first.claim });
    expect(await b.accept(two, event("m2"))).toEqual({ outcome: "taken", claim: first.claim });
    if (first.claim === undefined) throw new Error("no owner");
    expect(await bodies(b, first.claim)).toEqual(["你好 m1", "你好 m2"]);
  });

  it("tells who becomes the owner what there is in the chat, and nobody else", async () => {
    const [a, b] = await open();
    const [one, two] = [await a.join(LONG), await b.join(LONG)];
    const first = await a.accept(one, event("m1"));
    expect(first.contents).toEqual({ notes: {}, entries: [{ id: expect.any(String), body: "你好 m1" }] });
    if (first.claim === undefined) throw new Error("no owner");
    expect(first.contents?.entries).toEqual(await a.read(first.claim, "0"));
    expect((await b.accept(two, event("m2"))).contents).toBeUndefined();
    expect((await a.accept(one, event("m3"))).contents, "it reads on behind what it has").toBeUndefined();
    for (const { id } of (await a.read(first.claim, "0")) ?? [])
      await a.finish(first.claim, id, { turn: '{"text":"半"}', other: "" });
    expect((await b.accept(two, event("m1"))).contents, "nothing is left to do").toBeUndefined();
    const next = await b.accept(two, event("m4"));
    expect(next.contents).toEqual({
      notes: { turn: '{"text":"半"}', other: "" },
      entries: [{ id: expect.any(String), body: "你好 m4" }],
    });
    const [entry] = next.contents?.entries ?? [];
    expect(await b.finish(next.claim as Claim, entry?.id ?? "", {})).toBe("released");
  });

  it("gives entries in order, behind the last one read, and releases a chat with nothing left", async () => {
    const [a, b] = await open();
    const [one, two] = [await a.join(LONG), await b.join(LONG)];
    const claim = await claimOf(a, one, "m1");
    await b.accept(two, event("m2"));
    const [first, second] = (await a.read(claim, "0")) ?? [];
    expect(await bodies(a, claim, first?.id)).toEqual(["你好 m2"]);
    expect(await a.finish(claim, first?.id ?? "", {})).toBe("more");
    expect(await a.finish(claim, first?.id ?? "", {}), "again").toBe("more");
    expect(await a.finish(claim, second?.id ?? "", {})).toBe("released");
    expect(await a.ownerOf("oc_1")).toBeUndefined();
    expect(await a.read(claim, "0")).toBeUndefined();
    const next = await claimOf(b, two, "m3");
    expect(next.session).toBe(two);
    expect(next.epoch).toBeGreaterThan(claim.epoch);
    expect(await b.accept(two, event("m1"))).toMatchObject({ outcome: "duplicate" });
  });

  it("an event that was dealt with without it is a duplicate when it comes again", async () => {
    const [a, b] = await open();
    const two = await b.join(LONG);
    await a.know("m1");
    expect(await b.accept(two, event("m1"))).toEqual({ outcome: "duplicate" });
    expect((await b.accept(two, event("m2"))).outcome).toBe("taken");
  });

  it("a duplicate of what is done finds no owner", async () => {
    const [a] = await open();
    const one = await a.join(LONG);
    const claim = await claimOf(a, one, "m1");
    const [first] = (await a.read(claim, "0")) ?? [];
    await a.finish(claim, first?.id ?? "", {});
    expect(await a.accept(one, event("m1"))).toEqual({ outcome: "duplicate", claim: undefined });
  });

  it("writes notes only for who owns the chat, together with the end of an entry, and keeps them behind it", async () => {
    const [a, b] = await open();
    const [one, two] = [await a.join(LONG), await b.join(LONG)];
    const claim = await claimOf(a, one, "m1");
    expect(await a.write(claim, { turn: '{"text":"半"}', other: "" })).toBe(true);
    expect(await b.write({ ...claim, session: two }, { turn: "stolen" })).toBe(false);
    expect(await a.write({ ...claim, epoch: claim.epoch - 1 }, { turn: "older" })).toBe(false);
    expect(await b.notes("oc_1")).toEqual({ turn: '{"text":"半"}', other: "" });
    const [first] = (await a.read(claim, "0")) ?? [];
    expect(await a.finish(claim, first?.id ?? "", { turn: null, memory: "kept" })).toBe("released");
    expect(await b.notes("oc_1")).toEqual({ other: "", memory: "kept" });
    expect(await b.notes("oc_2")).toEqual({});
  });

  it("hands the chats of a session whose time is up to another one, with larger numbers, once", async () => {
    const [a, b] = await open();
    const one = await a.join(200);
    const two = await b.join(LONG);
    const claims = [await claimOf(a, one, "m1", "oc_1"), await claimOf(a, one, "m2", "oc_2")];
    await a.write(claims[0] as Claim, { turn: "half" });
    expect(await b.reap(two, 25), "its time is not up").toEqual([]);
    await pass(300);
    const taken = [...(await b.reap(two, 1)), ...(await b.reap(two, 25))];
    expect(taken.map(({ chat }) => chat).toSorted()).toEqual(["oc_1", "oc_2"]);
    for (const { chat, epoch, session } of taken) {
      expect(session).toBe(two);
      expect(epoch).toBeGreaterThan(claims.find((claim) => claim.chat === chat)?.epoch ?? Infinity);
    }
    expect(await b.reap(two, 25)).toEqual([]);
    expect(await bodies(b, taken.find(({ chat }) => chat === "oc_1") as Claim)).toEqual(["你好 m1"]);
    expect(await b.notes("oc_1")).toEqual({ turn: "half" });
  });

  it("[lesson 1] every step asks whether its caller's session lives: whom the others gave up changes nothing more", async () => {
    const [a, b] = await open();
    const one = await a.join(200);
    const two = await b.join(LONG);
    const claim = await claimOf(a, one, "m1", "oc_1");
    const other = await claimOf(a, one, "m2", "oc_2");
    await pass(300);
    // Only one of its chats is taken over yet; the other is nobody's to write, above all not its own.
    const [taken] = await b.reap(two, 1);
    const left = taken?.chat === "oc_1" ? other : claim;
    expect(await a.renew(one, LONG)).toBe(false);
    for (const held of [claim, other, left]) {
      expect(await a.write(held, { x: "zombie" })).toBe(false);
      expect(await a.finish(held, "1-1", { x: "zombie" })).toBe("fenced");
      expect(await a.read(held, "0")).toBeUndefined();
      expect(await a.raise(held)).toBeUndefined();
    }
    expect(await a.accept(one, event("m9"))).toEqual({ outcome: "lost" });
    expect(await a.reap(one, 25)).toEqual([]);
    expect(await b.notes("oc_1")).toEqual({});
    expect((await b.accept(two, event("m9"))).outcome, "what was lost can be taken").toBe("taken");
  });

  it("[lesson 2] a renewal after its time counts as long as nobody has begun to take over", async () => {
    const [a, b] = await open();
    const one = await a.join(100);
    const two = await b.join(LONG);
    const claim = await claimOf(a, one, "m1");
    await pass(200);
    expect(await a.renew(one, LONG)).toBe(true);
    expect(await b.reap(two, 25)).toEqual([]);
    expect(await a.write(claim, { x: "alive" })).toBe(true);
  });

  it("a session that leaves is taken over from at once", async () => {
    const [a, b] = await open();
    const [one, two] = [await a.join(LONG), await b.join(LONG)];
    await claimOf(a, one, "m1");
    await a.leave(one);
    expect((await b.reap(two, 25)).map(({ chat }) => chat)).toEqual(["oc_1"]);
    expect((await b.sessions()).map(({ session }) => session)).toEqual([two]);
  });

  it("the rightful owner takes a larger number; who was taken over from, or released, does not, and is told which", async () => {
    const [a, b] = await open();
    const [one, two] = [await a.join(LONG), await b.join(LONG)];
    const claim = await claimOf(a, one, "m1");
    const raised = await a.raise(claim);
    if (raised === undefined || raised === "released") throw new Error("it was not raised");
    expect(raised.epoch).toBeGreaterThan(claim.epoch);
    expect(await a.write(claim, { x: "old number" })).toBe(false);
    expect(await b.raise({ ...claim, session: two })).toBeUndefined();
    const [first] = (await a.read(raised, "0")) ?? [];
    expect(await a.finish(raised, first?.id ?? "", {})).toBe("released");
    expect(await a.raise(raised)).toBe("released");
    const next = await claimOf(b, two, "m2");
    const [second] = (await b.read(next, "0")) ?? [];
    expect(await b.finish(next, second?.id ?? "", {})).toBe("released");
    expect(await a.raise(raised), "another one has had it since").toBeUndefined();
    const forgotten = { chat: "oc_never", session: one, epoch: 7 };
    expect(await a.raise(forgotten), "a restart may have cost what the state knew").toMatchObject({ session: one });
    expect(await b.ownerOf("oc_never")).toMatchObject({ session: one });
  });

  it("says who lives and what each deals with", async () => {
    const [a, b] = await open();
    const process = { host: "h", pid: 7, version: "1", startedAt: 3 };
    const [one, two] = [await a.join(LONG, process), await b.join(LONG)];
    const claim = await claimOf(a, one, "m1");
    await b.accept(two, event("m2"));
    const infos = await b.sessions();
    expect(Object.fromEntries(infos.map(({ session, chats }) => [session, chats]))).toEqual({
      [one]: [{ chat: "oc_1", waiting: 2 }],
      [two]: [],
    });
    expect(infos.map((info) => info.process)).toEqual(expect.arrayContaining([process, undefined]));
    for (const { expiresInMs } of infos) expect(expiresInMs).toBeGreaterThan(LONG / 2);
    expect(await b.claims(one)).toEqual([claim]);
    await a.leave(one);
    expect(await b.sessions(), "it is to be taken over from").toContainEqual({
      session: one,
      process,
      expiresInMs: undefined,
      chats: [{ chat: "oc_1", waiting: 2 }],
    });
  });

  it("tells how full the buckets are that were asked, and how many calls wait", async () => {
    const [a, b] = await open();
    expect(await a.budgets()).toEqual([]);
    const buckets = [
      { burst: 5, perSecond: 0.001 },
      { burst: 100, perSecond: 0.5 },
    ];
    await a.lease({ by: "one", name: "api:x", buckets, want: 3, made: 0 });
    await b.lease({ by: "two", name: "api:x", buckets, want: 4, made: 0 });
    await a.lease({ by: "one", name: "api:a", buckets, want: 0, made: 1 });
    expect(await b.budgets()).toEqual([
      { name: "api:a", waiting: 0, buckets: [expect.objectContaining({ left: 4, burst: 5 }), expect.anything()] },
      {
        name: "api:x",
        waiting: 2,
        buckets: [
          { left: 0, burst: 5, perSecond: 0.001 },
          { left: 95, burst: 100, perSecond: 0.5 },
        ],
      },
    ]);
  });

  it("leases calls out of buckets that all share: never more than there are, and counts what was made without asking", async () => {
    const [a, b] = await open();
    const buckets = [
      { burst: 10, perSecond: 10 },
      { burst: 100, perSecond: 1_000 },
    ];
    const ask = { name: "api:x", buckets, made: 0 };
    expect(await a.lease({ ...ask, by: "one", want: 4 })).toEqual({ granted: 4, retryMs: 0, processes: 1 });
    expect(await b.lease({ ...ask, by: "two", want: 0 })).toMatchObject({ granted: 0, retryMs: 0, processes: 2 });
    expect(await b.lease({ ...ask, by: "two", want: 3, made: 2 })).toMatchObject({ granted: 3 });
    const last = await b.lease({ ...ask, by: "two", want: 3 });
    expect(last).toMatchObject({ granted: 1 });
    expect(last.retryMs).toBeGreaterThan(0);
    expect(last.retryMs).toBeLessThanOrEqual(200);
    expect((await a.lease({ ...ask, by: "one", want: 1 })).granted).toBe(0);
    expect((await a.lease({ ...ask, name: "api:y", by: "one", want: 5 })).granted, "another name").toBe(5);
    await pass(2_500);
    expect((await a.lease({ ...ask, by: "one", want: 20 })).granted, "no more than the burst").toBe(10);
    // What was not made after all is there again.
    expect((await a.lease({ ...ask, by: "one", want: 3, made: -3 })).granted).toBe(3);
  });

  it("shares out what is short by how much each asks for", async () => {
    const [a, b] = await open();
    const ask = { name: "api:x", buckets: [{ burst: 4, perSecond: 100 }] };
    const got = { one: 0, two: 0 };
    for (let i = 0; i < 300; i++) {
      // By turns, so that nobody is always first.
      const order = i % 2 === 0 ? (["one", "two"] as const) : (["two", "one"] as const);
      for (const by of order) {
        const want = by === "one" ? 6 : 2;
        got[by] += (await (by === "one" ? a : b).lease({ ...ask, by, want, made: 0 })).granted;
      }
      await pass(2);
    }
    expect(got.one / (got.one + got.two)).toBeGreaterThan(0.7);
    expect(got.one / (got.one + got.two)).toBeLessThan(0.8);
  });

  it("lets something be done once among all", async () => {
    const [a, b] = await open();
    expect(await a.once("stop:1", 200)).toBe(true);
    expect(await b.once("stop:1", 200)).toBe(false);
    await pass(300);
    expect(await b.once("stop:1", 200)).toBe(true);
  });

  it("tells the owner of what is new in its chats, and one process what another one says, from the beginning", async () => {
    const [a, b] = await open();
    const [one, two] = [await a.join(LONG), await b.join(LONG)];
    await claimOf(a, one, "m1");
    await b.accept(two, event("m2"));
    await b.send(one, "stop it");
    const told: string[] = [];
    const listener: InboxListener = {
      onChat: (chat) => told.push(`chat ${chat}`),
      onMessage: (body) => told.push(body),
      onLog: (log) => told.push(`log ${log}`),
      onReconnected: () => {},
    };
    const end = a.listen(one, listener);
    await expect.poll(() => told).toEqual(["chat oc_1", "stop it"]);
    await b.accept(two, event("m1"));
    // A duplicate tells as well: what was told the first time may have been lost.
    await expect.poll(() => told).toHaveLength(3);
    end();
  });

  it("takes text at its offset once, whatever process appends, and says where to go on", async () => {
    const [a, b] = await open();
    expect(await a.openLog("s1", 20)).toBe(true);
    expect(await b.openLog("s1", 20)).toBe(false);
    expect(await a.appendLog("s1", { text: "你好🌍", at: 0 })).toEqual({ outcome: "taken", length: 4 });
    expect(await b.appendLog("s1", { text: "你好🌍", at: 0 }), "again").toEqual({ outcome: "taken", length: 4 });
    // Half of a character is a character of the API: its other half may come in the next call.
    expect(await b.appendLog("s1", { text: "好🌍\ud83d", at: 1 })).toEqual({ outcome: "taken", length: 5 });
    expect(await a.appendLog("s1", { text: "\ude00" })).toEqual({ outcome: "taken", length: 6 });
    expect(await a.appendLog("s1", { text: "x", at: 7 })).toEqual({ outcome: "gap", length: 6 });
    expect(await a.appendLog("s1", { text: "他", at: 0 })).toEqual({ outcome: "conflict", length: 6 });
    expect(await a.appendLog("s1", { text: "x".repeat(15) })).toEqual({ outcome: "too-long", length: 6 });
    expect(await a.appendLog("s2", { text: "x" })).toEqual({ outcome: "unknown", length: 0 });
    expect(await b.readLog("s1", { chars: 0, items: 0 })).toEqual({ text: "你好🌍😀", items: [] });
    expect(await b.readLog("s1", { chars: 4, items: 0 })).toEqual({ text: "😀", items: [] });
    expect(await b.readLog("s1", { chars: 6, items: 0 })).toEqual({ text: "", items: [] });
    expect(await b.readLog("s2", { chars: 0, items: 0 })).toBeUndefined();
    expect([await b.logLength("s1"), await b.logLength("s2")]).toEqual([6, undefined]);
  });

  it("keeps what stands beside the text at its place, and takes nothing after the end but repeats", async () => {
    const [a, b] = await open();
    await a.openLog("s1", 20);
    await a.appendLog("s1", { text: "one", at: 0 });
    expect(await b.appendLog("s1", { body: "状态: busy", chars: 12 })).toEqual({ outcome: "taken", length: 3 });
    expect((await b.appendLog("s1", { body: "x", chars: 9 })).outcome).toBe("too-long");
    await a.appendLog("s1", { text: " two", at: 3 });
    expect((await b.appendLog("s1", { body: "end", at: 3, ends: true })).outcome).toBe("gap");
    expect((await b.appendLog("s1", { body: "end", at: 8, ends: true })).outcome).toBe("gap");
    expect((await b.appendLog("s1", { body: "end", at: 7, ends: true })).outcome).toBe("taken");
    expect((await a.appendLog("s1", { body: "end again", ends: true })).outcome).toBe("ended");
    expect(await a.appendLog("s1", { text: " two", at: 3 })).toEqual({ outcome: "taken", length: 7 });
    expect((await a.appendLog("s1", { text: "!", at: 7 })).outcome).toBe("ended");
    expect((await a.appendLog("s1", { text: "" })).outcome).toBe("ended");
    const items = [
      { at: 3, body: "状态: busy" },
      { at: 7, body: "end" },
    ];
    expect(await b.readLog("s1", { chars: 3, items: 0 })).toEqual({ text: " two", items });
    expect(await b.readLog("s1", { chars: 7, items: 1 })).toEqual({ text: "", items: items.slice(1) });
  });

  it("tells who owns a log of news, once until it reads, and whoever owns it next", async () => {
    const [a, b] = await open();
    const [one, two] = [await a.join(200), await b.join(LONG)];
    const told: string[] = [];
    const listener = (name: string): InboxListener => ({
      onChat: () => {},
      onMessage: () => {},
      onLog: (log) => told.push(`${name} ${log}`),
      onReconnected: () => {},
    });
    const ends = [a.listen(one, listener("one")), b.listen(two, listener("two"))];
    await a.openLog("oc_1", 100);
    await claimOf(a, one, "m1");
    await b.appendLog("oc_1", { text: "x" });
    await b.appendLog("oc_1", { text: "y" });
    await expect.poll(() => told).toEqual(["one oc_1"]);
    await a.readLog("oc_1", { chars: 0, items: 0 });
    await b.appendLog("oc_1", { text: "z" });
    await expect.poll(() => told).toEqual(["one oc_1", "one oc_1"]);
    await pass(300);
    await b.reap(two, 25);
    await b.appendLog("oc_1", { body: "end" });
    await expect.poll(() => told.at(-1)).toBe("two oc_1");
    for (const end of ends) end();
  });

  it("forgets a log, with the notes of its chat, when it is told to", async () => {
    const [a] = await open();
    const one = await a.join(LONG);
    await a.openLog("oc_1", 100);
    const claim = await claimOf(a, one, "m1");
    const [first] = (await a.read(claim, "0")) ?? [];
    await a.appendLog("oc_1", { body: "end", ends: true });
    await a.finish(claim, first?.id ?? "", { view: "all" });
    await a.forget("oc_1", 200);
    expect(await a.notes("oc_1")).toEqual({ view: "all" });
    await pass(300);
    expect([await a.notes("oc_1"), await a.readLog("oc_1", { chars: 0, items: 0 })]).toEqual([{}, undefined]);
    expect(await a.openLog("oc_1", 100)).toBe(true);
  });

  it("refuses what would be too many in one chat", async () => {
    const [a] = await open();
    const one = await a.join(LONG);
    for (let i = 0; i < 1_000; i++) await a.accept(one, event(`m${i}`));
    expect(await a.accept(one, event("m1000"))).toEqual({ outcome: "full" });
    expect((await a.accept(one, event("m1000", "oc_2"))).outcome, "it was not remembered").toBe("taken");
  });
}
