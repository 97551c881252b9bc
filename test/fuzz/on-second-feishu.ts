import type { Clock } from "../../src/time/index.ts";
import { looksUnfinished, readable } from "../second-feishu/eyes.ts";
import { SecondFeishu } from "../second-feishu/second-feishu.ts";
import { seededRandom } from "../support/reply-bench.ts";
import type { TrialFeishu } from "./feishu.ts";
import type { Trial } from "./trial.ts";

const MAIL = /[\w.]+@[\w.]+/u;
/** Elements that cardstream puts on a card while it is being written. */
const STATUS_IDS = ["status"];

export function onSecondFeishu({ seed, world, faults, latency, audit }: Trial, clock: Clock): TrialFeishu {
  const feishu = new SecondFeishu({
    clock,
    random: seededRandom(seed),
    world,
    faults,
    latency,
    audit: audit ? MAIL : undefined,
  });
  const chats = ["oc_first", "oc_second", "oc_third"];
  const id = (chat: number): string => chats[chat] ?? "oc_none";
  return {
    appId: feishu.appId,
    appSecret: feishu.appSecret,
    baseUrl: feishu.baseUrl,
    fetch: feishu.fetch,
    chats,
    seen: (chat) =>
      feishu
        .messages(id(chat))
        .filter(({ sender }) => sender === "app")
        .map((message) => ({
          messageId: message.messageId,
          text: readable(feishu, message),
          unfinished: looksUnfinished(feishu, message, STATUS_IDS),
          spinning: feishu.isSpinning(message),
          touched: message.body.kind !== "inline" || message.updatedAt > message.createdAt,
          recalled: message.recalled !== undefined,
        })),
    ask: (chat) => feishu.userSays(id(chat), "question").messageId,
    closeStreaming: () => feishu.closeStreaming(),
    recallNewest: (chat) => feishu.recallNewest(id(chat)),
    removeBot: (chat) => feishu.removeBot(id(chat)),
    timeline: () =>
      feishu.calls
        .map(({ at, name, sequence, fault, code, what }) =>
          [at.toFixed(0), name, what, sequence === undefined ? "" : `#${sequence}`, fault ?? "", code ?? "(no answer)"]
            .filter((part) => part !== "")
            .join(" "),
        )
        .join("\n"),
  };
}
