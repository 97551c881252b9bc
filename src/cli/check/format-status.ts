import type { Language } from "../../plugin-sdk/index.ts";
import { isProcessBook } from "../../shared/index.ts";
import type { BudgetInfo } from "../../shared/index.ts";
import type { AppStatus, ChatStatus, Part, ProcessStatus } from "./status.ts";
import { statusStrings } from "../strings/status.ts";
import { printable } from "../terminal/terminal-text.ts";

/** Chats of a process that are named one by one. */
const NAMED = 20;
const PARTS: readonly Part[] = ["bot", "gateway", "mcp"];
/** Named only where there are any. */
const MORE_PARTS: readonly Part[] = ["library", "openclaw", "chat-sdk"];

/** What `cardstream status` shows people. @param at wall-clock ms */
export function formatStatus(apps: readonly AppStatus[], at: number, language: Language): string {
  const words = statusStrings[language];
  const lines = apps.flatMap(({ account, appId, redis, parts, limits, quota }) => [
    words.app(printable(account), printable(appId), redis),
    ...[...PARTS, ...MORE_PARTS.filter((part) => parts[part].length > 0)].flatMap((part) => {
      const processes = parts[part];
      const head = `  ${words.parts[part]}`;
      if (processes.length === 0) return [`${head}${words.colon}${words.none}`];
      return [
        `${head}${words.colon}${processes.length}`,
        ...processes.flatMap((process) => formatProcess(process, at, language)),
      ];
    }),
    ...(limits.length === 0 ? [] : [`  ${words.limits}`, ...limits.map((limit) => formatLimit(limit, language))]),
    ...(quota === undefined ? [] : [`  ${words.quota(quota.used, quota.monthlyCalls)}`]),
  ]);
  return `${lines.join("\n")}\n`;
}

/** The bucket that is emptiest is the one that holds calls back. */
function formatLimit({ name, buckets, waiting }: BudgetInfo, language: Language): string {
  const words = statusStrings[language];
  const [scarcest] = buckets.toSorted((one, other) => one.left / one.burst - other.left / other.burst);
  const { left = 0, burst = 0 } = scarcest ?? {};
  const perSecond = Math.min(...buckets.map((bucket) => bucket.perSecond));
  const free = words.free(left, Math.floor(burst), perSecond);
  return `    ${printable(name.replace(/^api:/u, ""))}  ${free}${words.comma}${words.calling(waiting)}`;
}

function formatProcess(
  { session, process, expiresInMs, chats }: ProcessStatus,
  at: number,
  language: Language,
): string[] {
  const words = statusStrings[language];
  const name =
    process === undefined
      ? words.unnamed(session)
      : words.process(
          printable(process.host),
          process.pid,
          printable(process.version),
          words.lasting(Math.max(0, (at - process.startedAt) / 1_000)),
        );
  const life =
    expiresInMs === undefined
      ? words.gone
      : expiresInMs >= 0
        ? words.alive(Math.ceil(expiresInMs / 1_000))
        : words.late(Math.ceil(-expiresInMs / 1_000));
  const named = chats.slice(0, NAMED).map((chat) => `      ${formatChat(chat, language)}`);
  const rest = chats.length > NAMED ? [`      ${words.more(chats.length - NAMED)}`] : [];
  return [
    `    ${name}${words.colon}${life}${chats.length === 0 ? `${words.semicolon}${words.idle}` : ""}`,
    ...named,
    ...rest,
  ];
}

function formatChat({ chat, waiting, chars, visible, open, owed }: ChatStatus, language: Language): string {
  const words = statusStrings[language];
  const isBook = isProcessBook(chat);
  const facts = [
    ...(isBook ? [] : [words.waiting(waiting)]),
    ...(chars === undefined ? [] : [words.text(chars, visible)]),
    ...(open > 0 ? [words.open(open)] : []),
    ...(owed > 0 ? [words.owed(owed)] : []),
  ];
  return `${isBook ? words.book : printable(chat)}  ${facts.length === 0 ? words.none : facts.join(words.comma)}`;
}
