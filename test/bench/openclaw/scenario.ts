import type { Emulator, FaultRule } from "../../../src/emulator/index.ts";

/** One thing that is measured: what the model says, to how many people, and what Feishu does meanwhile. */
export interface Scenario {
  readonly name: string;
  /** What the model thinks before it says the text. */
  readonly reasoning?: string | undefined;
  readonly text: string;
  /** People who ask at the same time. */
  readonly people: number;
  /** Faults, added when the first text is visible; `everywhere` from the beginning. */
  readonly faults?: readonly FaultRule[] | undefined;
  readonly everywhere?: readonly FaultRule[] | undefined;
  /** After how many milliseconds `faults` end; a rate limit counts time, not how often somebody asks. @defaultValue never */
  readonly faultsMs?: number | undefined;
  /** Nothing breaks, and one person asks: what the bars on lag are about. */
  readonly calm: boolean;
  /** Milliseconds without any change after which an incomplete answer is taken for given up. */
  readonly stalledMs: number;
  /** Milliseconds to wait for the end before a reply counts as lost. */
  readonly giveUpMs: number;
}

/** The words of an answer that count: each is unique, so that a missing or repeated one is seen, and a cut one is no other word. */
export const MARKED: RegExp = /\p{L}+\d{3}[a-z]?/gu;

const mark = (i: number): string => String(i).padStart(3, "0");

/** About 55 characters each. */
function sentences(count: number): string {
  return Array.from({ length: count }, (_, i) => {
    const n = mark(i + 1);
    return `Point${n} follows${n} from${n} what${n} came${n} before${n}.`;
  }).join(" ");
}

/** Prose with inline code, lists and code blocks, over and over, about `chars` long. */
function mixed(chars: number): string {
  const parts: string[] = [];
  for (let i = 1; parts.join("\n\n").length < chars; i++) {
    const n = mark(i);
    parts.push(
      `## Section${n}\n\nProse${n} about${n} a topic${n} with${n} \`code${n}\` in${n} it.`,
      `- point${n}a\n- point${n}b`,
      `\`\`\`js\nconst value${n} = ${i};\nlog(out${n});\n\`\`\``,
    );
  }
  return parts.join("\n\n");
}

const CARD_WRITES = ["element.*", "card.update", "card.settings", "card.batch_update", "card.create"];

/** Long enough for a writer's own timeout of 30 s. */
const PATIENT_MS = 40_000;
const calm = { people: 1, calm: true, stalledMs: 15_000, giveUpMs: 60_000 };
const broken = { people: 1, calm: false, stalledMs: PATIENT_MS, giveUpMs: 120_000 };

/** What breaks comes last: the vendor's plugin streams no card for a minute after it could not send one. */
export const SCENARIOS: readonly Scenario[] = [
  { ...calm, name: "600 characters", text: sentences(11) },
  { ...calm, name: "12,000 mixed", text: mixed(12_000), giveUpMs: 120_000 },
  { ...calm, name: "fences", text: mixed(1_500) },
  { ...calm, name: "reasoning model", reasoning: sentences(10), text: sentences(30) },
  // Feishu's limit for an app is by the minute, so a writer may rightly wait for the next one.
  { name: "20 DMs at once", text: sentences(25), people: 20, calm: false, stalledMs: 75_000, giveUpMs: 240_000 },
  {
    ...broken,
    name: "CardKit down mid-stream",
    text: sentences(30),
    faults: [{ operation: CARD_WRITES, effect: { type: "http", status: 503 } }],
  },
  {
    ...broken,
    name: "429 burst",
    text: sentences(30),
    faults: [{ operation: "*", effect: { type: "code", code: 99_991_400 } }],
    faultsMs: 3_000,
  },
  {
    ...broken,
    name: "lost send response",
    text: sentences(11),
    everywhere: [{ operation: ["message.create", "message.reply"], effect: { type: "lost" }, count: 1 }],
  },
];

/** Adds `count` people nobody has talked to yet; returns their user_ids. */
export async function newPeople(emulator: Emulator, count: number): Promise<readonly string[]> {
  const before = emulator.store.users.all().length;
  for (let i = 0; i < count; i++) {
    const response = await emulator.fetch(`${emulator.apiUrl}/emulator/users`, {
      method: "POST",
      headers: { authorization: `Bearer ${emulator.adminToken}`, "content-type": "application/json" },
      body: JSON.stringify({ name: `person ${before + i}` }),
    });
    if (!response.ok) throw new Error(`no new person: ${await response.text()}`);
  }
  return emulator.store.users
    .all()
    .slice(before)
    .map((user) => user.userId);
}
