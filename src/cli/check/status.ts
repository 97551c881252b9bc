import { existsSync } from "node:fs";
import { openQuota } from "../../../extensions/feishu/index.ts";
import type { QuotaSettings } from "../../../extensions/feishu/index.ts";
import { readCards, readView } from "../../feed/index.ts";
import { TurnNotes } from "../../host/index.ts";
import { silentLogger } from "../../log/index.ts";
import type { Language } from "../../plugin-sdk/index.ts";
import { describeAddress, isProcessBook, openRedisState, readBook, SharedStateError } from "../../shared/index.ts";
import type { BudgetInfo, Notes, ProcessInfo, SharedState } from "../../shared/index.ts";
import { createSystemClock, sleep } from "../../time/index.ts";
import { describeFailure } from "../terminal/describe-failure.ts";
import type { CliIo } from "../terminal/io.ts";
import { readSettings } from "../settings/settings.ts";
import type { Settings } from "../settings/settings.ts";
import { chatSdkScope, gatewayScope, libraryScope, mcpScope, openclawScope } from "../settings/shared-settings.ts";
import type { SharedSettings } from "../settings/shared-settings.ts";
import { listenForStop } from "../terminal/stop-on-signal.ts";
import { formatStatus } from "./format-status.ts";
import { accountStrings } from "../strings/account.ts";
import { statusStrings } from "../strings/status.ts";

/** Options of `cardstream status`. */
export interface StatusOptions {
  readonly language: Language;
  readonly json?: boolean | undefined;
  readonly watch?: boolean | undefined;
  readonly config?: string | undefined;
  /** @defaultValue all accounts */
  readonly account?: string | undefined;
}

/** Processes of one kind take over from each other, and not from others. */
export type Part = "bot" | "gateway" | "mcp" | "library" | "openclaw" | "chat-sdk";

/** What a chat, or a stream of a gateway, is doing. */
export interface ChatStatus {
  readonly chat: string;
  /** Entries in its queue, the one that is dealt with too. */
  readonly waiting: number;
  /** Characters of what is being written; undefined when nothing is. */
  readonly chars: number | undefined;
  /** Characters of it that people can see, where that is known. */
  readonly visible: number | undefined;
  /** Cards that have no final state. */
  readonly open: number;
  /** Cards of something that has ended, and that could not be closed yet. */
  readonly owed: number;
}

/** A process, as the shared state has it. */
export interface ProcessStatus {
  readonly session: string;
  readonly process: ProcessInfo | undefined;
  readonly expiresInMs: number | undefined;
  readonly chats: readonly ChatStatus[];
}

/** Calls of a month, as far as this machine knows, and what they may be. */
export interface QuotaStatus {
  readonly used: number;
  readonly monthlyCalls: number;
}

/** All that is shared of one app. */
export interface AppStatus {
  readonly account: string;
  readonly appId: string;
  readonly redis: string;
  readonly parts: Readonly<Record<Part, readonly ProcessStatus[]>>;
  /** Feishu's rate limits, by API, of those that were called in the last ten minutes. */
  readonly limits: readonly BudgetInfo[];
  /** Undefined when no budget is configured. */
  readonly quota: QuotaStatus | undefined;
}

const WATCH_MS = 2_000;

/** `cardstream status`: what processes have written down for each other. Gives the exit code. */
export async function status(options: StatusOptions, io: CliIo): Promise<number> {
  const { language } = options;
  const words = statusStrings[language];
  const settings = readSettings(options, io);
  if (settings === undefined) return 2;
  const accounts = accountsOf(settings, options, io);
  if (accounts === undefined) return 2;
  const { shared } = settings;
  if (shared === undefined) {
    io.err(`${words.notShared}\n    → ${words.notSharedFix}\n`);
    return 2;
  }
  const clock = createSystemClock();
  const stop = listenForStop(io);
  try {
    for (;;) {
      const code = await showOnce(accounts, shared, { ...options, stateDir: settings.stateDir }, io);
      if (options.watch !== true) return code;
      await sleep(clock, WATCH_MS, stop.signal).catch(() => {});
      if (stop.signal.aborted) return 0;
    }
  } finally {
    stop.dispose();
  }
}

/** @returns the exit code */
async function showOnce(
  accounts: Settings["accounts"],
  shared: SharedSettings,
  { language, json, watch, stateDir }: StatusOptions & { readonly stateDir: string },
  io: CliIo,
): Promise<number> {
  try {
    const apps: AppStatus[] = [];
    for (const account of accounts) apps.push(await examine(shared, account, stateDir));
    const at = createSystemClock().wallNow();
    if (json === true) io.out(`${JSON.stringify({ at, apps }, undefined, watch === true ? undefined : 2)}\n`);
    else io.out(`${watch === true ? `${new Date(at).toISOString()}\n` : ""}${formatStatus(apps, at, language)}`);
    return 0;
  } catch (error) {
    if (!(error instanceof SharedStateError)) throw error;
    io.err(`${describeFailure(error, language)}\n`);
    return 1;
  }
}

