import { expect, it } from "vitest";
import { whenLetGo } from "./measure.ts";

it.each([
  ["at once when nobody holds the thread", 1_000, [], 1_000],
  ["at once when somebody held it before", 1_000, [[900, 990]], 1_000],
  ["at the end when it is held already", 1_000, [[950, 1_200]], 1_200],
  [
    "at the end of all that is held with hardly a pause",
    1_000,
    [
      [1_005, 1_130],
      [1_135, 1_250],
      [1_260, 1_350],
      [1_420, 1_500],
    ],
    1_350,
  ],
  ["at once when the thread is held only once there was time for a call", 1_000, [[1_060, 1_200]], 1_000],
] as const)("a thread is let go %s", (_name, at, held, free) => {
  expect(
    whenLetGo(
      at,
      held.map(([heldFrom, heldUntil]) => ({ heldFrom, heldUntil })),
    ),
  ).toBe(free);
});
