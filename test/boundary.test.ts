import { readFileSync, globSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { describe, expect, it } from "vitest";

/**
 * Who may import whom (docs/decisions/0001-layers.md). Keys and values are folder names below `src/`, or `extension` for
 * `extensions/feishu`, `chat-sdk` for `extensions/chat-sdk`. A folder always may import itself.
 */
const MAY_IMPORT: Record<string, readonly string[]> = {
  runtime: [],
  time: [],
  text: [],
  log: [],
  "http-guard": [],
  "provider-wire": [],
  stream: ["text", "time", "log"],
  feed: ["shared", "provider-wire", "stream", "text", "time", "log"],
  metrics: ["stream", "time", "log"],
  llm: ["runtime", "provider-wire", "stream", "text", "time", "log"],
  "plugin-sdk": ["stream", "text", "time", "log"],
  shared: ["time", "log"],
  emulator: ["runtime", "http-guard", "time", "log"],
  record: ["http-guard", "emulator", "time", "log"],
  probe: ["emulator", "time"],
  host: ["shared", "plugin-sdk", "provider-wire", "stream", "llm", "text", "time", "log"],
  gateway: [
    "shared",
    "http-guard",
    "plugin-sdk",
    "feed",
    "provider-wire",
    "metrics",
    "stream",
    "llm",
    "text",
    "time",
    "log",
  ],
  mcp: ["http-guard", "plugin-sdk", "feed", "provider-wire", "metrics", "stream", "llm", "text", "time", "log"],
  extension: [
    "shared",
    "runtime",
    "http-guard",
    "plugin-sdk",
    "feed",
    "provider-wire",
    "metrics",
    "stream",
    "text",
    "time",
    "log",
  ],
  "chat-sdk": ["runtime", "extension", "plugin-sdk", "stream", "time", "log"],
  cli: [
    "shared",
    "http-guard",
    "plugin-sdk",
    "stream",
    "llm",
    "text",
    "time",
    "log",
    "host",
    "gateway",
    "mcp",
    "feed",
    "provider-wire",
    "metrics",
    "emulator",
    "record",
    "probe",
    "extension",
  ],
};

/**
 * Who may import whom inside the extension (ARCHITECTURE.md, "Rooms of the extension"), lowest first. `send` is `send.ts` with its
 * folder, `reply` is `reply-dispatcher.ts`, `app` every other file beside the folders; the entry, `index.ts`, names them all.
 */
const MAY_IMPORT_IN_EXTENSION: Record<string, readonly string[]> = {
  client: [],
  dialect: [],
  card: ["client", "dialect"],
  "known-world": [],
  quota: ["client"],
  images: ["client"],
  registration: ["client"],
  send: ["client", "dialect", "card"],
  inbound: ["client", "send"],
  config: ["inbound", "images"],
  delivery: ["client", "card", "dialect", "known-world", "quota", "images", "send"],
  reply: ["client", "card", "dialect", "quota", "images", "send", "delivery"],
  doctor: ["client", "card", "send", "delivery", "reply"],
  app: [
    "client",
    "card",
    "dialect",
    "known-world",
    "quota",
    "images",
    "send",
    "inbound",
    "config",
    "delivery",
    "reply",
  ],
  tools: ["client", "card", "dialect", "images", "send", "delivery", "reply"],
  bot: ["client", "card", "send", "inbound", "config", "delivery", "reply", "app"],
  openclaw: [
    "client",
    "card",
    "dialect",
    "known-world",
    "quota",
    "images",
    "registration",
    "send",
    "inbound",
    "config",
    "delivery",
    "reply",
    "doctor",
    "app",
  ],
  scripts: ["client", "delivery", "tools", "openclaw"],
};

/** The same for the rooms of the OpenClaw plugin; the files beside them put the plugin together. */
const MAY_IMPORT_IN_PLUGIN: Record<string, readonly string[]> = {
  host: [],
  account: ["host"],
  outbound: ["host", "account"],
  turn: ["host", "account", "outbound"],
  setup: ["host", "account"],
};

/** The same for the rooms of the command line, lowest first; the files beside them make one program of the commands. */
const MAY_IMPORT_IN_CLI: Record<string, readonly string[]> = {
  strings: [],
  terminal: ["strings"],
  settings: ["strings", "terminal"],
  models: ["strings", "terminal", "settings"],
  emulator: ["strings", "terminal"],
  account: ["strings", "terminal", "settings", "emulator"],
  start: ["strings", "terminal", "settings", "models", "account"],
  send: ["strings", "terminal", "account"],
  record: ["strings", "terminal", "settings", "account", "emulator"],
  serve: ["strings", "terminal", "settings", "account"],
  check: ["strings", "terminal", "settings", "account", "models"],
  init: ["strings", "terminal", "settings", "models", "check"],
};

const ROOT = normalize(join(import.meta.dirname, ".."));
const IMPORT = /(?:^|\n)\s*(?:import|export)\s[^;'"]*?from\s*["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)/gu;

/** Scripts that write the plugin's files. */
const MAY_USE_PLUGIN = /^extensions\/feishu\/scripts\//u;

function layerOf(path: string): string | undefined {
  const parts = relative(ROOT, path).split("/");
  if (parts[0] === "extensions") return parts[1] === "feishu" ? "extension" : parts[1];
  return parts[0] === "src" ? parts[1] : undefined;
}

const EXTENSION = "extensions/feishu/";

/** The room of a file of the extension. */
function roomOf(path: string): string {
  const [first = "", ...more] = relative(ROOT, path).slice(EXTENSION.length).split("/");
  if (more.length > 0) return first;
  return { "send.ts": "send", "reply-dispatcher.ts": "reply" }[first] ?? "app";
}

/** The rule that an import within the extension breaks, or undefined. */
function violationInside(file: string, target: string): string | undefined {
  if (relative(ROOT, file) === `${EXTENSION}index.ts`) return undefined;
  const [from, to] = [roomOf(file), roomOf(target)];
  if (from === to) return from === "openclaw" ? violationInRooms(PLUGIN, file, target) : undefined;
  const allowed = MAY_IMPORT_IN_EXTENSION[from];
  if (allowed === undefined) return `room ${from} has no rule: add it to MAY_IMPORT_IN_EXTENSION`;
  if (!allowed.includes(to)) return `in the extension ${from} may not import ${to}`;
  const isDoor = /\/(?:index|send|reply-dispatcher)\.ts$/u.test(target) || to === "app" || to === "openclaw";
  return isDoor ? undefined : `import ${to} by its index.ts`;
}

/** What lies in rooms with rules of their own and is put together by the files beside those rooms. */
interface Rooms {
  readonly folder: string;
  readonly name: string;
  readonly mayImport: Record<string, readonly string[]>;
  readonly list: string;
}

const PLUGIN: Rooms = {
  folder: `${EXTENSION}openclaw/`,
  name: "plugin",
  mayImport: MAY_IMPORT_IN_PLUGIN,
  list: "MAY_IMPORT_IN_PLUGIN",
};
const CLI: Rooms = {
  folder: "src/cli/",
  name: "command line",
  mayImport: MAY_IMPORT_IN_CLI,
  list: "MAY_IMPORT_IN_CLI",
};

function violationInRooms({ folder, name, mayImport, list }: Rooms, file: string, target: string): string | undefined {
  const [from, to] = [file, target].map((path) => {
    const parts = relative(ROOT, path).slice(folder.length).split("/");
    return parts.length > 1 ? parts[0] : undefined;
  });
  if (from === undefined || from === to) return undefined;
  if (to === undefined) return `rooms of the ${name} may not import what puts them together`;
  const allowed = mayImport[from];
  if (allowed === undefined) return `room ${folder}${from} has no rule: add it to ${list}`;
  return allowed.includes(to) ? undefined : `in the ${name} ${from} may not import ${to}`;
}

/** The rule that one import breaks, or undefined. */
function violation(file: string, specifier: string): string | undefined {
  const from = layerOf(file);
  if (from === undefined) return undefined;
  const inOpenclaw = relative(ROOT, file).startsWith("extensions/feishu/openclaw/");
  if (/^openclaw(\/|$)/u.test(specifier))
    return inOpenclaw ? undefined : "only extensions/feishu/openclaw may import openclaw";
  if (!specifier.startsWith(".")) return undefined;
  const target = normalize(join(dirname(file), specifier));
  const to = layerOf(target);
  if (to === undefined) return "sources may import only sources";
  if (!inOpenclaw && relative(ROOT, target).startsWith("extensions/feishu/openclaw/"))
    return MAY_USE_PLUGIN.test(relative(ROOT, file))
      ? undefined
      : "only the plugin may import extensions/feishu/openclaw";
  if (to === from) {
    if (from === "cli") return violationInRooms(CLI, file, target);
    return from === "extension" ? violationInside(file, target) : undefined;
  }
  const allowed = MAY_IMPORT[from];
  if (allowed === undefined) return `folder src/${from} has no rule: add it to MAY_IMPORT`;
  if (!allowed.includes(to)) return `${from} may not import ${to}`;
  // What another adapter is made of: the parts that lie beside the extension's own entries.
  const openTo =
    from === "chat-sdk"
      ? /\/extensions\/feishu\/[\w-]+\.ts$/u
      : /\/extensions\/feishu\/(?:send|reply-dispatcher)\.ts$/u;
  const isIndex = target.endsWith("/index.ts") || openTo.test(target);
  return isIndex ? undefined : `import ${to} by its index.ts`;
}

describe("folders", () => {
  it("import only what their layer may import, by its index", () => {
    const broken: string[] = [];
    for (const file of globSync(["src/**/*.ts", "extensions/**/*.ts"], { cwd: ROOT })) {
      if (/(^|\/)(dist|node_modules)\//u.test(file)) continue;
      const text = readFileSync(join(ROOT, file), "utf8");
      for (const match of text.matchAll(IMPORT)) {
        const rule = violation(join(ROOT, file), match[1] ?? match[2] ?? "");
        if (rule === undefined) continue;
        const line = text.slice(0, (match.index ?? 0) + match[0].length).split("\n").length;
        broken.push(`${file}:${line}: ${rule}`);
      }
    }
    expect(broken).toEqual([]);
  });

  it("has a rule that can fail", () => {
    expect(violation(join(ROOT, "src/stream/x.ts"), "../host/index.ts")).toBe("stream may not import host");
    expect(violation(join(ROOT, "src/host/x.ts"), "openclaw/plugin-sdk/core")).toMatch(/only extensions/u);
    expect(violation(join(ROOT, "extensions/feishu/x.ts"), "./openclaw/target.ts")).toMatch(/only the plugin/u);
    const inside = (file: string, specifier: string) => violation(join(ROOT, EXTENSION, file), specifier);
    expect(inside("client/x.ts", "../send.ts")).toBe("in the extension client may not import send");
    expect(inside("new/x.ts", "../send.ts")).toMatch(/has no rule/u);
    expect(inside("delivery/x.ts", "../client/fetch.ts")).toBe("import client by its index.ts");
    expect(inside("delivery/x.ts", "../client/index.ts")).toBeUndefined();
    expect(inside("openclaw/host/x.ts", "../turn/x.ts")).toBe("in the plugin host may not import turn");
    expect(inside("openclaw/turn/x.ts", "../plugin.ts")).toMatch(/puts them together/u);
    expect(inside("openclaw/plugin.ts", "./turn/x.ts")).toBeUndefined();
    expect(violation(join(ROOT, "src/cli/send/x.ts"), "../start/x.ts")).toBe(
      "in the command line send may not import start",
    );
    expect(violation(join(ROOT, "src/cli/new/x.ts"), "../send/x.ts")).toMatch(/src\/cli\/new has no rule/u);
    expect(violation(join(ROOT, "src/cli/send/x.ts"), "../program.ts")).toMatch(/puts them together/u);
    expect(violation(join(ROOT, "src/cli/program.ts"), "./send/x.ts")).toBeUndefined();
    expect(violation(join(ROOT, "src/host/x.ts"), "../stream/ledger.ts")).toBe("import stream by its index.ts");
  });
});

describe("one way in (docs/decisions/0009-one-way-in.md)", () => {
  it("bots of createBot and of the embedded host are put together in one place", () => {
    const parts =
      /\bnew (?:BotTransport|Intake|QuestionQueue|ButtonSeal)\b|(?<!function )\b(?:journalCards|createFeishuInstance)\(/u;
    const files = globSync(["src/host/**/*.ts", "extensions/feishu/*.ts", "extensions/feishu/bot/**/*.ts"], {
      cwd: ROOT,
    });
    const makers = files.filter((file) => parts.test(readFileSync(join(ROOT, file), "utf8")));
    expect(makers).toEqual(["extensions/feishu/bot-core.ts"]);
    const faces = files.filter((file) => /\bnew BotCore\b/u.test(readFileSync(join(ROOT, file), "utf8")));
    expect(faces.toSorted()).toEqual(["extensions/feishu/bot/bot-work.ts", "extensions/feishu/channel.ts"]);
  });
});
