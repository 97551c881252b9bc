import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { fetch as undiciFetch } from "undici";
import type { Language } from "../../plugin-sdk/index.ts";
import {
  DEFAULT_BUDGET,
  formatWorldFile,
  parseWorldFile,
  planProbe,
  ProbeError,
  runProbe,
  WorldFileError,
} from "../../probe/index.ts";
import type { ProbeOptions, ProbePlan, WorldFile } from "../../probe/index.ts";
import { parseUpstream } from "../../record/index.ts";
import { sleep } from "../../time/index.ts";
import { createAnswerReader } from "./answers.ts";
import type { CliIo } from "../terminal/io.ts";
import { openAccount } from "../account/open-account.ts";
import { listenForStop, signalCode } from "../terminal/stop-on-signal.ts";
import { probeStrings } from "../strings/probe.ts";
import { printableLines } from "../terminal/terminal-text.ts";

/** Options of `cardstream probe`. */
export interface ProbeCommandOptions {
  readonly language: Language;
  readonly chat?: string | undefined;
  readonly only?: string | undefined;
  readonly budget?: number | undefined;
  readonly out?: string | undefined;
  readonly dryRun?: boolean | undefined;
  readonly yes?: boolean | undefined;
  readonly config?: string | undefined;
  readonly account?: string | undefined;
}

/** `cardstream probe`: exit code 0 when everything was answered, 1 when something is open, 2 for arguments and settings. */
export async function probe(options: ProbeCommandOptions, io: CliIo): Promise<number> {
  const words = probeStrings[options.language];
  if (options.chat === undefined || !/^oc_[\w-]+$/u.test(options.chat)) {
    io.err(`${words.badChat}\n`);
    return 2;
  }
  const path = resolve(io.cwd, options.out ?? "feishu-world.json");
  let file: WorldFile | undefined;
  let plan: ProbePlan;
  try {
    file = existsSync(path) ? parseWorldFile(readFileSync(path, "utf8")) : undefined;
    const only = options.only?.split(",").map((name) => name.trim());
    plan = planProbe({
      ...(file === undefined ? {} : { file }),
      ...(only === undefined ? {} : { only }),
      eyes: io.stdin.isTerminal,
    });
  } catch (error) {
    if (!(error instanceof WorldFileError || error instanceof TypeError)) throw error;
    io.err(`${error instanceof WorldFileError ? words.unreadable(path, error.message) : error.message}\n`);
    return 2;
  }
  const opened = openAccount({ ...options, silent: true }, io);
  if (opened === undefined) return 2;
  const stop = listenForStop(io);
  const answers = createAnswerReader(io, stop.signal);
  try {
    const { appId, appSecret } = opened.account;
    const { api: domain, name: tenant } = parseUpstream(opened.account.domain);
    const budget = options.budget ?? DEFAULT_BUDGET;
    const asked = [...plan.questions, ...plan.eyes];
    if (asked.length === 0) {
      io.out(`${words.nothing}\n`);
      return 0;
    }
    io.out(`${words.plan(asked.length, plan.calls, budget, options.chat, domain)}\n`);
    for (const { name, calls } of asked) io.out(`${words.line(name, calls)}\n`);
    if (options.dryRun === true) return 0;
    if (options.yes !== true) {
      if (!io.stdin.isTerminal) {
        io.err(`${words.noTerminal}\n`);
        return 2;
      }
      if ((await answers.yesOrNo(words.confirm)) !== true) {
        io.out(`${words.stopped}\n`);
        return 0;
      }
    }
    const { clock } = opened;
    const eyes: ProbeOptions["eyes"] = {
      async ready(name) {
        io.out(`${words.ready(words.eyes[name]?.watch ?? name)}\n`);
        await sleep(clock, 3_000);
      },
      saw: (name) => answers.yesOrNo(words.eyes[name]?.ask ?? name),
    };
    const known = await runProbe({
      target: { domain, appId, appSecret },
      tenant,
      // undici's fetch is the standard one with its own Response class; the parts that are used here agree.
      fetch: undiciFetch as unknown as typeof globalThis.fetch,
      clock,
      chatId: options.chat,
      plan,
      budget,
      file,
      eyes,
      signal: stop.signal,
      onFile: (next) => writeFileSync(path, formatWorldFile(next), { mode: 0o600 }),
      onProgress(progress) {
        if (progress.type === "asking") io.err(`${words.asking(progress.name)}\n`);
        else if (progress.type === "answered")
          io.out(`${printableLines(words.answered(progress.name, progress.value))}\n`);
        else io.out(`${printableLines(words.open(progress.name, progress.why))}\n`);
      },
    });
    const left = known.unrecalled?.length ?? 0;
    if (left > 0) io.err(`${words.unrecalled(left)}\n`);
    const open = Object.keys(known.open).length;
    io.out(`${words.done(path, Object.keys(known.answers).length, open)}\n`);
    if (stop.signal.aborted) return signalCode[await stop.received];
    return open === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof ProbeError) && (error as Error).name !== "LostCallError") throw error;
    io.err(`${words.failed((error as Error).message)}\n`);
    return 1;
  } finally {
    answers.close();
    stop.dispose();
    await opened.close();
  }
}
