import { createEmulator } from "../emulator/index.ts";
import type { World } from "../emulator/index.ts";
import { fieldOf, textAt } from "./json.ts";
import { PlayClock } from "./play-clock.ts";
import { Player } from "./player.ts";
import type { NotPlayed, Played } from "./player.ts";
import { RateWitness } from "./rate-witness.ts";
import type { RecordedCall, Recording } from "./recording.ts";
import { shapeDifferences } from "./shape.ts";

/** Calls that differ for one reason. */
export interface DifferenceGroup {
  /** What they have in common, in one line: `element.content: 300317 there, 0 here`. */
  readonly cause: string;
  readonly kind: "code" | "status" | "shape" | "operation";
  readonly operation: string;
  /** Feishu's code and the emulator's. */
  readonly there: number;
  readonly here: number;
  /** The emulator's words, where it refused: what it believes. */
  readonly belief: string;
  /** Of `shape`: the field. */
  readonly field?: string | undefined;
  readonly count: number;
  /** `seq` of the first ones, at most ten. */
  readonly examples: readonly number[];
}

/** What a comparison found. */
export interface Comparison {
  /** Calls that were compared. */
  readonly compared: number;
  /** Calls that were not, by reason. */
  readonly left: Readonly<Record<NotCompared, number>>;
  /** The most frequent first. */
  readonly differences: readonly DifferenceGroup[];
}

export type NotCompared =
  | NotPlayed
  /** The answer depends on the tenant: scopes, availability, who is in the chat. */
  | "tenant"
  /** No answer came, so that nobody knows what became of it. */
  | "unanswered"
  /** A card or message whose history differs already. */
  | "follows";

/** Codes that depend on the tenant's state, which a recording does not hold. @see docs:api-call-guide, docs:im-v1 */
const TENANT = new Set([
  10003, 10012, 10014, 10015, 11205, 99991401, 99991403, 99991661, 99991662, 99991663, 99991664, 99991665, 99991668,
  99991671, 99991672, 99991673, 99991677, 99991679, 99992351, 99992360, 99992361, 99992354, 99992356, 230002, 230006,
  230009, 230013, 230017, 230018, 230019, 230022, 230026, 230027, 230028, 230029, 230034, 230035, 230038, 230053,
  230054, 230073, 230110, 230111, 231002, 231003, 231004, 231007, 231008, 231010, 231011, 232009, 300311,
]);

/** Codes that Feishu gives when something inside it fails: no belief about it can be wrong. */
const TROUBLE = new Set([2200, 1663, 5000, 55001, 300000, 300120, 1_000_004, 1_000_005]);

/** Sub-codes of 230099 about people and pictures, which are the tenant's. */
const TENANT_SUB = /ErrCode: (?:100290|200570|200380|200381)\b/u;

/** How to compare. */
export interface CompareOptions {
  /** Answers to open questions about Feishu that the emulator is to give. @defaultValue those most likely */
  readonly world?: Partial<World> | undefined;
}

/** Plays a recording's calls on a fresh emulator, in its own time, and tells where the answers differ. */
export async function compareRecording(recording: Recording, options: CompareOptions = {}): Promise<Comparison> {
  const clock = new PlayClock(recording.header.at);
  const emulator = createEmulator({
    clock,
    world: options.world,
    // People and pictures of another tenant are not known here. Calls meet Feishu's limits at other moments than they were
    // noted: what is near a limit is judged by the witness.
    settings: { checkMentions: "off", checkImages: "off", apiPerSecond: 100_000, apiPerMinute: 1_000_000 },
  });
  const player = new Player(emulator);
  const witness = new RateWitness();
  const left: Record<NotCompared, number> = {
    secret: 0,
    bytes: 0,
    unreadable: 0,
    before: 0,
    other: 0,
    tenant: 0,
    unanswered: 0,
    follows: 0,
  };
  const groups = new Map<string, DifferenceGroup>();
  const diverged = new Set<string>();
  let compared = 0;
  try {
    for (const line of recording.lines) {
      if (line.kind === "gap") continue;
      clock.moveTo(line.at);
      const event = eventOf(line);
      if (event !== undefined) {
        player.event(event);
        if (textAt(event, "header", "event_type") === "card.action.trigger") witness.press(line.at);
      }
      if (line.kind !== "call") continue;
      const played = await player.call(line);
      const verdict = judge(line, played, diverged, witness);
      if (verdict.kind === "left") left[verdict.why] += 1;
      else {
        compared += 1;
        for (const difference of verdict.differences) add(groups, difference, line.seq);
      }
    }
  } finally {
    await emulator.close();
  }
  const differences = [...groups.values()].toSorted((a, b) => b.count - a.count || a.cause.localeCompare(b.cause));
  return { compared, left, differences };
}

