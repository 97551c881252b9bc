import type { Clock } from "../../src/time/index.ts";
import { CardEntity } from "./card-entity.ts";
import type { Typing } from "./card-entity.ts";
import type { CardContext, Json } from "./card-rules.ts";
import type { Body, Message } from "./messages.ts";
import { RateLimits } from "./rate-limits.ts";
import { Refusal } from "./refusal.ts";
import type { World } from "./world.ts";

/** Something that readers can see has changed in a message. */
export interface Change {
  readonly at: number;
  readonly message: Message;
  readonly typing: Typing | undefined;
}

/** Where a message goes. */
export interface Place {
  readonly chatId: string;
  readonly threadId: string | undefined;
  readonly parentId: string | undefined;
}

/** What the tenant holds: messages, cards, keys. */
export class State {
  readonly clock: Clock;
  readonly world: World;
  readonly appId: string;
  readonly limits: RateLimits;
  readonly messages: Message[] = [];
  readonly cards: Map<string, CardEntity> = new Map();
  readonly images: Set<string> = new Set();
  readonly people: Set<string> = new Set(["ou_reader"]);
  /** Messages by the `uuid` they were sent with. */
  readonly sent: Map<string, { readonly message: Message; readonly at: number }> = new Map();
  /** Chats that the bot is no member of any more. */
  readonly leftChats: Set<string> = new Set();
  readonly audit: RegExp | undefined;
  readonly watchers: ((change: Change) => void)[] = [];
  #ids = 0;

  constructor(options: { clock: Clock; world: World; appId: string; audit: RegExp | undefined }) {
    this.clock = options.clock;
    this.world = options.world;
    this.appId = options.appId;
    this.audit = options.audit;
    this.limits = new RateLimits(options.world);
  }

  id(): string {
    this.#ids += 1;
    return String(this.#ids);
  }

  context(entity: boolean, creating = false): CardContext {
    const { world, images, people, audit } = this;
    return { world, images, people, entity, creating, audit };
  }

  /** @throws Refusal */
  message(messageId: string): Message {
    const message = this.messages.find((one) => one.messageId === messageId);
    if (message === undefined) throw new Refusal(230_001, "invalid message_id");
    return message;
  }

  addCard(card: Json, usableAfterMs: number): CardEntity {
    const now = this.clock.now();
    const entity = new CardEntity(`7${this.id().padStart(18, "0")}`, card, now, now + usableAfterMs);
    this.cards.set(entity.cardId, entity);
    return entity;
  }

  /** The messages that show an entity. */
  shownBy(entity: CardEntity): Message[] {
    return this.messages.filter(({ body }) => body.kind === "entity" && body.entity === entity);
  }

  addMessage(place: Place, sender: Message["sender"], body: Body): Message {
    const now = this.clock.now();
    const messageId = `om_${this.id().padStart(24, "0")}`;
    const times = { createdAt: now, updatedAt: now };
    const message: Message = { messageId, ...place, sender, body, ...times, recalled: undefined, edits: 0 };
    this.messages.push(message);
    this.changed(message, undefined);
    return message;
  }

  changed(message: Message, typing: Typing | undefined): void {
    const change = { at: this.clock.now(), message, typing };
    for (const watcher of this.watchers) watcher(change);
  }
}
