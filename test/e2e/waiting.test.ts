import { expect, it } from "vitest";
import { createScriptedModel } from "../../src/llm/index.ts";
import { createSystemClock } from "../../src/time/index.ts";
import { startE2e } from "../support/e2e.ts";

it("a second question carries a sign while it waits, which is gone with its answer", async () => {
  const e2e = await startE2e({ model: createScriptedModel({ clock: createSystemClock(), charsPerSecond: 2000 }) });
  const { emulator } = e2e;
  try {
    const first = await e2e.begin("写一段长文");
    const second = await e2e.begin("问个问题");
    await Promise.all([first.answered, second.answered]);
    const signs = emulator.timeline.find({ operation: "reaction.create" });
    expect(signs.map(({ path, body }) => [path.includes(second.messageId), body])).toEqual([
      [true, expect.stringContaining("OneSecond")],
    ]);
    expect(emulator.timeline.find({ operation: "reaction.delete" }).map(({ code }) => code)).toEqual([0]);
    expect(emulator.store.messages.get(second.messageId)?.reactions).toEqual([]);
  } finally {
    await e2e.close();
  }
});
