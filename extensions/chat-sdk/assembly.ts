import type { Adapter, ChatInstance } from "chat";
import { AppProcess } from "../feishu/app-process.ts";
import { ChatLanguages } from "../feishu/chat-languages.ts";
import { createFeishuInstance } from "../feishu/index.ts";
import type { FeishuInstance } from "../feishu/index.ts";
import { machineRandom } from "../feishu/instance.ts";
import { MessageReader } from "../feishu/message-reader.ts";
import { PersonNames } from "../feishu/person-names.ts";
import { readShare } from "../feishu/shared-redis.ts";
import type { Share } from "../feishu/shared-redis.ts";
import { openBotJournal } from "../feishu/transport.ts";
import type { Logger } from "../../src/log/index.ts";
import { createSystemClock } from "../../src/time/index.ts";
import type { CheckedConfig } from "./config.ts";
import { ChatConnection } from "./connection.ts";
import { Forms } from "./forms.ts";
import { History } from "./history.ts";
import { ChatListener } from "./listener.ts";
import type { ToldStop } from "./listener.ts";
import { MessageMaker } from "./messages.ts";
import type { LarkRaw } from "./messages.ts";
import { Poster } from "./poster.ts";
import { Reactions } from "./reactions.ts";
import { Replies } from "./replies.ts";
import { Streamer } from "./streamer.ts";
import type { LarkThreadId } from "./thread-id.ts";
import { Threads } from "./threads.ts";
import { Typing } from "./typing.ts";

/** What an adapter is made of. */
export interface AdapterParts {
  readonly instance: FeishuInstance;
  readonly threads: Threads;
  readonly maker: MessageMaker;
  readonly history: History;
  readonly poster: Poster;
  readonly reactions: Reactions;
  readonly streamer: Streamer;
  readonly forms: Forms;
  readonly typing: Typing;
  readonly listener: ChatListener;
  readonly connection: ChatConnection;
}

/** Whom the parts work for. */
interface Around {
  readonly adapter: Adapter<LarkThreadId, LarkRaw>;
  readonly chat: () => ChatInstance;
  readonly logger: Logger;
  /** @defaultValue what the config says, or the environment */
  readonly share: Share | undefined;
}

/** Puts an adapter together. @throws TypeError naming the option that cannot be used */
export function assemble(config: CheckedConfig, around: Around): AdapterParts {
  const { appId, name, userName, card, language, domain, stateDir, webhook, dedupe, resolveSenderNames } = config;
  const { adapter, chat, logger } = around;
  const { clock = createSystemClock(), random = machineRandom } = config;
  const reading = { clock, logger, env: process.env, at: "shared" };
  const share = around.share ?? (config.shared === false ? undefined : readShare(config.shared, reading));
  const shared = share && {
    drainMs: share.drainMs,
    process: new AppProcess({
      appId,
      kind: "chat-sdk",
      share,
      clock,
      logger,
      random,
      onLost: () => replies.handOver(),
      // Sent by `ChatListener` of some process.
      onTold: (stop) => listener.onTold(stop as ToldStop),
    }),
  };
  const { ownership = shared?.process, leases = shared?.process } = config;
  const instance = createFeishuInstance({ ...config, clock, random, logger, ownership, leases, name: undefined });
  const { client, delivery } = instance;
  // Where processes share what they have open, another one may be going on with it.
  const journal = shared === undefined ? openBotJournal({ stateDir, logger }) : undefined;
  const replies = new Replies({ instance, journal, process: shared?.process });
  const names = new PersonNames(client, logger);
  const reader = new MessageReader({ client, names, resolveNames: resolveSenderNames, logger });
  const threads = new Threads(client, name, config.replyInThread ?? false);
  const maker = new MessageMaker({ client, names, userName, botOpenId: () => adapter.botUserId });
  const streamer = new Streamer({ replies, card });
  const typing = new Typing(delivery);
  const forms = new Forms({
    instance,
    adapter,
    chat,
    author: (openId) => maker.author(openId, "user"),
    track: (work) => listener.track(work),
  });
  const languages = new ChatLanguages({ language, domain });
  const listener: ChatListener = new ChatListener({
    instance,
    adapter,
    chat,
    threads,
    maker,
    reader,
    forms,
    streamer,
    typing,
    languages,
    tellOthers: async (stop) => shared?.process.tellOthers(stop),
  });
  const history = new History({ client, threads, maker, reader });
  const poster = new Poster(instance, replies);
  const reactions = new Reactions(client);
  const connection = new ChatConnection({ instance, listener, webhook, dedupe, journal, shared });
  return { instance, threads, maker, history, poster, reactions, streamer, forms, typing, listener, connection };
}
