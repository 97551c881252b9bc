import { createHash } from "node:crypto";
import { LocalStreams, RemoteStreamError, SharedStreams } from "../feed/index.ts";
import type { RemoteStream, SharedStreamOpener, StreamRegistry } from "../feed/index.ts";
import type { Logger } from "../log/index.ts";
import type { Language, MessageChannel, OutgoingTarget } from "../plugin-sdk/index.ts";
import type { ThinkTagMode } from "../provider-wire/index.ts";
import type { ProcessInfo, SharedState } from "../shared/index.ts";
import type { ReplyStream } from "../stream/index.ts";
import type { GatewayOptions } from "./gateway.ts";
import { toLook } from "./wire.ts";
import type { LookBody } from "./wire.ts";

/** What a stream of a gateway is opened by. Plain data: another process may have to read it. */
export interface StreamHead {
  readonly instance: string;
  readonly target: OutgoingTarget;
  readonly look: LookBody;
  readonly thinkTags: ThinkTagMode | undefined;
}

/** Where several gateways of the same apps share their streams. */
export interface GatewaySharing {
  /** By name of the instance. */
  readonly states: ReadonlyMap<string, SharedState>;
  /** How long the other processes wait for a sign of life. @defaultValue 15000 */
  readonly lifetimeMs?: number | undefined;
  /** What the other processes are told of this one. */
  readonly process?: ProcessInfo | undefined;
  /** From 0 (inclusive) to 1. */
  readonly random: () => number;
}

/** The streams of all apps of a gateway. */
export interface GatewayStreams extends StreamRegistry<StreamHead> {
  /** @throws SharedStateError when what gateways share cannot be reached */
  start(): Promise<void>;
  /** Whether this process may write to a card, as far as it knows. */
  owns(cardId: string): boolean;
}

/** @param observe told of every reply that this process writes */
export function openGatewayStreams(
  options: GatewayOptions,
  observe: (reply: ReplyStream, head: StreamHead) => void,
): GatewayStreams {
  const { clock, newId, limits, logger, language, shared } = options;
  const channels = new Map(options.channels.map((channel) => [channel.instance, channel]));
  const opener = createOpener(channels, { observe, logger, language });
  if (shared === undefined) {
    const streams = new LocalStreams<StreamHead>({ clock, newId, limits, opener });
    return Object.assign(streams, { start: async () => {}, owns: () => true });
  }
  const { states, ...sharing } = shared;
  const byTag = new Map<string, SharedStreams<StreamHead>>();
  for (const [instance, state] of states) {
    const idPrefix = tagOf(instance);
    byTag.set(idPrefix, new SharedStreams({ clock, newId, limits, opener, state, logger, idPrefix, ...sharing }));
  }
  return new StreamsByApp(byTag);
}

function createOpener(
  channels: ReadonlyMap<string, MessageChannel>,
  {
    observe,
    logger,
    language,
  }: {
    readonly observe: (reply: ReplyStream, head: StreamHead) => void;
    readonly logger: Logger;
    readonly language: Language | undefined;
  },
): SharedStreamOpener<StreamHead> {
  const channelOf = ({ instance }: StreamHead): MessageChannel => {
    const channel = channels.get(instance);
    if (channel === undefined) throw new TypeError(`there is no instance ${instance}`);
    return channel;
  };
  return {
    read: ({ thinkTags }) => ({ thinkTags }),
    open(head, id, mayWrite) {
      const reply = channelOf(head).openReply(head.target, { ...toLook(head.look), id, mayWrite });
      observe(reply, head);
      return reply;
    },
    async takeUp(head, id, begun, mayWrite) {
      const reply = await channelOf(head).takeUp(head.target, { ...toLook(head.look), id, mayWrite }, begun);
      logger.info("a stream of a gateway that is gone is taken over", { goesOn: reply !== undefined });
      if (reply !== undefined) observe(reply, head);
      return reply;
    },
    closeOrphan: (head, card) =>
      channelOf(head).closeOrphan({ ...card, language: head.look.language ?? language ?? "zh" }),
  };
}

/** Each app's streams are in its own part of what is shared; a stream's id begins with its app's tag. */
class StreamsByApp implements GatewayStreams {
  readonly #byTag: ReadonlyMap<string, SharedStreams<StreamHead>>;

  constructor(byTag: ReadonlyMap<string, SharedStreams<StreamHead>>) {
    this.#byTag = byTag;
  }

  get size(): number {
    return this.#all.reduce((sum, { size }) => sum + size, 0);
  }

  get idleMs(): number {
    return this.#all[0]?.idleMs ?? 0;
  }

  async start(): Promise<void> {
    await Promise.all(this.#all.map((streams) => streams.start()));
  }

  owns(cardId: string): boolean {
    return this.#all.every((streams) => streams.owns(cardId));
  }

  expectRoom(): void {
    for (const streams of this.#all) streams.expectRoom();
  }

  async open(head: StreamHead, key?: string): Promise<{ stream: RemoteStream; isNew: boolean }> {
    return this.#of(tagOf(head.instance)).open(head, key);
  }

  async get(id: string): Promise<RemoteStream> {
    return this.#of(id).get(id);
  }

  async append(id: string, text: string, offset?: number): Promise<RemoteStream> {
    return this.#of(id).append(id, text, offset);
  }

  async update(...[id, change]: Parameters<GatewayStreams["update"]>): Promise<RemoteStream> {
    return this.#of(id).update(id, change);
  }

  async flush(id: string, withinMs: number): Promise<RemoteStream> {
    return this.#of(id).flush(id, withinMs);
  }

  async finalize(...[id, end]: Parameters<GatewayStreams["finalize"]>): ReturnType<GatewayStreams["finalize"]> {
    return this.#of(id).finalize(id, end);
  }

  async fail(...[id, failure, end]: Parameters<GatewayStreams["fail"]>): ReturnType<GatewayStreams["fail"]> {
    return this.#of(id).fail(id, failure, end);
  }

  async feed(...[head, source]: Parameters<GatewayStreams["feed"]>): ReturnType<GatewayStreams["feed"]> {
    return this.#of(tagOf(head.instance)).feed(head, source);
  }

  async close(withinMs: number): Promise<void> {
    await Promise.all(this.#all.map((streams) => streams.close(withinMs)));
  }

  get #all(): readonly SharedStreams<StreamHead>[] {
    return [...this.#byTag.values()];
  }

  /** @param id a stream's, or a tag itself */
  #of(id: string): SharedStreams<StreamHead> {
    const streams = this.#byTag.get(id.slice(0, TAG_CHARS));
    if (streams === undefined)
      throw new RemoteStreamError("unknown-stream", "no such stream: it is of an app that this gateway does not have");
    return streams;
  }
}

const TAG_CHARS = 6;

const tagOf = (instance: string): string =>
  createHash("sha256").update(instance).digest("base64url").slice(0, TAG_CHARS);
