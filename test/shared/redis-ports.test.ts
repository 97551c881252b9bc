import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { silentLogger } from "../../src/log/index.ts";
import { MemoryState, openRedisState, readRedisAddress } from "../../src/shared/index.ts";
import type { Claim, SharedState } from "../../src/shared/index.ts";
import { createSystemClock } from "../../src/time/index.ts";
import { redisForTests, whyNoRedis } from "../support/process/redis-server.ts";

const LONG = 600_000;
const RUNS = 100;
const why = whyNoRedis();

const who = fc.nat(2);
const chat = fc.constantFrom("c0", "c1");
const text = fc.constantFrom("a", "词", "𝄞b");
const step = fc.oneof(
  { arbitrary: fc.record({ do: fc.constant("accept" as const), who, chat, key: fc.nat(9) }), weight: 4 },
  { arbitrary: fc.record({ do: fc.constant("finish" as const), who, chat }), weight: 3 },
  fc.record({ do: fc.constant("read" as const), who, chat }),
  fc.record({ do: fc.constant("write" as const), who, chat, name: text, value: fc.option(text) }),
  { arbitrary: fc.record({ do: fc.constant("raise" as const), who, chat }), weight: 3 },
  fc.record({ do: fc.constant("know" as const), key: fc.nat(9) }),
  fc.record({ do: fc.constant("restart" as const), who }),
  fc.record({ do: fc.constant("takeOver" as const), who }),
  fc.record({ do: fc.constant("once" as const), key: fc.nat(3) }),
  fc.record({ do: fc.constant("append" as const), chat, text, at: fc.option(fc.nat(6)) }),
  fc.record({ do: fc.constant("beside" as const), chat, body: text, at: fc.option(fc.nat(6)), ends: fc.boolean() }),
  fc.record({ do: fc.constant("readLog" as const), chat, chars: fc.nat(4), items: fc.nat(2) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Three processes on one state, and what they are told, without what differs between any two runs: names, times and numbers. */
class Trace {
  readonly #state: SharedState;
  readonly #sessions: string[];
  /** The newest claim that each process was given. */
  readonly #claims = new Map<string, Claim>();
  readonly #first = new Map<string, string>();

  private constructor(state: SharedState, sessions: string[]) {
    this.#state = state;
    this.#sessions = sessions;
  }

  static async open(state: SharedState): Promise<Trace> {
    return new Trace(state, [await state.join(LONG), await state.join(LONG), await state.join(LONG)]);
  }

  async take(given: Step): Promise<unknown> {
    const state = this.#state;
    switch (given.do) {
      case "accept": {
        const event = { chat: given.chat, key: `m${given.key}`, body: `b${given.key}` };
        const { outcome, claim, contents } = await state.accept(this.#session(given.who), event);
        if (claim !== undefined) this.#hold(claim);
        const found = contents && [contents.notes, contents.entries.map(({ body }) => body)];
        return [outcome, claim && this.#sessions.indexOf(claim.session), found];
      }
      case "read": {
        const entries = await state.read(this.#claim(given), "0");
        if (entries?.[0] !== undefined) this.#first.set(given.chat, entries[0].id);
        return entries?.map(({ body }) => body);
      }
      case "finish": {
        const claim = this.#claim(given);
        const [first] = (await state.read(claim, "0")) ?? [];
        const id = first?.id ?? this.#first.get(given.chat) ?? "1-1";
        return state.finish(claim, id, { done: given.chat });
      }
      case "write":
        return [await state.write(this.#claim(given), { [given.name]: given.value }), await state.notes(given.chat)];
      case "raise": {
        const raised = await state.raise(this.#claim(given));
        if (raised === undefined || raised === "released") return raised;
        this.#hold(raised);
        return "raised";
      }
      case "know":
        await state.know(`m${given.key}`);
        return "known";
      case "restart":
        await state.leave(this.#session(given.who));
        this.#sessions[given.who] = await state.join(LONG);
        return "restarted";
      case "takeOver":
        return this.#takeOver(this.#session(given.who));
      case "once":
        return state.once(`k${given.key}`, LONG);
      case "append":
        await state.openLog(given.chat, 12);
        return state.appendLog(given.chat, { text: given.text, at: given.at ?? undefined });
      case "beside":
        return state.appendLog(given.chat, { body: given.body, at: given.at ?? undefined, chars: 1, ends: given.ends });
      default:
        return state.readLog(given.chat, { chars: given.chars, items: given.items });
    }
  }

  async #takeOver(session: string): Promise<readonly string[]> {
    const taken: string[] = [];
    for (let claims = await this.#state.reap(session, 25); claims.length > 0;) {
      for (const claim of claims) this.#hold(claim);
      taken.push(...claims.map((claim) => claim.chat));
      claims = await this.#state.reap(session, 25);
    }
    return taken.toSorted();
  }

  #session(index: number): string {
    return this.#sessions[index] ?? "";
  }

  #hold(claim: Claim): void {
    this.#claims.set(`${claim.session} ${claim.chat}`, claim);
  }

  /** The newest that this process was given, or one that it was never given. */
  #claim({ who: index, chat: name }: { readonly who: number; readonly chat: string }): Claim {
    const session = this.#session(index);
    return this.#claims.get(`${session} ${name}`) ?? { chat: name, session, epoch: 1 };
  }
}

describe.skipIf(why !== undefined)(`memory and Redis${why === undefined ? "" : `: ${why}`}`, () => {
  const clock = createSystemClock();
  const cleanups: (() => unknown)[] = [];
  let url = "";
  beforeAll(async () => {
    const redis = await redisForTests();
    cleanups.push(() => redis.close());
    ({ url } = redis);
  });
  afterAll(async () => {
    for (const clean of cleanups.splice(0).toReversed()) await clean();
  });

  it("[D13] answer every step of a random trace alike", { timeout: 120_000 }, async () => {
    const address = readRedisAddress(url);
    const prefix = `test-${crypto.randomUUID()}`;
    const told = new Map<string, number>();
    let scopes = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 50 }), async (steps) => {
        const scope = `s${++scopes}`;
        const inRedis = await openRedisState({ address, prefix, scope, clock, logger: silentLogger });
        try {
          const [memory, redis] = [await Trace.open(new MemoryState(clock)), await Trace.open(inRedis)];
          for (const [index, given] of steps.entries()) {
            const answer = await memory.take(given);
            expect(await redis.take(given), `step ${index}: ${JSON.stringify(given)}`).toEqual(answer);
            const key = `${given.do} ${JSON.stringify(answer)}`;
            told.set(key, (told.get(key) ?? 0) + 1);
          }
        } finally {
          await inRedis.close();
        }
      }),
      { numRuns: RUNS },
    );
    // The traces must come to what is hard.
    for (const key of [
      'finish "fenced"',
      'finish "more"',
      'finish "released"',
      'raise "released"',
      'raise "raised"',
      'accept ["duplicate",null,null]',
    ])
      expect([...told.keys()], key).toContain(key);
  });
});
