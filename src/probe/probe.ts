import { sleep } from "../time/index.ts";
import type { Clock } from "../time/index.ts";
import { Lab } from "./lab.ts";
import type { Known } from "./lab.ts";
import { BudgetError, LostCallError, ProbeClient } from "./probe-client.ts";
import type { ProbeTarget } from "./probe-client.ts";
import type { EyesQuestion, ProbeQuestion } from "./question.ts";
import { cardQuestions } from "./questions/cards.ts";
import { eyesQuestions } from "./questions/eyes.ts";
import { limitWindow } from "./questions/limit-window.ts";
import { messageQuestions } from "./questions/messages.ts";
import type { WorldFile } from "./world-file.ts";

/** Every question that calls can answer, in the order in which they are asked. */
export const PROBE_QUESTIONS: readonly ProbeQuestion[] = [...messageQuestions, ...cardQuestions, limitWindow];
/** Every question that takes a pair of eyes. */
export const EYES_QUESTIONS: readonly EyesQuestion[] = eyesQuestions;

/** Calls at most when nobody says otherwise. */
export const DEFAULT_BUDGET = 300;

/** A question is asked again, on new cards, when calls are lost. */
const TRIES = 3;

/** What will be asked. */
export interface ProbePlan {
  readonly questions: readonly ProbeQuestion[];
  readonly eyes: readonly EyesQuestion[];
  /** Calls at most, if every question takes all of its own. */
  readonly calls: number;
}

/** How a probe goes on; told as it happens. */
export type ProbeProgress =
  | { readonly type: "asking"; readonly name: string }
  | { readonly type: "answered"; readonly name: string; readonly value: string }
  | { readonly type: "open"; readonly name: string; readonly why: string };

