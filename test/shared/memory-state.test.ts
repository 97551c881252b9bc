import { describe } from "vitest";
import { MemoryState } from "../../src/shared/index.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { sharedStateContract } from "./contract.ts";

describe("shared state in memory", () => {
  let clock = new FakeClock();
  sharedStateContract({
    async open() {
      clock = new FakeClock();
      const state = new MemoryState(clock);
      return [state, state];
    },
    pass: (ms) => clock.advance(ms),
  });
});
