import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { VisibleMessage } from "../../../src/emulator/index.ts";
import { settled } from "../support/conversation.ts";
import { BLOCKS_APP, MAIN_APP } from "../support/host-config.ts";
import type { World } from "../support/world.ts";

/** A PNG of one pixel. */
const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkqPj/HwAEgQKAtgSfGgAAAABJRU5ErkJggg==",
  "base64",
);

/** What the agent and the operator send and change. Commands run two at a time: each takes seconds of a processor. */
export function outboundScenarios(world: () => World): void {
  const DONE = "That is done.";

  /** Lets the agent use the `message` tool once, which the host keeps behind a tool of its own. */
  async function useTool(
    prompt: string,
    args: Readonly<Record<string, unknown>>,
    where: object = {},
  ): Promise<{ asked: string; answers: VisibleMessage[]; result: string }> {
    const { emulator, model } = world();
    const call = { tool: "tool_call", input: { id: "message", args } };
    model.script(prompt, { steps: [call], afterTool: [{ text: DONE }] });
    const sent = emulator.sendAsUser({ text: prompt, ...where });
    // The host takes a message that comes while it settles the last answer for a sign that the answer got lost.
    const answers = await settled(world(), sent, prompt);
    expect(
      answers.some(({ text }) => text.includes(DONE)),
      prompt,
    ).toBe(true);
    const last = model.calls.findLast((call) => call.prompt.includes(prompt))?.body ?? "{}";
    const { messages } = JSON.parse(last) as { messages: { role: string; content: string }[] };
    const result = messages.findLast(({ role }) => role === "tool")?.content ?? "";
    return { asked: sent.messageId, answers, result };
  }

  it("[A11] the agent sends, edits, quotes and takes back in the topic it is asked in, and reacts", async () => {
    const { emulator, home } = world();
    const group = emulator.store.chats.all().find((chat) => chat.type === "group")?.chatId ?? "";
    const topic = emulator.visibleTexts(group).find((message) => message.threadId !== undefined);
    const where = { chatId: group, threadId: topic?.threadId, mentionBot: MAIN_APP.appId };
    const file = join(home.workspace, "sent.png");
    writeFileSync(file, PIXEL);
    const inTopic = async (): Promise<void> => {
      const { answers } = await useTool("tool: send", { action: "send", message: "to the topic" }, where);
      const sent = answers.find(({ text }) => text === "to the topic");
      expect(sent?.threadId).toBe(topic?.threadId);
      const messageId = sent?.messageId;
      await useTool("tool: edit", { action: "edit", messageId, message: "to the topic, corrected" }, where);
      const text = (): string | undefined =>
        emulator.visibleTexts(group).find((message) => message.messageId === messageId)?.text;
      expect(text()).toBe("to the topic, corrected");
      await useTool("tool: unsend", { action: "unsend", messageId }, where);
      expect(text()).toBeUndefined();
    };
    const toPerson = async (): Promise<void> => {
      const { asked } = await useTool("tool: react", { action: "react", emoji: "👍" });
      expect(emulator.store.messages.get(asked)?.reactions.map(({ emoji }) => emoji)).toContain("THUMBSUP");
      const quoting = { action: "send", message: "with this", media: file, replyTo: asked };
      const { answers } = await useTool("tool: quote", quoting);
      const quotes = answers.filter(({ parentId }) => parentId === asked);
      expect(quotes.map(({ kind }) => kind)).toEqual(["post", "image"]);
      const { result } = await useTool("tool: foreign", { action: "delete", messageId: asked });
      expect(result).toMatch(/What helps: the bot can change and take back only messages that it sent itself/u);
    };
    const outcomes = await Promise.allSettled([inTopic(), toPerson()]);
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  }, 90_000);

  it("[A8][A11] the operator's commands send and say what is missing; the host's checks of the plugin are clean", async () => {
    const { home, emulator } = world();
    const group = emulator.store.chats.all().find((chat) => chat.type === "group")?.chatId ?? "";
    const topic = emulator.visibleTexts(group).find((message) => message.threadId !== undefined);
    const [inspect, checks] = await Promise.all([
      home.cli("plugins", "inspect", "feishu", "--runtime"),
      home.cli("plugins", "doctor"),
    ]);
    expect(inspect.stdout).toMatch(/Status: loaded[\s\S]*channel: feishu/u);
    expect(checks.stdout).toMatch(/checks passed/u);
    const scopes = emulator.store.apps.get(BLOCKS_APP.appId)?.scopes ?? new Set<string>();
    const granted = [...scopes];
    scopes.clear();
    scopes.add("im:message:send_as_bot");
    const file = join(home.workspace, "from-the-shell.png");
    writeFileSync(file, PIXEL);
    const to = ["--channel", "feishu", "--target", `chat:${group}:topic:${topic?.threadId}`];
    const [status, sent] = await Promise.all([
      home.cli("channels", "status", "--probe"),
      home.cli("message", "send", ...to, "--message", "from the shell", "--media", file),
    ]);
    for (const scope of granted) scopes.add(scope);
    expect(status.stdout).toMatch(/Feishu main.*running, connected.*works/u);
    expect(status.stdout).toMatch(
      /Warnings:\s+- feishu blocks: the app lacks the scope cardkit:card:write \(grant it on http\S+/u,
    );
    expect(sent.code, sent.stderr).toBe(0);
    expect(emulator.visibleTexts(group).slice(-2)).toMatchObject([
      { kind: "post", text: "from the shell", threadId: topic?.threadId },
      { kind: "image", threadId: topic?.threadId },
    ]);
  }, 180_000);
}