function accountsOf(
  { accounts }: Settings,
  { account, language }: StatusOptions,
  io: CliIo,
): Settings["accounts"] | undefined {
  const words = accountStrings[language];
  const chosen = account === undefined ? accounts : accounts.filter(({ id }) => id === account);
  if (chosen.length > 0) return chosen;
  const isNone = account === undefined || accounts.length === 0;
  io.err(`${isNone ? words.none : words.unknown(account, accounts.map(({ id }) => id).join(", "))}\n`);
  return undefined;
}

async function examine(
  shared: SharedSettings,
  { id: account, appId, config }: Settings["accounts"][number],
  stateDir: string,
): Promise<AppStatus> {
  const read = (scope: string): Promise<readonly ProcessStatus[]> => within(shared, scope, examinePart);
  return {
    account,
    appId,
    redis: describeAddress(shared.address),
    parts: {
      bot: await read(appId),
      gateway: await read(gatewayScope(appId)),
      mcp: await read(mcpScope(appId)),
      library: await read(libraryScope(appId)),
      openclaw: await read(openclawScope(appId)),
      "chat-sdk": await read(chatSdkScope(appId)),
    },
    limits: await within(shared, appId, (state) => state.budgets()),
    quota: readQuota(config.quota, appId, stateDir),
  };
}

function readQuota(settings: QuotaSettings | undefined, appId: string, folder: string): QuotaStatus | undefined {
  // Looking makes no folder.
  const stateDir = existsSync(folder) ? folder : undefined;
  const quota = openQuota(settings, { appId, stateDir, clock: createSystemClock(), logger: silentLogger });
  if (quota === undefined) return undefined;
  const { used, monthlyCalls } = quota;
  quota.close();
  return { used, monthlyCalls };
}

async function within<T>(shared: SharedSettings, scope: string, work: (state: SharedState) => Promise<T>): Promise<T> {
  const state = await openRedisState({ ...shared, scope, clock: createSystemClock(), logger: silentLogger });
  try {
    return await work(state);
  } finally {
    await state.close();
  }
}

async function examinePart(state: SharedState): Promise<readonly ProcessStatus[]> {
  const sessions = await state.sessions();
  return Promise.all(
    sessions.map(async ({ chats, ...session }) => ({
      ...session,
      chats: await Promise.all(chats.map((chat) => examineChat(state, chat))),
    })),
  );
}

async function examineChat(
  state: SharedState,
  { chat, waiting }: { readonly chat: string; readonly waiting: number },
): Promise<ChatStatus> {
  const notes = await state.notes(chat);
  if (isProcessBook(chat)) return { chat, waiting, ...openIn(notes) };
  return { chat, waiting, ...(streamIn(notes, await state.logLength(chat)) ?? turnsIn(notes)) };
}

type Written = Pick<ChatStatus, "chars" | "visible" | "open" | "owed">;

/** A stream of a gateway or an MCP server. */
function streamIn(notes: Notes, chars: number | undefined): Written | undefined {
  const view = readView(notes);
  if (view === undefined) return undefined;
  const open = readCards(notes).filter(({ isOpen }) => isOpen).length;
  const hasEnded = view.result !== undefined;
  return { chars, visible: view.acknowledged, open: hasEnded ? 0 : open, owed: hasEnded ? open : 0 };
}

/** What a process has open, where that is written down by process. */
function openIn(notes: Notes): Written {
  // Written by `AppProcess.follow`.
  const cards = Object.values(readBook(notes)).map((card) => JSON.parse(card) as { readonly remainder?: string });
  const owed = cards.filter(({ remainder }) => remainder !== undefined).length;
  return { chars: undefined, visible: undefined, open: cards.length - owed, owed };
}

/** The answers of a bot. */
function turnsIn(notes: Notes): Written {
  const turns = TurnNotes.readAll(notes);
  const cards = (hasEnded: boolean): number =>
    turns
      .filter(({ end }) => (end !== undefined) === hasEnded)
      .reduce((sum, turn) => sum + turn.cards.filter(({ isOpen }) => isOpen).length, 0);
  const chars = turns.length === 0 ? undefined : turns.reduce((sum, { text }) => sum + text.length, 0);
  return { chars, visible: undefined, open: cards(false), owed: cards(true) };
}
