/** Everything the command line says, in one language. */
export interface CliStrings {
  readonly help: {
    readonly titles: Readonly<Record<string, string>>;
    readonly intro: string;
    readonly examples: string;
    readonly optionHelp: string;
    readonly optionVersion: string;
    readonly optionLang: string;
    readonly optionConfig: string;
    readonly optionVerbose: string;
    readonly optionLog: string;
    readonly usageOptions: string;
    readonly usageCommand: string;
    readonly helpCommand: string;
    readonly versionCommand: string;
    readonly start: string;
    readonly startMore: string;
    readonly optionOnce: string;
    readonly optionPort: string;
    readonly optionOpen: string;
    readonly emulator: string;
    readonly optionJson: string;
    readonly optionTls: string;
    readonly optionState: string;
    readonly optionWorld: string;
    readonly models: string;
    readonly argumentModel: string;
    readonly optionRecordAnswer: string;
    modelsMore(providers: readonly { name: string; keyEnv: string; modelEnv: string }[]): string;
  };
  readonly banner: {
    readonly page: string;
    readonly feishu: string;
    readonly bot: string;
    readonly model: string;
    readonly demoModel: string;
    readonly tryTitle: string;
    readonly tries: readonly string[];
    readonly stop: string;
    readonly waiting: string;
    openTo(accounts: readonly string[]): string;
    portTaken(port: number, other: number): string;
  };
  readonly once: {
    progress(shown: number, total: number, cards: number): string;
    moved(from: string, to: string): string;
    ledger(figures: LedgerFigures): string;
    ended(code: string): string;
    readonly noAnswer: string;
    readonly needsEmulator: string;
    readonly needsText: string;
  };
  readonly emulatorReady: {
    readonly api: string;
    readonly page: string;
    readonly app: string;
    readonly chat: string;
    readonly pointYourBot: string;
  };
  readonly models: {
    readonly none: string;
    checking(name: string): string;
    ok(name: string, firstMs: number, totalMs: number): string;
    failed(name: string, why: string): string;
    /** What happened, for an error's code; the English message is known already. */
    why(failure: { readonly code: string; readonly message: string; readonly details: readonly string[] }): string;
    recorded(file: string): string;
    readonly nothingRecorded: string;
    readonly causes: Readonly<Record<string, string>>;
    readonly otherCause: string;
    readonly reasons: { readonly unauthorized: string; readonly notFound: string; readonly quota: string };
    unknown(name: string, names: readonly string[]): string;
  };
  /** About commands of a config file that nobody named. */
  readonly commands: { readonly found: string; readonly ask: string; readonly skipped: string };
  readonly errors: {
    /** Before the list of what is wrong; with the file when it is one. */
    readonly config: (path?: string) => string;
    configNotFound(path: string): string;
    configIsFolder(path: string): string;
    configUnreadable(path: string, why: string): string;
    modelBegun(name: string): string;
    configFile(path: string, origin: "named" | "found"): string;
    readonly configWarnings: string;
    readonly unknownKeys: string;
    portInUse(port: number): string;
    portDenied(port: number): string;
    stateFile(file: string, reason: "in-use" | "unreadable" | "unwritable", detail: string): string;
    connect(account: string, why: string): string;
    mcp(server: string, why: string): string;
    readonly badAppId: string;
    readonly badPort: string;
    readonly unexpected: string;
    readonly interrupted: string;
  };
  readonly journal: { closed(count: number): string };
}

/** The figures of one reply's delivery, as numbers are written. */
interface LedgerFigures {
  readonly delivered: number;
  readonly total: number;
  readonly cards: number;
  readonly tier: string;
  readonly calls: number;
  /** Cards that could not be closed. */
  readonly owed: readonly unknown[];
  readonly firstGlyphMs: number | undefined;
}
