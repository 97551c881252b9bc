import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createFeishuInstance } from "../../extensions/feishu/index.ts";
import { startEmulator } from "../../src/emulator/index.ts";
import { createScriptedModel } from "../../src/llm/index.ts";
import { toDelta } from "../../src/stream/index.ts";
import { createSystemClock } from "../../src/time/index.ts";
import { startE2e } from "../support/e2e.ts";
import { explainVisible } from "../support/visible-oracle.ts";
import { removeFolder } from "../support/remove-folder.ts";

it("[D17] a bot whose budget of calls is nearly used up sends the complete answer in one call", async () => {
  const quota = { monthlyCalls: 10_000, ecoAt: 0, finalOnlyAt: 0 };
  const model = createScriptedModel({ clock: createSystemClock(), charsPerSecond: 2000 });
  const e2e = await startE2e({ model, config: { channels: { feishu: { quota } } } });
  try {
    const before = e2e.emulator.timeline.entries().length;
    const { result, shown } = await e2e.ask("问个问题");
    expect(result.delivery).toMatchObject({ outcome: "finalized", calls: 1, delivered: result.text.length });
    expect(explainVisible(shown, result.text)).toEqual([]);
    const calls = e2e.emulator.timeline.entries().slice(before);
    const writes = calls.map(({ operation }) => operation).filter((name) => /^(?:message|card|element)\./u.test(name));
    expect(writes).toEqual(["message.create"]);
  } finally {
    await e2e.close();
  }
});

it("[D17] a program that runs again goes on counting where the last run stopped", async () => {
  const emulator = await startEmulator();
  const parent = mkdtempSync(join(tmpdir(), "cardstream-quota-"));
  const stateDir = join(parent, "state");
  const { appId, appSecret } = emulator.app;
  try {
    const tiers: string[] = [];
    for (let run = 0; run < 2; run++) {
      const quota = { monthlyCalls: 10, ecoAt: 0.1, finalOnlyAt: 0.4 };
      const feishu = createFeishuInstance({ appId, appSecret, domain: emulator.apiUrl, quota, stateDir });
      const reply = feishu.openReply({ target: { type: "chat", chatId: emulator.directChatId() } });
      reply.append(toDelta(`run ${run}`));
      await reply.flush();
      tiers.push((await reply.finalize()).tier);
      await feishu.close();
    }
    expect(tiers).toEqual(["cardkit", "im-patch"]);
    expect(existsSync(join(stateDir, `api-calls-${appId}.log`))).toBe(true);
    expect(readFileSync(join(stateDir, `api-calls-${appId}.log`), "utf8")).toMatch(/^(?:\d{4}-\d{2} \d+\n){2,}$/u);
    expect(emulator.visibleTexts(emulator.directChatId()).map(({ text }) => text)).toEqual(["run 0", "run 1"]);
  } finally {
    await emulator.close();
    removeFolder(parent);
  }
});
