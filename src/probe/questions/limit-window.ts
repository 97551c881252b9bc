import { idOf } from "../lab.ts";
import { question } from "../question.ts";
import type { ProbeQuestion } from "../question.ts";

/** Calls of one API that Feishu allows in a second. @see docs:api-call-guide/uUzN04SN3QjL1cDN */
const PER_SECOND = 50;

/**
 * Two bursts of reads, 600 ms apart: together over the limit of any one second. Where seconds of the clock are counted, the bursts
 * fall into two of them in at least one of four phases; where the time back from each call is counted, never.
 */
export const limitWindow: ProbeQuestion<"limitWindow"> = {
  ...question("limitWindow", 390, async (lab) => {
    const messageId = idOf(await lab.send("text", { text: lab.mark() }), "message_id");
    const burst = async (count: number): Promise<number> => {
      const path = `/im/v1/messages/${messageId}`;
      const calls = Array.from({ length: count }, () => lab.callOnce("message.get", "GET", path));
      return (await Promise.all(calls)).filter((answer) => answer.code === 99991400).length;
    };
    for (let phase = 0; phase < 4; phase++) {
      const started = lab.clock.now();
      const first = await burst(PER_SECOND - 2);
      await lab.wait(Math.max(0, 600 - (lab.clock.now() - started)));
      const second = await burst(PER_SECOND - 4);
      if (first === 0 && second === 0) return "fixed";
      await lab.wait(2_250);
    }
    return "sliding";
  }),
  onlyWhenNamed: true,
};
