import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEmulator, defaultWorld, WORLD_QUESTIONS } from "../../src/emulator/index.ts";
import type { Emulator, EmulatorOptions, World } from "../../src/emulator/index.ts";
import { DEFAULT_BUDGET, planProbe, ProbeError, PROBE_QUESTIONS, runProbe } from "../../src/probe/index.ts";
import type { ProbeOptions, WorldFile } from "../../src/probe/index.ts";
import { FakeClock } from "../support/fake-clock.ts";

interface Run {
  readonly file: WorldFile;
  readonly emulator: Emulator;
  /** Calls that the emulator saw, without the token and what was taken back. */
  readonly calls: number;
  /** What the chat shows in the end. */
  readonly visible: number;
}

async function probe(
  world: Partial<World>,
  options: Partial<ProbeOptions> & { emulator?: EmulatorOptions; before?: (emulator: Emulator) => void } = {},
): Promise<Run> {
  const clock = new FakeClock();
  const emulator = createEmulator({ latencyMs: [20, 90], timelineLimit: 100_000, ...options.emulator, clock, world });
  options.before?.(emulator);
  const chatId = emulator.directChatId();
  const before = emulator.visibleTexts(chatId).length;
  const running = runProbe({
    target: { domain: emulator.apiUrl, appId: emulator.app.appId, appSecret: emulator.app.appSecret },
    tenant: "other",
    fetch: emulator.fetch,
    clock,
    chatId,
    plan: planProbe(),
    onFile: () => {},
    ...options,
  });
  const file = await clock.runUntil(running);
  const made = emulator.timeline.entries();
  const calls = made.filter((one) => !one.operation.startsWith("auth.") && one.operation !== "message.delete").length;
  return { file, emulator, calls, visible: emulator.visibleTexts(chatId).length - before };
}

/** The answers that a plain probe gives. Where a uuid is never complained about, nobody can see what is looked at first. */
function asked(world: World): Partial<World> {
  const names = planProbe()
    .questions.map((one) => one.name)
    .filter((name) => name !== "checkFirst" || world.cardUuidReplay !== "appliedAgain");
  return Object.fromEntries(names.map((name) => [name, world[name]])) as Partial<World>;
}

const worlds: readonly [string, Partial<World>][] = [
  ["as it most likely is", {}],
  [
    "where patches replace until CardKit writes",
    { patchEntityMessage: "replaceUntilNextCardKitCall", cardTables: 3, secondSend: "accepted" },
  ],
  [
    "where new things take time",
    { sendableAfterMs: 2000, convertibleAfterMs: 500, elementVisibleAfterMs: 150, patchEntityMessage: "replace" },
  ],
  [
    "where much is refused",
    {
      patchEntityMessage: "refuse",
      cardLimitWhileStreaming: 99991400,
      cardBytes: 30 * 1024,
      unknownProperty: 200621,
      updateMultiRequired: true,
      secondSend: "other",
    },
  ],
  [
    "that is generous",
    {
      cardLimitWhileStreaming: "free",
      failedCallConsumesSequence: false,
      cardUuidReplay: "ok",
      fullUpdateEndsStreaming: false,
      cardBytes: 100 * 1024,
    },
  ],
  [
    "that is strange",
    {
      cardUuidReplay: "appliedAgain",
      checkFirst: "uuid",
      imUuidReplay: 230049,
      streamingCardsInChat: "limited",
      patchConvertedMessage: "noopAfterCardKitCall",
      sendableAfterMs: 500,
    },
  ],
];

