import { existsSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import {
  batchImportScopes,
  createOwnFetch,
  larkCliVersion,
  qrCode,
  registerApp,
  RegistrationError,
  setUpLarkCli,
  wantedAddons,
} from "../../../extensions/feishu/index.ts";
import type { RegisteredApp, RegistrationLink } from "../../../extensions/feishu/index.ts";
import { findPreset } from "../../llm/index.ts";
import type { Language } from "../../plugin-sdk/index.ts";
import { createSystemClock } from "../../time/index.ts";
import type { CliIo } from "../terminal/io.ts";
import { listenForStop, signalCode } from "../terminal/stop-on-signal.ts";
import { initStrings } from "../strings/init.ts";
import { larkCliStrings } from "../strings/lark-cli.ts";
import { checkRegistered } from "./check-registered.ts";
import { chooseModel } from "./choose-model.ts";
import { appInFile, configText, exportLines, isInGit, writeSecret } from "./write-config.ts";
import type { ChosenModel } from "./write-config.ts";

/** Options of `cardstream init`. */
export interface InitOptions {
  readonly language: Language;
  readonly app?: string | undefined;
  readonly domain?: string | undefined;
  readonly name?: string | undefined;
  readonly print?: boolean | undefined;
  readonly config?: string | undefined;
  /** @defaultValue true */
  readonly model?: boolean | undefined;
  /** @defaultValue true */
  readonly doctor?: boolean | undefined;
  readonly scopes?: boolean | undefined;
  readonly proxy?: string | undefined;
}

const DEFAULT_FILE = "cardstream.json5";
/** Of a terminal that does not tell. */
const DEFAULT_COLUMNS = 80;

/** `cardstream init`: from nothing to a bot that can be started. Gives the exit code. */
export async function init(options: InitOptions, io: CliIo): Promise<number> {
  const { language } = options;
  const words = initStrings[language];
  if (options.scopes === true) {
    io.out(`${JSON.stringify(batchImportScopes(), undefined, 2)}\n`);
    return 0;
  }
  if (options.app !== undefined && !/^cli_\w+$/u.test(options.app)) {
    io.err(`${words.badApp}\n`);
    return 2;
  }
  const domain = options.domain ?? (io.env["FEISHU_DOMAIN"]?.trim() || undefined);
  for (const [name, value] of [
    ["--domain", ["feishu", "lark"].includes(domain ?? "feishu") ? undefined : domain],
    ["--proxy", options.proxy],
  ] as const) {
    if (value === undefined || /^https?:\/\/[^/]/u.test(value)) continue;
    io.err(`${words.badUrl(name)}\n`);
    return 2;
  }
  const path = resolve(io.cwd, options.config ?? DEFAULT_FILE);
  const there = appInFile(path);
  if (options.print !== true && there !== undefined && there !== options.app) {
    io.err(`${words.alreadyThere(path, there)}\n`);
    return 2;
  }
  const clock = createSystemClock();
  const stop = listenForStop(io);
  const { signal } = stop;
  let hasApp = false;
  try {
    const app = await register({ ...options, domain }, signal, io);
    hasApp = true;
    const { appId, domain: where } = app;
    io.err(`${options.app === undefined ? words.made(appId, where) : words.changed(appId, where)}\n`);
    if (there === undefined) {
      // Whoever leaves at the question about the model keeps the app.
      const asked = options.model === false ? undefined : chooseModel({ language, clock, signal }, io);
      const model = await asked?.catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
      await keep({ app, model: model ?? undefined, path, options }, io);
    }
    signal.throwIfAborted();
    await offerLarkCli(app, options, signal, io);
    const works =
      options.doctor === false || (await checkRegistered(app, { language, proxy: options.proxy, clock, signal }, io));
    io.err(`\n${words.done(startCommand(path, io))}\n`);
    return works ? 0 : 1;
  } catch (error) {
    if (signal.aborted) {
      if (!hasApp) io.err(`\n${words.cancelled}\n`);
      return signalCode[await stop.received];
    }
    if (!(error instanceof RegistrationError)) throw error;
    const why = error.code === "refused" ? ` (${error.message})` : "";
    io.err(`${words.failures[error.code].replace(/\n|$/u, `${why}$&`)}\n`);
    return 1;
  } finally {
    stop.dispose();
  }
}

/** The same app for documents, calendars and tasks, where their command line is installed and somebody can be asked. */
async function offerLarkCli(
  app: RegisteredApp,
  { language }: InitOptions,
  signal: AbortSignal,
  io: CliIo,
): Promise<void> {
  const words = larkCliStrings[language];
  if (!io.stdin.isTerminal || !["feishu", "lark"].includes(app.domain)) return;
  const version = await larkCliVersion(io.env);
  if (version === undefined) return;
  if (!/^(?:y|yes|是)$/iu.test(await io.stdin.line(words.offer(version), { hidden: false, signal }))) return;
  const why = await setUpLarkCli(app, io.env);
  io.err(`${why === undefined ? words.done : words.failed(why)}\n`);
}

/** Shows the code and waits for the person. */
async function register(options: InitOptions, signal: AbortSignal, io: CliIo): Promise<RegisteredApp> {
  const words = initStrings[options.language];
  const own = createOwnFetch({ proxy: options.proxy });
  try {
    return await registerApp({
      fetch: own.fetch,
      clock: createSystemClock(),
      signal,
      domain: options.domain,
      addons: wantedAddons,
      appId: options.app,
      name: options.name ?? "cardstream",
      description: words.appDescription,
      onLink: (link) => showLink(link, options, io),
      onReachable: (reachable) => io.err(`${reachable ? words.online : words.offline}\n`),
    });
  } finally {
    await own.destroy();
  }
}

function showLink({ url, expiresInMs }: RegistrationLink, { language }: InitOptions, io: CliIo): void {
  const words = initStrings[language];
  const code = io.errIsTerminal ? qrCode(url, io.columns ?? DEFAULT_COLUMNS) : undefined;
  if (code === undefined) io.err(`${io.errIsTerminal ? words.tooNarrow : words.noTerminal}\n`);
  else {
    io.err(`${words.scan(Math.round(expiresInMs / 60_000))}\n\n`);
    (io.drawErr ?? io.err)(code);
    io.err(`\n\n${words.openLink}\n`);
  }
  io.err(`  ${url}\n\n${words.waiting}\n`);
}

/** Writes the file, or prints the secrets where that is wanted or nothing else works: they are shown by Feishu only once. */
async function keep(
  {
    app,
    model,
    path,
    options,
  }: { app: RegisteredApp; model: ChosenModel | undefined; path: string; options: InitOptions },
  io: CliIo,
): Promise<void> {
  const words = initStrings[options.language];
  const print = (why: string): void => {
    io.err(`${why}\n`);
    io.out(exportLines(app, model, model && findPreset(model.provider)?.keyEnv));
  };
  if (options.print === true) {
    print(words.notWritten);
    return;
  }
  if (existsSync(path)) {
    print(words.fileExists(path));
    return;
  }
  try {
    await writeSecret(path, configText(app, model));
    io.err(`${words.written(path)}\n`);
    if (isInGit(path)) io.err(`${words.inGit}\n`);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    print(words.cannotWrite(path, code ?? message));
  }
}

/** The command that starts the bot, as this one was started. */
function startCommand(path: string, io: CliIo): string {
  const program = io.env["npm_command"] === "exec" ? "npx cardstream" : "cardstream";
  const isDefault = basename(path) === DEFAULT_FILE && dirname(path) === io.cwd;
  return `${program} start${isDefault ? "" : ` --config ${path}`}`;
}
