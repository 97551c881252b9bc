import type { Hono } from "hono";
import { silentLogger } from "../log/index.ts";
import type { Logger } from "../log/index.ts";
import { createSystemClock } from "../time/index.ts";
import type { Clock } from "../time/index.ts";
import { createAdmin } from "./admin/index.ts";
import { Adopt } from "./state/adopt.ts";
import { editAsUser, findPerson, readAsUser, recallAsUser, reactAsUser, sendAsUser } from "./as-user.ts";
import { endStreaming } from "./card/entity.ts";
import type { Core } from "./state/core.ts";
import { Faults } from "./faults/index.ts";
import type { Milliseconds } from "./faults/index.ts";
import { Feed } from "./state/feed.ts";
import { createFetch } from "./api/fetch.ts";
import type { Fetch } from "./api/fetch.ts";
import { createGateway } from "./api/pipeline.ts";
import type { Gateway } from "./api/pipeline.ts";
import type { Emulator } from "./handle.ts";
import { createIds } from "./state/ids.ts";
import { clickAs } from "./inbound/card-action.ts";
import { ActionTokens, Inbound, Tickets } from "./inbound/index.ts";
import { directChat } from "./messages/target.ts";
import { storeUpload } from "./media/upload.ts";
import { Meters } from "./state/meters.ts";
import { createRandomness } from "./state/random.ts";
import { Registrations } from "./registration/index.ts";
import { createRouter } from "./api/router.ts";
import { ROUTES } from "./routes/index.ts";
import { DEFAULT_APP, seedStore } from "./state/seed.ts";
import type { AppSeed } from "./state/seed.ts";
import { DEFAULT_SETTINGS } from "./state/settings.ts";
import type { Settings } from "./state/settings.ts";
import { Store } from "./store/store.ts";
import { Timeline } from "./state/timeline.ts";
import { answersTo } from "./answers.ts";
import { announceCard } from "./views/make-views.ts";
import { visibleTexts } from "./views/visible-texts.ts";
import { worldOf } from "./world/index.ts";
import type { World } from "./world/index.ts";

export interface EmulatorOptions {
  /** @defaultValue the machine's clock */
  readonly clock?: Clock | undefined;
  readonly logger?: Logger | undefined;
  /**
   * Decides ids, injected chances and which connection gets an event; when it is named also tokens, tickets and secrets, which
   * nobody can guess otherwise where there are sockets. Name it in tests alone. @defaultValue 1
   */
  readonly seed?: number | undefined;
  /** The first is the default app. @defaultValue one known app */
  readonly apps?: readonly AppSeed[] | undefined;
  readonly settings?: Partial<Settings> | undefined;
  /** Answers to what is not known about Feishu. @defaultValue {@link defaultWorld} */
  readonly world?: Partial<World> | undefined;
  /** Round trip added to every call, milliseconds, or a range. @defaultValue 0 */
  readonly latencyMs?: Milliseconds | undefined;
  /** It shows what happens at another Feishu: nobody writes, presses or breaks anything here. @defaultValue false */
  readonly watchOnly?: boolean | undefined;
  /** Calls kept in the timeline. @defaultValue 10,000 */
  readonly timelineLimit?: number | undefined;
  /** UTF-16 units kept of each request body; half of it of each answer. @defaultValue 4096 */
  readonly bodyChars?: number | undefined;
}

/** The insides shared by the socket-free emulator and the server. */
export interface Parts {
  readonly emulator: Emulator;
  readonly core: Core;
  readonly gateway: Gateway;
  /** Serves `/emulator/*`. */
  readonly admin: Hono;
  /** What `close` runs after the long connections were broken, in order. */
  readonly onClose: (() => Promise<void>)[];
}

/** What an emulator with sockets has to do with the world. */
export interface Outside {
  /** Reaches webhooks. */
  readonly fetch?: Fetch | undefined;
  /** @defaultValue drawn by seed: fine where only this process can use it */
  readonly adminToken?: string | undefined;
  /** Letters and digits that nobody can guess, for tokens, tickets and secrets. @defaultValue drawn by seed, as above */
  readonly randomText?: ((length: number) => string) | undefined;
}

/** Paths that belong to Feishu; the rest is the emulator's own. */
export function isApiPath(path: string): boolean {
  return /^\/(?:open-apis|callback)(?:\/|$)/u.test(path);
}