describe("cardstream probe", () => {
  it.each(worlds)(
    "[E12] finds the world %s exactly, within its budget, and takes back what it sent",
    async (_, world) => {
      const { file, calls, visible } = await probe(world);
      const truth = { ...defaultWorld(), ...world };
      expect(Object.keys(file.open)).toEqual(truth.cardUuidReplay === "appliedAgain" ? ["checkFirst"] : []);
      expect(file.answers).toEqual(asked(truth));
      expect(calls).toBeLessThanOrEqual(DEFAULT_BUDGET);
      expect(visible).toBe(0);
      expect(file.unrecalled).toEqual([]);
    },
  );

  it("[E12] finds any world", async () => {
    const entries = Object.entries(WORLD_QUESTIONS).map(([name, { values }]) => [name, fc.constantFrom(...values)]);
    await fc.assert(
      fc.asyncProperty(
        fc.record(Object.fromEntries(entries) as Record<keyof World, fc.Arbitrary<unknown>>),
        async (drawn) => {
          const world = drawn as unknown as World;
          const { file } = await probe(world);
          const truth = asked(world);
          for (const [name, value] of Object.entries(truth))
            expect([name, file.answers[name as keyof World]]).toEqual([name, value]);
        },
      ),
      { numRuns: 15 },
    );
  });

  it("[E12] finds it under a limit that others use up, lost answers and a slow network, and leaves open what it cannot see", async () => {
    const { file } = await probe(
      { patchEntityMessage: "replace", cardTables: 3 },
      {
        emulator: { latencyMs: [100, 600] },
        before(emulator) {
          emulator.faults.add({
            operation: "card.create",
            effect: { type: "code", code: 99991400, resetSeconds: 2 },
            count: 3,
          });
          emulator.faults.add({ operation: "message.get", effect: { type: "reset" }, count: 2 });
          emulator.faults.add({ operation: "element.content", effect: { type: "lost" }, count: 1 });
          emulator.faults.add({ operation: "*", effect: { type: "http", status: 502 }, count: 2, skip: 40 });
        },
      },
    );
    expect(file.answers.patchEntityMessage).toBe("replace");
    expect(file.answers.cardTables).toBe(3);
    const truth: Partial<World> = asked({ ...defaultWorld(), patchEntityMessage: "replace", cardTables: 3 });
    for (const [name, value] of Object.entries(file.answers))
      expect([name, value]).toEqual([name, truth[name as keyof World]]);
  });

  it("[E12] stops at its budget, says what is open, and goes on from there", async () => {
    const first = await probe({ cardTables: 3 }, { budget: 40 });
    expect(first.calls).toBeLessThanOrEqual(40);
    expect(first.visible).toBe(0);
    expect(Object.values(first.file.open).join()).toContain("budget of 40");
    const plan = planProbe({ file: first.file });
    expect(plan.questions.length).toBeLessThan(planProbe().questions.length);
    const second = await probe({ cardTables: 3 }, { file: first.file, plan });
    expect(second.file.answers).toEqual(asked({ ...defaultWorld(), cardTables: 3 }));
    expect(second.file.open).toEqual({});
  });

  it("[E12] takes back what it sent when it is interrupted, and in the next run what it could not", async () => {
    const controller = new AbortController();
    let sentLater = 0;
    const first = await probe(
      {},
      {
        signal: controller.signal,
        onFile: (file) => {
          if (Object.keys(file.answers).length === 2) controller.abort();
        },
        before: (emulator) =>
          void emulator.faults.add({ operation: "message.delete", effect: { type: "code", code: 2200 }, count: 6 }),
      },
    );
    expect(Object.keys(first.file.answers).length).toBeLessThan(4);
    sentLater = first.file.unrecalled?.length ?? 0;
    expect(sentLater).toBe(first.visible);
    expect(sentLater).toBeGreaterThan(0);
  });

  it("asks people only what eyes can answer, and only when there is somebody", async () => {
    const told: string[] = [];
    const { file } = await probe(
      {},
      {
        plan: { ...planProbe({ eyes: true }), questions: [] },
        eyes: {
          ready: async (name) => void told.push(name),
          saw: async (name) => (name === "patchTypes" ? undefined : name === "contentTypes"),
        },
      },
    );
    expect(told).toEqual(["contentTypes", "closeShowsTheRest", "patchTypes"]);
    expect(file.eyes).toEqual({ contentTypes: true, closeShowsTheRest: false });
  });

  it("ends at once with Feishu's words when no question can be answered", async () => {
    const wrong = probe(
      {},
      { target: { domain: "http://feishu.emulator", appId: "cli_a1b2c3d4e5f60718", appSecret: "no" } },
    );
    await expect(wrong).rejects.toThrow(ProbeError);
    await expect(
      probe(
        {},
        {
          before: (emulator) =>
            void emulator.faults.add({ operation: "message.create", effect: { type: "code", code: 230002 } }),
        },
      ),
    ).rejects.toThrow(/230002/u);
  });

  it("[E12] answers the slow questions when they are named", async () => {
    for (const world of [{ limitWindow: "fixed", cardUuidMs: 60_000, addElementAfterTimeout: "ok" }, {}] as const) {
      const only = ["limitWindow", "cardUuidMs", "addElementAfterTimeout"];
      const { file } = await probe(world, { plan: planProbe({ only }), budget: 600, emulator: { latencyMs: 20 } });
      const { limitWindow, cardUuidMs, addElementAfterTimeout } = { ...defaultWorld(), ...world };
      expect(file.answers).toEqual({ limitWindow, cardUuidMs, addElementAfterTimeout });
    }
  });

  it("has a question for everything that a world leaves open, and a plan that fits its budget", () => {
    expect(PROBE_QUESTIONS.map((one) => one.name).toSorted()).toEqual(Object.keys(WORLD_QUESTIONS).toSorted());
    expect(() => planProbe({ only: ["nonsense"] })).toThrow(/there is no question nonsense; there are .*cardTables/u);
  });

  it("[E12] keeps no text and no id as evidence", async () => {
    const { file, emulator } = await probe({});
    const text = JSON.stringify(file);
    expect(text).not.toContain(emulator.app.appId);
    expect(text).not.toMatch(/om_|oc_|probe\d/u);
    expect(file.evidence.patchEntityMessage?.map((one) => one.call)).toEqual(
      expect.arrayContaining(["PATCH message.patch", "GET message.get"]),
    );
  });
});
