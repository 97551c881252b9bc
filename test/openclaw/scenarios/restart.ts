import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { VisibleMessage } from "../../../src/emulator/index.ts";
import { answersAfter, answerText, ask, until } from "../support/conversation.ts";
import { postEvent } from "../support/feishu.ts";
import { HOOK_APP, HOOK_ENCRYPT_KEY } from "../support/host-config.ts";
import type { World } from "../support/world.ts";

/** A gateway that dies, comes back, and is stopped. To be run last and once: it leaves no gateway behind. */
export function restartScenarios(world: () => World): void {
  const begin = async (from: string, waitMs: number): Promise<() => VisibleMessage | undefined> => {
    const { emulator, model } = world();
    const text = `begin, and wait ${waitMs} ms`;
    model.script(text, { steps: [{ text: "Half of it is here. " }, { waitMs }, { text: "And the rest." }] });
    const sent = emulator.sendAsUser({ from, text });
    const card = (): VisibleMessage | undefined => answersAfter(emulator, sent)[0];
    await until(() => card()?.text.includes("Half of it is here.") === true, 90_000, "half an answer");
    return card;
  };
  const textOf = (card: VisibleMessage | undefined): string => answerText(card === undefined ? [] : [card]);

  it(
    "[B16] closes what a killed gateway left open, once it is back, and answers no message twice",
    { retry: 0, timeout: 400_000 },
    async () => {
      const { emulator, home } = world();
      const { appId } = HOOK_APP;
      const heard = (): { body?: string | undefined }[] =>
        emulator.timeline.find({ operation: "event.im.message.receive_v1", appId });
      await ask(world(), { appId, text: "once only" });
      const event: unknown = JSON.parse(heard().at(-1)?.body ?? "");
      const card = await begin("小明", 10_000);
      const list = join(home.dir, "state", "feishu", "open-cards-main.json");
      const isNoted = (): boolean => existsSync(list) && readFileSync(list, "utf8").includes(card()?.cardId ?? "none");
      await until(isNoted, 10_000, "the card to be noted");
      await world().gateway.stop("SIGKILL");
      expect(card()?.streaming).toBe(true);
      await world().restart();
      const url = emulator.store.apps.get(appId)?.webhook?.url ?? "";
      expect(await postEvent(url, HOOK_ENCRYPT_KEY, event)).toBe(200);
      await until(() => card()?.streaming === false, 60_000, "the card to be closed");
      expect(textOf(card())).toBe("Half of it is here.");
      const calls = world().model.calls.length;
      await ask(world(), { appId, text: "another one" });
      const prompts = world()
        .model.calls.slice(calls)
        .map(({ prompt }) => prompt);
      expect(prompts.filter((prompt) => prompt.includes("once only"))).toEqual([]);
      expect(prompts).toContainEqual(expect.stringContaining("another one"));
    },
  );

  it("ends what it has begun to say before it stops", { retry: 0, timeout: 200_000 }, async () => {
    // The host goes on with what it was killed in, so somebody else asks.
    const card = await begin("小红", 4_000);
    const { ms } = await world().gateway.stop("SIGTERM");
    expect(card()?.streaming).toBe(false);
    expect(textOf(card())).toBe("Half of it is here. And the rest.");
    expect(ms).toBeLessThan(40_000);
  });
}
