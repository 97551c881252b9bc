import { readSlashCommand } from "../plugin-sdk/index.ts";
import type { InboundMessage } from "../plugin-sdk/index.ts";
import type { Conversation } from "./conversation.ts";
import type { ModelCatalog } from "./models.ts";
import { hostStrings } from "./strings.ts";
import { TurnStop } from "./turn-stop.ts";
import type { Turn } from "./turn.ts";

/** What a person can tell the host itself. */
export type Command =
  | { readonly name: "new" | "stop" | "status" | "help" }
  | { readonly name: "model"; readonly model: string | undefined };

/** Reads a command; undefined for everything that is meant for the model, such as `/etc/hosts?` or `/new ideas for …`. */
export function parseCommand(text: string): Command | undefined {
  const command = readSlashCommand(text);
  if (command === undefined) return undefined;
  const { name, args } = command;
  if (name === "model") return { name, model: args === "" ? undefined : args };
  if (args !== "") return undefined;
  // What other bots call `/new`.
  if (name === "reset") return { name: "new" };
  return name === "new" || name === "stop" || name === "status" || name === "help" ? { name } : undefined;
}

/** What commands work on besides the conversation. */
export interface CommandContext {
  readonly models: ModelCatalog;
  /** Messages of this conversation that wait. */
  readonly waiting: number;
  readonly upMs: number;
  /** Forgets the messages that wait. */
  dropWaiting(): void;
  /** What is being answered for the person elsewhere in the chat: in a topic. */
  ownTurn(): Turn | undefined;
}

/** Does what the command says and returns the answer, in the conversation's language. */
export function runCommand(
  command: Command,
  conversation: Conversation,
  message: InboundMessage,
  context: CommandContext,
): string {
  const strings = hostStrings[conversation.language];
  const { models } = context;
  const turn = conversation.current;
  const isAsker = turn?.ownerId === message.sender.id;
  const currentModel = conversation.model ?? models.defaultName;
  switch (command.name) {
    case "new":
      context.dropWaiting();
      if (isAsker) turn?.stop(new TurnStop("superseded"));
      conversation.clear();
      return strings.memoryCleared;
    case "stop": {
      const own = isAsker ? turn : context.ownTurn();
      if (own === undefined) return turn === undefined ? strings.nothingToStop : strings.onlyAskerStops;
      context.dropWaiting();
      own.stop(new TurnStop("stopped", message.sender.name ?? strings.asker));
      return strings.stopping;
    }
    case "status":
      return strings.status({
        model: currentModel,
        running: turn !== undefined,
        waiting: context.waiting,
        turns: conversation.turns,
        chars: conversation.chars,
        upMinutes: Math.floor(context.upMs / 60_000),
      });
    case "model":
      if (command.model === undefined) return strings.models(models.names, currentModel);
      if (!models.names.includes(command.model)) return strings.modelUnknown(command.model, models.names);
      conversation.model = command.model;
      return strings.modelChosen(command.model);
    default:
      return strings.help;
  }
}
