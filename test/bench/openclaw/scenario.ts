import type { Emulator, FaultRule } from "../../../src/emulator/index.ts";

/** One thing that is measured: what the model says, to how many people, and what Feishu does meanwhile. */
export interface Scenario {
  readonly name: string;
  readonly text: string;
  /** People who ask at the same time. */
  readonly people: number;
  /** Faults, added when the first text is visible; `everywhere` from the beginning. */
  readonly faults?: readonly FaultRule[] | undefined;
  readonly everywhere?: readonly FaultRule[] | undefined;
  /** Milliseconds to wait for the end before a reply counts as lost. */
  readonly giveUpMs: number;
}

/** `count` numbered sentences, so that a missing or repeated one is seen. */
function sentences(count: number): string {
  return Array.from({ length: count }, (_, i) => `Sentence number ${i + 1} goes like this.`).join(" ");
}

/** Prose, lists, a table and code, over and over, about `chars` long. */
function mixed(chars: number): string {
  const parts: string[] = [];
  for (let i = 1; parts.join("\n\n").length < chars; i++) {
    parts.push(
      `## Section ${i}\n\nSome prose about topic ${i} with \`code${i}\` in it.`,
      `- point ${i}a\n- point ${i}b`,
      `\`\`\`js\nconst value${i} = ${i};\nconsole.log(value${i});\n\`\`\``,
    );
  }
  return parts.join("\n\n");
}

const CARD_WRITES = ["element.*", "card.update", "card.settings", "card.batch_update", "card.create"];

export const SCENARIOS: readonly Scenario[] = [
  { name: "600 characters", text: sentences(18), people: 1, giveUpMs: 60_000 },
  { name: "12,000 mixed", text: mixed(12_000), people: 1, giveUpMs: 240_000 },
  {
    name: "CardKit down mid-stream",
    text: sentences(60),
    people: 1,
    faults: [{ operation: CARD_WRITES, effect: { type: "http", status: 503 } }],
    giveUpMs: 120_000,
  },
  {
    name: "429 burst",
    text: sentences(60),
    people: 1,
    faults: [{ operation: "*", effect: { type: "code", code: 99_991_400 }, count: 20 }],
    giveUpMs: 120_000,
  },
  {
    name: "lost send response",
    text: sentences(18),
    people: 1,
    everywhere: [{ operation: ["message.create", "message.reply"], effect: { type: "lost" }, count: 1 }],
    giveUpMs: 90_000,
  },
  { name: "20 DMs at once", text: sentences(40), people: 20, giveUpMs: 240_000 },
];

/** Adds people until there are `count`; returns how they are called. */
export async function people(emulator: Emulator, count: number): Promise<readonly string[]> {
  while (emulator.store.users.all().length < count) {
    const response = await emulator.fetch(`${emulator.apiUrl}/emulator/users`, {
      method: "POST",
      headers: { authorization: `Bearer ${emulator.adminToken}`, "content-type": "application/json" },
      body: JSON.stringify({ name: `person ${emulator.store.users.all().length}` }),
    });
    if (!response.ok) throw new Error(`no new person: ${await response.text()}`);
  }
  return emulator.store.users
    .all()
    .slice(0, count)
    .map((user) => user.userId);
}
