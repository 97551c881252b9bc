import type { Effects, HostTraits } from "./host-traits.ts";

/** What an account needs only where Feishu calls it. */
const WEBHOOK_ONLY: readonly string[] = [
  "webhookPath",
  "webhookHost",
  "webhookPort",
  "encryptKey",
  "verificationToken",
];

/** Paths of settings under `channels.feishu` that have no effect with this host, in the order they are written. */
export function findIgnoredKeys(section: object, { effects }: Pick<HostTraits, "effects">): readonly string[] {
  const idle = new Set(findIdleWebhookKeys(section));
  return paths(section, "channels.feishu", (path, known) => !known || idle.has(path), effects);
}

/** Paths of all settings for which `isMeant`. */
function paths(
  section: object,
  at: string,
  isMeant: (path: string, known: boolean) => boolean,
  effects: Effects,
): string[] {
  return Object.entries(section).flatMap(([key, value]: [string, unknown]) => {
    if (value === undefined) return [];
    const path = `${at}.${key}`;
    const inside = effectsOf(effects, key);
    if (isMeant(path, inside !== undefined)) return [path];
    return isRecord(value) && inside !== undefined && inside !== true ? paths(value, path, isMeant, inside) : [];
  });
}

function effectsOf(effects: Effects, key: string): Effects | undefined {
  if (effects === true) return true;
  if (Object.hasOwn(effects, key)) return effects[key];
  return Object.hasOwn(effects, "*") ? effects["*"] : undefined;
}

/** Settings of the webhook at a level where no account is called by one. */
function findIdleWebhookKeys(section: object): string[] {
  const { accounts, connectionMode }: { accounts?: unknown; connectionMode?: unknown } = section;
  const modes = isRecord(accounts)
    ? Object.entries(accounts).map(([id, account]) => ({
        at: `channels.feishu.accounts.${id}`,
        mode: (isRecord(account) ? account["connectionMode"] : undefined) ?? connectionMode,
      }))
    : [];
  const top = { at: "channels.feishu", mode: [connectionMode, ...modes.map(({ mode }) => mode)] };
  return [top, ...modes]
    .filter(({ mode }) => ![mode].flat().includes("webhook"))
    .flatMap(({ at }) => WEBHOOK_ONLY.map((key) => `${at}.${key}`));
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
