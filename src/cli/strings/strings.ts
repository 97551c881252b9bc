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
    readonly start: string;
    readonly startMore: string;
    readonly optionOnce: string;
    readonly optionPort: string;
    readonly optionOpen: string;
    readonly emulator: string;
    readonly optionJson: string;
    readonly optionTls: string;
    readonly optionState: string;
    readonly models: string;
    readonly argumentModel: string;
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
    readonly pointYourBot: string;
  };
  readonly models: {
    readonly none: string;
    checking(name: string): string;
    ok(name: string, firstMs: number, totalMs: number): string;
    failed(name: string, message: string): string;
    readonly causes: Readonly<Record<string, string>>;
    readonly otherCause: string;
    readonly reasons: { readonly unauthorized: string; readonly notFound: string; readonly quota: string };
    unknown(name: string, names: readonly string[]): string;
  };
  readonly errors: {
    readonly config: string;
    configNotFound(path: string): string;
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
  readonly firstGlyphMs: number | undefined;
}
