import type { CliStrings } from "./strings.ts";

const thousands = (value: number): string => Math.round(value).toLocaleString("en-US");

/** The command line in English. */
export const en: CliStrings = {
  help: {
    titles: {},
    intro: "Streams an AI assistant's words into Feishu and Lark cards, every word visible exactly once.",
    examples: [
      "Examples:",
      "  cardstream start",
      "      a local Feishu, a bot and a demo model, to try in a browser",
      '  cardstream start --once "what time is it?"',
      "      the same without a browser: prints the final card",
      "  OPENAI_API_KEY=… OPENAI_MODEL=… cardstream start",
      "      with a real model (any provider: see cardstream models --help)",
      "  FEISHU_APP_ID=… FEISHU_APP_SECRET=… cardstream start",
      "      in the real Feishu (LARK_… for Lark)",
      "",
      "Language: --lang zh, or LANG=zh_CN.UTF-8",
    ].join("\n"),
    optionHelp: "show this help",
    optionVersion: "show the version",
    optionLang: "language of this program",
    optionConfig: "config file, JSON5 (default: ./cardstream.json5 if it exists)",
    optionVerbose: "log what happens while replies stream",
    usageOptions: "[options]",
    usageCommand: "[command]",
    optionLog: "form of log lines: for people or for programs; default: text",
    helpCommand: "show the help of a command",
    versionCommand: "show the versions of this program, Node.js and the system",
    start: "run the bot: in a local Feishu, or in the real one when credentials are set",
    startMore: [
      "Without credentials a local Feishu (emulator) is started and the bot connects to it as to the real one.",
      "Without a model (OPENAI_API_KEY or a config file) a scripted demo model answers.",
      "",
      "Exit codes of --once: 0 all delivered, 1 the answer or its delivery is incomplete, 2 wrong settings, 130/143 stopped by a signal.",
    ].join("\n"),
    optionOnce: "say this to the bot, print the final card(s) and figures, and exit",
    optionPort: "port of the local page; 0 takes any free one (default: PORT of the environment, else 7337)",
    optionOpen: "open the page in the browser",
    emulator: "run only the local Feishu, for a bot of your own in any language",
    optionJson: "print addresses and keys as one line of JSON",
    optionTls: "serve https with a certificate made on the spot",
    optionState: "keep chats and cards in this file",
    optionWorld:
      "how the local Feishu works where Feishu's documents leave it open: name=answer,… or a file of cardstream probe",
    models: "check a model with one tiny request and explain what is wrong",
    argumentModel: "provider/model; the default model if left out",
    optionRecordAnswer: "keep the answer as it came over the wire in this file, keys taken out, for a bug report",
    modelsMore: (providers) =>
      [
        "The environment names a model by a key and a model name; the config file by agents.defaults.model and models.providers:",
        ...providers.map(({ name, keyEnv, modelEnv }) => `  ${name.padEnd(16)} ${keyEnv}, ${modelEnv}`),
        "Any other OpenAI-compatible server: OPENAI_BASE_URL with OPENAI_API_KEY and OPENAI_MODEL.",
      ].join("\n"),
  },
  banner: {
    page: "Local Feishu",
    feishu: "Feishu app",
    bot: "Bot",
    model: "Model",
    demoModel: "demo (scripted; for a real one set OPENAI_API_KEY and OPENAI_MODEL, or run cardstream init)",
    tryTitle: "Open the page and try:",
    tries: ["what time is it?", "think: why is the sky blue?", "write something long, then press Stop"],
    stop: "Ctrl-C ends it; replies under way get their final state first.",
    waiting: "Waiting for messages.",
    openTo: (accounts) =>
      `Everybody who can see the app may talk to the bot (${accounts.join(", ")}). To choose who: channels.feishu.allowFrom.`,
    portTaken: (port, other) => `Port ${port} is in use, so the page is on ${other}.`,
  },
  once: {
    progress: (shown, total, cards) => `${thousands(shown)}/${thousands(total)} characters visible, card ${cards}`,
    moved: (from, to) => `delivery goes on by ${to} instead of ${from}`,
    ledger: ({ delivered, total, cards, tier, calls, owed, firstGlyphMs }) =>
      `delivered ${thousands(delivered)}/${thousands(total)}, cards ${cards}, tier ${tier}, calls ${calls}, first glyph ${
        firstGlyphMs === undefined ? "never" : `${thousands(firstGlyphMs)} ms`
      }${owed.length === 0 ? "" : `, owed ${owed.length}`}`,
    ended: (code) => `The answer is incomplete: ${code}`,
    noAnswer: "The bot did not take up the message.",
    needsText: "--once needs something to say.",
    needsEmulator: "--once speaks as a person of the local Feishu; it cannot be used with real credentials.",
  },
  emulatorReady: {
    api: "API",
    page: "Page",
    app: "App",
    chat: "Chat",
    pointYourBot:
      "Point your bot at the API address instead of https://open.feishu.cn, with this app id and secret. For programs of cardstream:",
  },
  models: {
    none: "No model is configured. Set OPENAI_API_KEY (and OPENAI_BASE_URL, OPENAI_MODEL), or models.providers in the config file.",
    checking: (name) => `${name}: asking for one word …`,
    ok: (name, firstMs, totalMs) =>
      `${name}: works, first word after ${thousands(firstMs)} ms, done after ${thousands(totalMs)} ms`,
    failed: (name, why) => `${name}: does not work: ${why}`,
    why: ({ message }) => message,
    recorded: (file) => `the answer as it came is in ${file}; look through it before you give it away`,
    nothingRecorded: "nothing came that could be recorded",
    causes: {
      "header-timeout":
        "The address takes the request but does not answer. Is it the right host, and not behind a proxy you must set (models.providers.<name>.proxy)?",
      "first-event-timeout":
        "The provider accepted the request but sent nothing. The model may be loading or overloaded; try again.",
      "idle-timeout": "The provider stopped in the middle. Try again, or another model.",
      "connection-lost":
        "The connection could not be made or broke. Check the base URL, the network, and whether the server runs.",
      "not-sse":
        "The address answered with something else than a stream. Is the base URL right (it often ends in /v1)?",
      truncated: "The stream ended before the answer was complete. Something between here and the provider cuts it.",
    },
    otherCause: "See the message above; docs/en/how-to/choose-a-model.md lists the common causes.",
    reasons: {
      unauthorized: "The key was refused. Is it complete, for this provider, and not expired?",
      notFound: "The address or the model's name is unknown to the provider.",
      quota: "The provider says: too many requests, or the quota is used up.",
    },
    unknown: (name, names) => `There is no model ${name}. Known: ${names.join(", ")}`,
  },
  commands: {
    found: "The config file in this folder wants to start these commands:",
    ask: "Start them? [y/N] ",
    skipped: "They are not started. If the file is yours, name it: --config <file>",
  },
  errors: {
    config: (path) => `The settings${path === undefined ? "" : ` in ${path}`} cannot be used:`,
    configNotFound: (path) => `There is no config file ${path}.`,
    configIsFolder: (path) =>
      `${path} is a folder. Name the file in it, for example ${path.replace(/\/$/u, "")}/cardstream.json5.`,
    configUnreadable: (path, why) => `The config file ${path} cannot be read: ${why}`,
    modelBegun: (name) => `The demo model answers, because ${name} is missing:`,
    configFile: (path, origin) => `Settings: ${path}${origin === "found" ? " (found in this folder)" : ""}`,
    configWarnings: "Settings that do not do what they seem to:",
    unknownKeys: "Settings that are not known here and have no effect:",
    portInUse: (port) =>
      `Port ${port} is in use by another program. Choose another with --port, or --port 0 for any free one.`,
    portDenied: (port) => `Port ${port} may not be used without more rights. Choose one above 1023 with --port.`,
    stateFile: (file, reason, detail) =>
      ({
        "in-use": `The state file ${file} is in use by another emulator: ${detail}. Stop that one, or name another file with --state.`,
        unreadable: `The state file ${file} cannot be read: ${detail}. Name another file with --state, or move this one away.`,
        unwritable: `The state file ${file} cannot be written: ${detail}`,
      })[reason],
    connect: (account, why) => `Account ${account} could not be connected: ${why}`,
    mcp: (server, why) => `MCP server ${server} cannot be used, its tools are left out: ${why}`,
    badAppId: "the app id must be cli_ and 16 characters; copy it from the developer console, Credentials & Basic Info",
    badPort: "--port takes a number from 0 to 65535.",
    unexpected: "Something unexpected went wrong:",
    interrupted: "Ending; replies under way get their final state.",
  },
  journal: { closed: (count) => `${count} card(s) left open by an earlier run were closed as interrupted.` },
};