/** What a probe works with. */
export interface ProbeOptions {
  readonly target: ProbeTarget;
  readonly tenant: WorldFile["tenant"];
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  /** `oc_…`, named by whoever runs the probe: everything is sent there, and taken back. */
  readonly chatId: string;
  readonly plan: ProbePlan;
  /** Calls at most; what is taken back in the end is on top. @defaultValue 300 */
  readonly budget?: number | undefined;
  /** What is known already; the answers are added to it. */
  readonly file?: WorldFile | undefined;
  /** Shows a person what to look at; resolves when they are ready, and afterwards with what they saw. Without it nobody is asked. */
  readonly eyes?: { ready(name: string): Promise<void>; saw(name: string): Promise<boolean | undefined> } | undefined;
  readonly onProgress?: ((progress: ProbeProgress) => void) | undefined;
  /** Takes what is known after every step, to be kept. */
  readonly onFile: (file: WorldFile) => void;
  /** Ends the probe after the question that is being asked; what was sent is taken back all the same. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The questions to ask: those that are named, or all but those that take minutes; without those that are answered already.
 * @throws TypeError for a name that is no question's
 */
export function planProbe(options: { only?: readonly string[]; file?: WorldFile; eyes?: boolean } = {}): ProbePlan {
  const { only, file } = options;
  const names = new Set<string>([...PROBE_QUESTIONS, ...EYES_QUESTIONS].map((one) => one.name));
  for (const name of only ?? [])
    if (!names.has(name)) throw new TypeError(`there is no question ${name}; there are ${[...names].join(", ")}`);
  const questions = PROBE_QUESTIONS.filter((one) =>
    only === undefined ? one.onlyWhenNamed !== true && file?.answers[one.name] === undefined : only.includes(one.name),
  );
  const eyes =
    options.eyes === true
      ? EYES_QUESTIONS.filter((one) =>
          only === undefined ? file?.eyes[one.name] === undefined : only.includes(one.name),
        )
      : [];
  return { questions, eyes, calls: [...questions, ...eyes].reduce((sum, one) => sum + one.calls, 0) };
}

/**
 * Asks the questions of a plan on a real tenant.
 * @returns what is known afterwards, with the messages that could not be taken back
 * @throws ProbeError when no question can be answered (secret, scopes, chat); what was sent is taken back before
 */
export async function runProbe(options: ProbeOptions): Promise<WorldFile> {
  const { clock, plan, signal } = options;
  const client = new ProbeClient({ ...options, budget: options.budget ?? DEFAULT_BUDGET });
  const unrecalled = new Set<string>(options.file?.unrecalled);
  let file: WorldFile = { ...emptyFile(options), ...options.file, unrecalled: [...unrecalled] };
  const keep = (change: Partial<WorldFile>): void => {
    file = {
      ...file,
      ...change,
      date: new Date(clock.wallNow()).toISOString().slice(0, 10),
      unrecalled: [...unrecalled],
    };
    options.onFile(file);
  };
  const known: Known = {
    sendableAfterMs: file.answers.sendableAfterMs ?? 0,
    convertibleAfterMs: file.answers.convertibleAfterMs ?? 0,
    answers: file.answers,
  };
  const sent = (messageId: string): void => {
    unrecalled.add(messageId);
    keep({});
  };
  const lab = new Lab({ client, clock, chatId: options.chatId, known, sent });
  await client.open();
  try {
    for (const one of plan.questions) {
      if (signal?.aborted === true) break;
      await answer(one);
    }
    for (const one of plan.eyes) {
      if (signal?.aborted === true || options.eyes === undefined) break;
      await watch(one, options.eyes);
    }
  } finally {
    await recallAll(client, clock, unrecalled);
    keep({});
  }
  return file;

  async function answer(one: ProbeQuestion): Promise<void> {
    options.onProgress?.({ type: "asking", name: one.name });
    let why = "what was seen fits none of the answers";
    for (let turn = 0; turn < TRIES; turn++) {
      lab.takeEvidence();
      try {
        const value = await one.ask(lab);
        if (value === undefined) break;
        const { [one.name]: _, ...open } = file.open;
        keep({
          answers: { ...file.answers, [one.name]: value },
          evidence: { ...file.evidence, [one.name]: lab.takeEvidence() },
          open,
        });
        known.answers = file.answers;
        options.onProgress?.({ type: "answered", name: one.name, value: String(value) });
        return;
      } catch (error) {
        if (!(error instanceof LostCallError || error instanceof BudgetError)) throw error;
        why = error.message;
        if (error instanceof BudgetError) break;
        await lab.wait(1_000);
      }
    }
    keep({ open: { ...file.open, [one.name]: why } });
    options.onProgress?.({ type: "open", name: one.name, why });
  }

  async function watch(one: EyesQuestion, eyes: NonNullable<ProbeOptions["eyes"]>): Promise<void> {
    options.onProgress?.({ type: "asking", name: one.name });
    try {
      await eyes.ready(one.name);
      await one.show(lab);
    } catch (error) {
      if (!(error instanceof LostCallError || error instanceof BudgetError)) throw error;
      options.onProgress?.({ type: "open", name: one.name, why: error.message });
      return;
    }
    const saw = await eyes.saw(one.name);
    if (saw === undefined) return;
    keep({ eyes: { ...file.eyes, [one.name]: saw } });
    options.onProgress?.({ type: "answered", name: one.name, value: saw ? "yes" : "no" });
  }
}

function emptyFile({ tenant, clock }: ProbeOptions): WorldFile {
  const date = new Date(clock.wallNow()).toISOString().slice(0, 10);
  return { kind: "feishu-world", version: 1, date, tenant, answers: {}, evidence: {}, open: {}, eyes: {} };
}

/** Takes back what was sent; what cannot be stays in the set. */
async function recallAll(client: ProbeClient, clock: Clock, messageIds: Set<string>): Promise<void> {
  for (const messageId of messageIds) {
    for (let turn = 0; turn < TRIES; turn++) {
      try {
        const { code } = await client.call("DELETE", `/im/v1/messages/${messageId}`, undefined, true);
        // Gone already, or too old: there is nothing left to take back.
        if (
          code === 0 ||
          code === 230011 ||
          code === 230110 ||
          code === 99992354 ||
          code === 230009 ||
          code === 230026
        ) {
          messageIds.delete(messageId);
          break;
        }
      } catch {
        // Tried again; after that it stays on the list for the next run.
      }
      await sleep(clock, 1_000);
    }
  }
}