export function createParts(options: EmulatorOptions, apiUrl: () => string, outside: Outside = {}): Parts {
  const clock = options.clock ?? createSystemClock();
  const randomness = createRandomness(options.seed ?? 1);
  const random = randomness.next;
  const ids = createIds(random, outside.randomText);
  const settings: Settings = { ...DEFAULT_SETTINGS, ...options.settings };
  const world = worldOf(options.world);
  const apps = options.apps ?? [DEFAULT_APP];
  const startedAt = clock.now();
  const feed = new Feed();
  const inbound = new Inbound(outside.fetch);
  const faults = new Faults({
    random,
    sinceStart: () => clock.now() - startedAt,
    onChange: () => feed.emit(() => ({ type: "faults", faults: faults.list() })),
  });
  const core: Core = {
    clock,
    random,
    randomness,
    logger: options.logger ?? silentLogger,
    ids,
    settings,
    world,
    store: new Store(clock, ids),
    feed,
    timeline: new Timeline(options.timelineLimit ?? 10_000, options.bodyChars ?? 4096),
    faults,
    meters: new Meters(settings, world),
    inbound,
    tickets: new Tickets(ids),
    actionTokens: new ActionTokens(clock, ids),
    messageUuids: new Map(),
    defaultAppId: () => core.store.apps.keys().next().value ?? "",
  };
  inbound.attachTo(core);
  seedStore(core, apps);
  const registrations = new Registrations(core);
  const onClose: (() => Promise<void>)[] = [];
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    inbound.close();
    for (const fn of onClose) await fn();
  };
  const gateway = createGateway(core, createRouter(ROUTES), () => emulator.latencyMs);
  // Drawn in any case, so that a seed gives the same ids with and without sockets.
  const seededToken = ids.secret(32);
  const send: Emulator["sendAsUser"] = (message) => {
    const { messageId, chatId, threadId } = sendAsUser(core, message);
    return { messageId, chatId, threadId };
  };
  const emulator: Emulator = {
    get apiUrl() {
      return apiUrl();
    },
    get pageUrl() {
      return `${apiUrl()}/`;
    },
    adminToken: outside.adminToken ?? seededToken,
    get app() {
      // The seeds always hold one, and apps are never taken away.
      return core.store.apps.get(core.defaultAppId()) as Emulator["app"];
    },
    fetch: createFetch(gateway, isApiPath, async (request) => admin.fetch(request)),
    store: core.store,
    faults,
    timeline: core.timeline,
    feed,
    adopt: new Adopt(core),
    settings,
    world,
    latencyMs: options.latencyMs ?? 0,
    say: (text) => send({ text }),
    sendAsUser: send,
    editAsUser: ({ messageId, text }) => void editAsUser(core, messageId, text),
    recallAsUser: ({ messageId }) => void recallAsUser(core, messageId),
    readAsUser: (read) => readAsUser(core, read),
    reactAsUser: (reaction) => reactAsUser(core, reaction),
    clickAs: (click) => clickAs(core, click),
    uploadAsUser({ kind, name, data }) {
      const upload = { appId: undefined, kind, name, data, type: undefined, durationMs: undefined };
      feed.changed();
      return { key: storeUpload(core, upload).key };
    },
    onEvent: (appId, handler) => inbound.subscribe(appId, handler),
    visibleTexts: (chatId) => visibleTexts(core, chatId),
    answers: (wanted) => answersTo(core, wanted),
    directChatId(person, appId) {
      const app = core.store.apps.get(appId ?? core.defaultAppId());
      if (app === undefined) throw new TypeError(`there is no app ${appId ?? ""}`);
      return directChat(core, app, findPerson(core, person)).chatId;
    },
    closeStreaming(cardId) {
      for (const card of core.store.cards.all()) {
        if (cardId !== undefined && card.cardId !== cardId) continue;
        endStreaming(card);
        announceCard(core, card);
      }
    },
    expireTokens: (appId) => core.store.tokens.expire(appId),
    connections: () => inbound.connections(),
    dropConnections: (appId) => inbound.drop(appId),
    lockCard(cardId, ms) {
      const card = core.store.cards.get(cardId);
      if (card === undefined) throw new TypeError(`there is no card ${cardId}`);
      card.lockedUntil = clock.now() + ms;
      announceCard(core, card);
    },
    reset() {
      inbound.drop();
      inbound.forget();
      core.store.clear();
      core.messageUuids.clear();
      core.meters.clear();
      faults.clear();
      registrations.clear();
      core.timeline.clear();
      seedStore(core, apps);
      feed.emit(() => ({ type: "reset" }));
    },
    close: () => (closing ??= close()),
  };
  const admin = createAdmin({
    core,
    emulator,
    registrations,
    fetch: outside.fetch,
    watchOnly: options.watchOnly === true,
  });
  return { emulator, core, gateway, admin, onClose };
}

/** Where a socket-free emulator says it is; any host reaches it through its `fetch`. */
const IN_PROCESS_URL = "http://feishu.emulator";

/**
 * A local Feishu without sockets. Everything it waits for goes through `clock`, and a call that nothing delays is answered
 * within microtasks, so it can be driven in virtual time.
 */
export function createEmulator(options: EmulatorOptions = {}): Emulator {
  return createParts(options, () => IN_PROCESS_URL).emulator;
}
