import type { Clock } from "../../time/index.ts";
import type { Ids } from "../state/ids.ts";
import type { App } from "./apps.ts";
import { Cards } from "./cards.ts";
import { Chats } from "./chats.ts";
import { Files } from "./files.ts";
import { Messages } from "./messages.ts";
import { Tokens } from "./tokens.ts";
import { Users } from "./users.ts";

/** A card template. */
export interface Template {
  readonly card: Record<string, unknown>;
  /** The apps that may use it; all when left out. */
  readonly appIds: readonly string[] | undefined;
}

/** Everything the local Feishu remembers. Tests may read it; writing goes through the API or the handle. */
export class Store {
  readonly apps: Map<string, App> = new Map();
  readonly users: Users = new Users();
  readonly chats: Chats = new Chats();
  readonly messages: Messages = new Messages();
  readonly cards: Cards = new Cards();
  readonly files: Files = new Files();
  readonly tokens: Tokens;
  /** Card templates by id: a card JSON whose strings may hold `${name}`. */
  readonly templates: Map<string, Template> = new Map();

  constructor(clock: Clock, ids: Ids) {
    this.tokens = new Tokens(clock, ids);
  }

  clear(): void {
    this.apps.clear();
    this.users.clear();
    this.chats.clear();
    this.messages.clear();
    this.cards.clear();
    this.files.clear();
    this.tokens.clear();
    this.templates.clear();
  }
}
