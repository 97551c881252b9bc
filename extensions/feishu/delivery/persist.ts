import { sleep } from "../../../src/time/index.ts";
import type { FeishuDelivery } from "./engine.ts";
import { decide } from "./recovery.ts";

/** Does `work`, which must do no harm when repeated, until it succeeds or there is no use. @throws the last error, or the signal's reason. */
export async function persist(
  delivery: FeishuDelivery,
  signal: AbortSignal | undefined,
  work: () => Promise<unknown>,
): Promise<void> {
  const { clock, random, patience } = delivery;
  const startedAt = clock.now();
  for (let failures = 1; ; failures++) {
    try {
      await work();
      return;
    } catch (error) {
      const decision = decide(error, { failures, failingForMs: clock.now() - startedAt, patience, random });
      if (decision.do !== "retry" && decision.do !== "limited" && decision.do !== "resequence") throw error;
      await sleep(clock, "afterMs" in decision ? decision.afterMs : 0, signal);
    }
  }
}
