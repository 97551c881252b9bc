import { describe, expect, it } from "vitest";
import { StreamingMode } from "../../../extensions/feishu/delivery/surface/streaming-mode.ts";
import { FakeClock } from "../../support/fake-clock.ts";

const RENEW_MS = 8.5 * 60_000;

async function rig() {
  const clock = new FakeClock();
  await clock.advance(1_000);
  return { clock, mode: new StreamingMode(clock) };
}

describe("[D4][S4] streaming mode, as far as it is known", () => {
  it("is off at first, and nothing has to be done about it", async () => {
    const { clock, mode } = await rig();
    await clock.advance(2 * RENEW_MS);
    expect([mode.on, mode.mustReopen, mode.renewAt]).toEqual([false, false, Infinity]);
  });

  it("is to be switched on again 8.5 minutes after the call that switched it on went out", async () => {
    const { clock, mode } = await rig();
    const at = mode.ask(true);
    expect(at).toBe(1_000);
    await clock.advance(700);
    mode.became(true, at, true);
    expect([mode.on, mode.renewAt]).toEqual([true, 1_000 + RENEW_MS]);
    await clock.advance(RENEW_MS - 701);
    expect(mode.mustReopen).toBe(false);
    await clock.advance(1);
    expect(mode.mustReopen).toBe(true);
    mode.became(true, mode.ask(true), true);
    expect([mode.mustReopen, mode.renewAt]).toEqual([false, 1_000 + 2 * RENEW_MS]);
  });

  it("does not last longer for a call that leaves it on, but begins with one that finds it off", async () => {
    const { clock, mode } = await rig();
    mode.became(true, mode.ask(true), false);
    await clock.advance(60_000);
    mode.became(true, mode.ask(true), false);
    expect(mode.renewAt).toBe(1_000 + RENEW_MS);
    mode.became(false, mode.ask(false), false);
    expect([mode.on, mode.renewAt]).toEqual([false, Infinity]);
    mode.became(true, mode.ask(true), false);
    expect(mode.renewAt).toBe(61_000 + RENEW_MS);
  });

  it.each<[string, boolean, boolean, boolean]>([
    ["that switches on", false, true, true],
    ["that switches off", true, false, true],
    ["that switches off what is off", false, false, false],
  ])("may be on after an unanswered call %s", async (_name, before, asked, after) => {
    const { mode } = await rig();
    mode.became(before, 0, true);
    mode.ask(asked);
    mode.unknown();
    expect(mode.on).toBe(after);
  });

  it("is switched on again twice when Feishu closes it, and no more unless text gets through", async () => {
    const { mode } = await rig();
    mode.became(true, 0, true);
    expect(mode.closedByFeishu()).toBe(true);
    expect([mode.on, mode.mustReopen]).toEqual([false, true]);
    mode.became(true, 0, true);
    expect(mode.mustReopen).toBe(false);
    expect(mode.closedByFeishu()).toBe(true);
    expect(mode.closedByFeishu()).toBe(false);
    mode.worked();
    expect([mode.closedByFeishu(), mode.closedByFeishu(), mode.closedByFeishu()]).toEqual([true, true, false]);
  });

  it("stays off when it is not needed any more", async () => {
    const { mode } = await rig();
    mode.closedByFeishu();
    mode.giveUp();
    expect(mode.mustReopen).toBe(false);
  });
});
