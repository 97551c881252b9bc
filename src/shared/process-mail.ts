import { sleep } from "../time/index.ts";
import type { Clock } from "../time/index.ts";
import type { SharedState } from "./state.ts";

/** What a {@link ProcessMail} works with. */
export interface ProcessMailOptions {
  readonly state: () => SharedState | undefined;
  /** This process's session; undefined while it has none. */
  readonly session: () => string | undefined;
  readonly clock: Clock;
  readonly newId: () => string;
  /** What this process says to a question of another one; JSON. Must not reject. */
  readonly answer: (question: unknown) => Promise<unknown>;
}

/** What came of a question: an answer, nobody of that name (any more), or no answer in time. */
export type MailAnswer = { readonly answer: unknown } | "gone" | "silent";

type Letter =
  | { readonly ask: string; readonly from: string; readonly question: unknown }
  | { readonly answered: string; readonly answer: unknown }
  | { readonly tell: unknown };

/** Questions from process to process, by the name that each gives itself (`ProcessInfo.name`). */
export class ProcessMail {
  readonly #options: ProcessMailOptions;
  readonly #waiting = new Map<string, (answer: unknown) => void>();

  constructor(options: ProcessMailOptions) {
    this.#options = options;
  }

  /** Asks the process of a name. @throws SharedStateError when the state cannot be asked who that is */
  async ask(name: string, question: unknown, withinMs: number): Promise<MailAnswer> {
    const { state: stateOf, session, clock, newId } = this.#options;
    const [state, from] = [stateOf(), session()];
    if (state === undefined || from === undefined) return "silent";
    const to = await this.#find(state, name);
    if (to === undefined) return "gone";
    const ask = newId();
    const answered = Promise.withResolvers<unknown>();
    this.#waiting.set(ask, answered.resolve);
    const late = new AbortController();
    try {
      await state.send(to, JSON.stringify({ ask, from, question } satisfies Letter));
      const tooLate = sleep(clock, withinMs, late.signal).then(
        () => "silent" as const,
        () => "silent" as const,
      );
      return await Promise.race([answered.promise.then((answer) => ({ answer })), tooLate]);
    } finally {
      late.abort();
      this.#waiting.delete(ask);
    }
  }

  /** Tells all other processes that live. @throws SharedStateError */
  async tellOthers(what: unknown): Promise<void> {
    const state = this.#options.state();
    const own = this.#options.session();
    if (state === undefined || own === undefined) return;
    const others = (await state.sessions()).filter(
      ({ session, expiresInMs }) => session !== own && isAlive(expiresInMs),
    );
    await Promise.all(
      others.map(({ session }) => state.send(session, JSON.stringify({ tell: what } satisfies Letter))),
    );
  }

  /** Takes what another process sent. @param onTold gets what was told to all */
  hear(body: string, onTold: (what: unknown) => void): void {
    // Written by `ask`, `tellOthers` or `#reply` of some process.
    const letter = JSON.parse(body) as Letter;
    if ("tell" in letter) onTold(letter.tell);
    else if ("answered" in letter) this.#waiting.get(letter.answered)?.(letter.answer);
    else void this.#reply(letter);
  }

  async #reply({ ask, from, question }: { ask: string; from: string; question: unknown }): Promise<void> {
    const answer = await this.#options.answer(question);
    const body = JSON.stringify({ answered: ask, answer } satisfies Letter);
    // Who asked waits no longer than a moment, and is told so then.
    await this.#options
      .state()
      ?.send(from, body)
      .catch(() => {});
  }

  async #find(state: SharedState, name: string): Promise<string | undefined> {
    const sessions = await state.sessions();
    return sessions.find(({ process, expiresInMs }) => process?.name === name && isAlive(expiresInMs))?.session;
  }
}

/** A process whose time is up may live all the same, until somebody begins to take over. */
const isAlive = (expiresInMs: number | undefined): boolean => expiresInMs !== undefined;