/** What Feishu told the bot by long connection or webhook. */
function eventOf(line: Exclude<Recording["lines"][number], { kind: "gap" }>): unknown {
  if (line.kind === "frame") return line.type === "event" ? line.json : undefined;
  return line.kind === "webhook" ? line.request.json : undefined;
}

type Difference = Omit<DifferenceGroup, "count" | "examples">;

type Verdict =
  | { readonly kind: "left"; readonly why: NotCompared }
  | { readonly kind: "compared"; readonly differences: readonly Difference[] };

function judge(call: RecordedCall, played: Played, diverged: Set<string>, witness: RateWitness): Verdict {
  const there = codeOf(call);
  witness.count(call, played.operation);
  if (!played.played) return { kind: "left", why: played.why };
  const follows = played.concerns.some((id) => diverged.has(id));
  const mark = (): void => {
    for (const id of played.concerns) diverged.add(id);
  };
  if (call.outcome !== "answered" || there === undefined || TROUBLE.has(there)) {
    // It may have been applied or not: what follows on the same card says nothing.
    mark();
    return { kind: "left", why: "unanswered" };
  }
  if (follows) {
    mark();
    return { kind: "left", why: "follows" };
  }
  const words = textAt(call.response.json, "msg") ?? "";
  if (TENANT.has(there) || TENANT_SUB.test(words)) return { kind: "left", why: "tenant" };
  const { name } = played.operation;
  const here = played.code;
  const belief = here === 0 ? "" : played.msg;
  const base = { operation: name, there, here, belief };
  if (here === 99991201 || here === 99991301) {
    mark();
    return compared([{ ...base, kind: "operation", cause: `${name}: the emulator does not have it` }]);
  }
  if (there !== here) {
    if (witness.explains(call, played.operation, there, here)) {
      mark();
      return { kind: "left", why: "follows" };
    }
    mark();
    return compared([
      { ...base, kind: "code", cause: `${name}: ${describe(there, words)} there, ${describe(here, belief)} here` },
    ]);
  }
  if (call.status !== played.status)
    return compared([
      { ...base, kind: "status", cause: `${name} ${there}: HTTP ${call.status} there, ${played.status} here` },
    ]);
  // What is told of a person is what somebody filled in about them, as far as the app's scopes go.
  if (there !== 0 || name === "user.get") return compared([]);
  return compared(
    shapeDifferences(fieldOf(call.response.json, "data"), fieldOf(played.answer, "data"), "data").map(
      ({ path, how }): Difference => ({ ...base, kind: "shape", field: path, cause: `${name}: ${path} ${how}` }),
    ),
  );
}

function compared(differences: readonly Difference[]): Verdict {
  return { kind: "compared", differences };
}

function codeOf(call: RecordedCall): number | undefined {
  const code = fieldOf(call.response.json, "code");
  return typeof code === "number" ? code : undefined;
}

/** A code, with the one inside that says what it is. */
function describe(code: number, words: string): string {
  const inner = /ErrCode: \d+|inner code: \d+/u.exec(words)?.[0];
  return inner === undefined ? String(code) : `${code} (${inner})`;
}

function add(groups: Map<string, DifferenceGroup>, difference: Difference, seq: number): void {
  const known = groups.get(difference.cause);
  groups.set(difference.cause, {
    ...(known ?? difference),
    count: (known?.count ?? 0) + 1,
    examples: [...(known?.examples ?? []), seq].slice(0, 10),
  });
}
