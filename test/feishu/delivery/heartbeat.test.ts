import { expect, it } from "vitest";
import { Heartbeat } from "../../../extensions/feishu/delivery/reply/heartbeat.ts";
import type { Clock } from "../../../src/time/index.ts";

it("[E9] waits again for a real time when the quiet second is short of its end by a rounding error", () => {
  const asked: number[] = [];
  let now = 1459.6265101214142;
  let due = (): void => {};
  const clock: Clock = {
    now: () => now,
    wallNow: () => now,
    setTimer: (ms, fn) => {
      asked.push(ms);
      due = fn;
      return () => {};
    },
  };
  const beats: number[] = [];
  const heartbeat = new Heartbeat({ clock, firstMs: 5_000, onBeat: (quietForMs) => beats.push(quietForMs) });
  now = 2459.626510121414;
  expect(now - 1459.6265101214142).toBeLessThan(1_000);
  due();
  expect(beats).toEqual([]);
  now += asked.at(-1) ?? 0;
  due();
  expect(beats).toHaveLength(1);
  expect(asked).toEqual([1_000, 1, 5_000]);
  heartbeat.stop();
});
