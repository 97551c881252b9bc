import type { Core } from "../state/core.ts";
import type { Fetch } from "../api/fetch.ts";
import type { JsonObject } from "../json.ts";
import type { App } from "../store/apps.ts";
import type { ConnectionView } from "../views/shapes.ts";
import { deliver, deliverOnce } from "./delivery.ts";
import { duplicate } from "./envelope.ts";
import type { Envelope } from "./envelope.ts";
import type { Sink, SinkResult } from "./sink.ts";
import { webhookSink } from "./webhook.ts";

/** A function in this process that takes an app's events; what it returns answers a card action. */
export type EventHandler = (body: JsonObject) => unknown;

/** A long connection, as far as delivery needs to know it. */
export interface Connection extends Sink {
  readonly id: string;
  readonly appId: string;
  /** Wall-clock milliseconds. */
  readonly since: number;
  /** Has it pinged? Frames sent before that are lost on the SDK. */
  readonly ready: boolean;
  drop(): void;
}

/** Messages kept for an app that has not asked for events yet, and for how long, milliseconds. */
const MAX_HELD = 100;
const HELD_MS = 60_000;

/** Brings events to apps: by long connection, webhook, or a function in this process, in this order. */
export class Inbound {
  #core: Core | undefined;
  readonly #handlers = new Map<string, Set<EventHandler>>();
  readonly #connections = new Set<Connection>();
  readonly #subscribed = new Set<string>();
  readonly #fetch: Fetch | undefined;
  #held: { readonly app: App; readonly event: Envelope; readonly at: number }[] = [];
  /** Deliveries under way; each stops when called. */
  readonly #deliveries = new Set<() => void>();

  /** `fetch` reaches webhooks; without it apps have none. */
  constructor(fetch: Fetch | undefined) {
    this.#fetch = fetch;
  }

  /** The rest of the emulator, which is made after this. */
  attachTo(core: Core): void {
    this.#core = core;
  }

  #have(): Core {
    if (this.#core === undefined) throw new TypeError("inbound events are not attached");
    return this.#core;
  }

  /** Calls `handler` for every event of the app until the returned function is called. */
  subscribe(appId: string, handler: EventHandler): () => void {
    const set = this.#handlers.get(appId) ?? new Set<EventHandler>();
    set.add(handler);
    this.#handlers.set(appId, set);
    this.#subscribedNow(appId);
    return () => void set.delete(handler);
  }

  connect(connection: Connection): void {
    this.#connections.add(connection);
    this.#announceConnections();
    this.#subscribedNow(connection.appId);
  }

  #subscribedNow(appId: string): void {
    if (this.#subscribed.has(appId)) return;
    this.#subscribed.add(appId);
    const core = this.#have();
    const mine = this.#held.filter((one) => one.app.appId === appId);
    this.#held = this.#held.filter((one) => one.app.appId !== appId);
    for (const { app, event, at } of mine) if (core.clock.now() - at < HELD_MS) this.publish(app, event);
  }

  disconnect(connection: Connection): void {
    if (this.#connections.delete(connection)) this.#announceConnections();
  }

  connections(): ConnectionView[] {
    return Array.from(this.#connections, ({ appId, id, since, ready }) => ({ appId, id, since, ready }));
  }

  /** Breaks the long connections of an app, or of all. */
  drop(appId?: string): void {
    for (const connection of this.#connections)
      if (appId === undefined || connection.appId === appId) connection.drop();
  }

  /** A connection pinged for the first time. */
  becameReady(): void {
    this.#announceConnections();
  }

  #announceConnections(): void {
    this.#core?.feed.emit(() => ({ type: "connections", connections: this.connections() }));
  }

  #choose(app: App): Sink | undefined {
    const core = this.#have();
    const ready = [...this.#connections].filter((one) => one.appId === app.appId && one.ready);
    // Each event goes to one connection, drawn with equal weight; there is no broadcast.
    // One that has not pinged yet waits for its ping; better than losing the event to the next retry.
    const usable = ready.length > 0 ? ready : [...this.#connections].filter((one) => one.appId === app.appId);
    const connection = usable[Math.floor(core.random() * usable.length)];
    if (connection !== undefined) return connection;
    if (app.webhook !== undefined && this.#fetch !== undefined) return webhookSink(core, this.#fetch, app.webhook);
    const handlers = this.#handlers.get(app.appId);
    if (handlers === undefined || handlers.size === 0) return undefined;
    return {
      send: async ({ body }) => {
        try {
          let answer: unknown;
          for (const handler of handlers) answer = (await handler(body)) ?? answer;
          return { status: "ok", answer };
        } catch (error) {
          core.logger.warn("an event handler threw", { error: String(error) });
          return { status: "failed", problem: 200671 };
        }
      },
    };
  }

  /** Would an event of this app reach anybody now? */
  isHeard(app: App): boolean {
    if (app.webhook !== undefined || (this.#handlers.get(app.appId)?.size ?? 0) > 0) return true;
    for (const connection of this.#connections) if (connection.appId === app.appId) return true;
    return false;
  }

  /** Sends an event until it is taken. Apps that never asked for events get none. */
  publish(app: App, event: Envelope): void {
    const core = this.#have();
    if (app.subscriptions?.events.includes(event.eventType) === false) return;
    if (!this.#subscribed.has(app.appId) && app.webhook === undefined) {
      // A bot that is still starting must not miss what a person wrote a moment ago.
      if (
        event.eventType === "im.message.receive_v1" &&
        this.#held.push({ app, event, at: core.clock.now() }) > MAX_HELD
      )
        this.#held.shift();
      return;
    }
    const send = (one: Envelope): void => {
      const stop = deliver(
        core,
        one,
        () => this.#choose(app),
        () => this.#deliveries.delete(stop),
      );
      this.#deliveries.add(stop);
    };
    send(event);
    if (core.settings.duplicateEvents && event.eventType === "im.message.receive_v1") send(duplicate(core, event));
  }

  /** Sends a card action once and waits at most 3 s. */
  ask(app: App, event: Envelope): Promise<SinkResult> {
    const isHeard = app.subscriptions?.callbacks.includes(event.eventType) !== false;
    return deliverOnce(this.#have(), isHeard ? this.#choose(app) : undefined, event);
  }

  /** Forgets messages held for apps that are still starting, and stops retrying. */
  forget(): void {
    this.#held = [];
    for (const stop of this.#deliveries) stop();
    this.#deliveries.clear();
  }

  /** Breaks every connection and stops retrying. */
  close(): void {
    this.forget();
    this.drop();
  }
}
