import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { VisibleMessage } from "../../src/emulator/index.ts";
import { compareRecording, parseRecording } from "../../src/record/index.ts";
import type { Recording } from "../../src/record/index.ts";
import { textAt } from "../../src/record/json.ts";
import { startCli } from "../support/process/cli-process.ts";
import type { CliProcess } from "../support/process/cli-process.ts";
import { answersAfter, answerText, ask, settled, until, words } from "./support/conversation.ts";
import { theGroup } from "./support/feishu.ts";
import { BLOCKS_APP, HOOK_APP, HOOK_ENCRYPT_KEY, LIVE_APP, MAIN_APP, PROXIED_APP } from "./support/host-config.ts";
import { startWorld } from "./support/world.ts";
import type { World } from "./support/world.ts";
import { removeFolder } from "../support/remove-folder.ts";

const LONG = Array.from({ length: 120 }, (_, i) => `Sentence ${i + 1} says confidential words.`).join(" ");
/** Right after its start the host is slow, most of all beside the other suites. */
const PATIENCE_MS = 120_000;

describe("[E12] the packed plugin in the real gateway, through `cardstream record`", { retry: 0 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "cardstream-recorded-"));
  const path = join(folder, "a.jsonl");
  let world: World;
  let record: CliProcess;

  beforeAll(async () => {
    world = await startWorld(async (emulator, hookUrl) => {
      const args = ["record", "--lang", "en", "--upstream", emulator.apiUrl, "--port", "0"];
      record = startCli([...args, "--out", path, "--webhook", hookUrl]);
      await record.until(/Writing/u);
      const urlAfter = (label: RegExp): string =>
        new RegExp(`${label.source}\\s+(?<url>http:\\S+)`, "u").exec(record.stdout())?.groups?.["url"] ?? "";
      const hook = emulator.store.apps.get(HOOK_APP.appId);
      if (hook !== undefined) hook.webhook = { url: urlAfter(/developer console.*:/u), encryptKey: HOOK_ENCRYPT_KEY };
      return urlAfter(/this domain:/u);
    });
    const { model } = world;
    model.script("say long", { steps: [{ text: LONG }], deltaMs: 5 });
    model.script("use a tool", {
      steps: [{ reasoning: "First I think." }, { tool: "exec", input: { command: "echo from-the-tool" } }],
      afterTool: [{ text: "The tool has answered." }],
    });
    model.script("say slowly", { steps: [{ text: "Half of it is here. " }, { waitMs: 300_000 }] });
  });

  afterAll(async () => {
    await world?.close();
    record?.child.kill("SIGKILL");
    removeFolder(folder);
  });

  it("shows a long answer whole, thoughts and tools, and takes presses, by long connection and by webhook", async () => {
    const { emulator } = world;
    expect(words(answerText(await ask(world, { text: "say long" }, PATIENCE_MS)))).toEqual(words(LONG));
    const [card] = await ask(world, { text: "use a tool" }, PATIENCE_MS);
    expect(answerText(card === undefined ? [] : [card])).toBe("The tool has answered.");
    expect(card?.parts.find((part) => part.elementId === "think_md")?.text).toContain("First I think.");

    const sent = emulator.sendAsUser({ chatId: theGroup(emulator), text: "say slowly", mentionBot: MAIN_APP.appId });
    const half = (): VisibleMessage | undefined => answersAfter(emulator, sent)[0];
    await until(() => half()?.text.includes("Half of it is here.") === true, PATIENCE_MS, "half an answer");
    const pressed = await emulator.clickAs({ messageId: half()?.messageId ?? "", elementId: "stop" });
    expect(pressed.toast?.type).toBe("success");
    expect(answerText(await settled(world, sent, "the card to close", PATIENCE_MS))).toBe("Half of it is here.");

    const [hooked] = await ask(world, { appId: HOOK_APP.appId, text: "hello" }, PATIENCE_MS);
    expect(answerText(hooked === undefined ? [] : [hooked])).toBe("OK");
    const again = await emulator.clickAs({ messageId: hooked?.messageId ?? "", elementId: "after0" });
    expect(again.toast?.type).toBe("success");
  }, 600_000);

  it("is recorded as it passed: nothing refused, nothing missing, no secret and nobody's words", async () => {
    const { emulator, gateway } = world;
    await gateway.stop();
    const tokens = [MAIN_APP, LIVE_APP, BLOCKS_APP, HOOK_APP].map(
      ({ appId }) => emulator.store.tokens.issue(appId, "tenant", 7200).token.value,
    );
    record.child.kill("SIGTERM");
    expect(await record.ended, record.stderr()).toBe(0);
    const text = readFileSync(path, "utf8");
    const recording = parseRecording(text);
    expect(refusals(recording)).toEqual([]);
    // What Feishu was asked to do, call by call.
    const isDeed = (path: string): boolean => /^\/open-apis\/(?:im|cardkit)\//u.test(path);
    const passed = recording.lines.filter((line) => line.kind === "call" && isDeed(line.path));
    const asked = emulator.timeline.entries().filter(({ appId, path }) => appId !== PROXIED_APP.appId && isDeed(path));
    expect(passed.length).toBeGreaterThan(20);
    expect(passed.length).toBe(asked.length);
    const told = recording.lines.flatMap((line) =>
      line.kind === "frame" && line.from === "feishu" ? (textAt(line.json, "header", "event_type") ?? []) : [],
    );
    expect(told.filter((type) => type === "im.message.receive_v1")).toHaveLength(3);
    expect(told.filter((type) => type === "card.action.trigger")).toHaveLength(1);
    expect(recording.lines.filter((line) => line.kind === "frame" && line.type === "ack")).toHaveLength(told.length);
    const delivered = recording.lines.filter((line) => line.kind === "webhook" && line.status === 200);
    expect(delivered.length, "a message and a press").toBeGreaterThanOrEqual(2);
    expect(recording.lines.filter((line) => line.kind === "gap")).toEqual([]);
    const secrets = [MAIN_APP, LIVE_APP, BLOCKS_APP, HOOK_APP].map(({ appSecret }) => appSecret);
    const said = ["confidential", "Half of it", "say long", "First I think", "from-the-tool"];
    for (const word of [...secrets, HOOK_ENCRYPT_KEY, ...tokens, ...said]) expect(text).not.toContain(word);
    const { compared, differences } = await compareRecording(recording);
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(20);
  }, 300_000);
});

/** Calls that were not answered, or with a code. */
function refusals({ lines }: Recording): string[] {
  return lines.flatMap((line) => {
    if (line.kind === "connection" && line.state === "refused") return ["a connection was refused"];
    if (line.kind !== "call") return [];
    const code = (line.response.json as { code?: number } | undefined)?.code ?? 0;
    const isWell = line.outcome === "answered" && line.status < 400 && code === 0;
    // While a press is being answered its card takes no write.
    return isWell || code === 200_810 ? [] : [`${line.method} ${line.path}: ${line.outcome} ${line.status} ${code}`];
  });
}
