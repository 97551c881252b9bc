import { silentLogger } from "../../../src/log/index.ts";
import { isCommandName, readSlashCommand } from "../../../src/plugin-sdk/index.ts";
import type { BotHandlers, BotMiddleware, CommandHandler, CommandOptions } from "./events.ts";
import type { BotErrorContext, BotOptions } from "./options.ts";

type Kind = keyof BotHandlers<unknown>;

const KINDS: readonly string[] = [
  "message",
  "press",
  "reaction",
  "joined",
  "left",
  "recalled",
  "answered",
  "feedback",
] satisfies Kind[];

/** A command as it was added. */
interface KnownCommand<Value> extends CommandOptions {
  readonly handle: CommandHandler<Value>;
}

/** Everything that was handed to `on`, `command` and `use`. */
export class HandlerBook<Value> {
  readonly middleware: BotMiddleware<Value>[] = [];
  readonly #handlers = new Map<Kind, BotHandlers<Value>[Kind][]>();
  readonly #commands = new Map<string, KnownCommand<Value>>();
  readonly #options: BotOptions;

  constructor(options: BotOptions) {
    this.#options = options;
  }

  /** @throws TypeError for an event that does not exist */
  on<K extends Kind>(kind: K, handler: BotHandlers<Value>[K]): void {
    if (!KINDS.includes(kind)) throw new TypeError(`there is no event ${kind}; there are ${KINDS.join(", ")}`);
    this.#handlers.set(kind, [...(this.#handlers.get(kind) ?? []), handler]);
  }

  /** @throws TypeError for a name that nobody could write, or that is taken */
  command(name: string, handle: CommandHandler<Value>, options: CommandOptions = {}): void {
    const known = name.toLowerCase();
    if (!isCommandName(name)) throw new TypeError(`command ${JSON.stringify(name)}: a name has no slash and no blanks`);
    if (this.#commands.has(known)) throw new TypeError(`there is a command ${known} already`);
    this.#commands.set(known, { ...options, handle });
  }

  of<K extends Kind>(kind: K): readonly BotHandlers<Value>[K][] {
    // `on` puts handlers of a kind under that kind alone.
    return (this.#handlers.get(kind) ?? []) as BotHandlers<Value>[K][];
  }

  /** The command that a text is; undefined for what is no command of this bot, such as `/etc/hosts?`. */
  findCommand(text: string): (KnownCommand<Value> & { name: string; args: string }) | undefined {
    const command = readSlashCommand(text);
    const known = command && this.#commands.get(command.name);
    return known && { ...command, ...known };
  }

  /** Runs what answers nobody; what it throws is told and goes no further. */
  async tell<K extends Kind>(
    kind: K,
    run: (handler: BotHandlers<Value>[K]) => unknown,
    chatId?: string,
  ): Promise<void> {
    for (const handler of this.of(kind)) {
      try {
        await run(handler);
      } catch (error) {
        this.failed(error, { during: kind, chatId });
      }
    }
  }

  /** Tells that a handler failed. */
  failed(error: unknown, context: BotErrorContext): void {
    const { onError, logger = silentLogger } = this.#options;
    if (onError !== undefined) return onError(error, context);
    const kind = error instanceof Error ? error.name : typeof error;
    const at = error instanceof Error ? /^\s*at .*$/mu.exec(error.stack ?? "")?.[0].trim() : undefined;
    logger.error("a handler of the bot failed", { ...context, error: kind, at });
    if (this.#options.logger === undefined)
      process.emitWarning(
        `a ${context.during} handler of the bot failed: ${kind} ${at ?? ""}; give onError to see more`,
      );
  }
}
