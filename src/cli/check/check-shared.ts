import type { Finding } from "../../../extensions/feishu/index.ts";
import { silentLogger } from "../../log/index.ts";
import type { Localized } from "../../plugin-sdk/index.ts";
import { describeSilent, examineRedis, SharedStateError } from "../../shared/index.ts";
import type { RedisFacts } from "../../shared/index.ts";
import type { Clock } from "../../time/index.ts";
import type { SharedSettings } from "../settings/shared-settings.ts";
import { redisFix, redisTrouble } from "../strings/shared.ts";

/** Above this a person notices what Redis adds to an answer's beginning. */
const SLOW_MS = 20;
const LEAST = { redis: 7, valkey: 8 } as const;

/** The same words in both languages: names and figures. */
const same = (text: string): Localized => ({ en: text, zh: text });

/** What there is to say of the Redis or Valkey that several processes share: each with what is at risk. */
export async function checkShared(settings: SharedSettings, clock: Clock): Promise<Finding[]> {
  try {
    const facts = await examineRedis({ ...settings, clock, logger: silentLogger });
    const sentinels = facts.silent === undefined ? [] : [checkSentinels(facts.silent)];
    return [checkVersion(facts), ...sentinels, checkLatency(facts), checkPersistence(facts), checkEviction(facts)];
  } catch (error) {
    if (!(error instanceof SharedStateError)) throw error;
    return [
      {
        id: "shared:reach",
        status: "fail",
        title: { en: "shared Redis", zh: "共用的 Redis" },
        detail: redisTrouble(error),
        fix: redisFix,
      },
    ];
  }
}

function checkVersion({ product, version, where }: RedisFacts): Finding {
  const title: Localized = { en: "shared Redis", zh: "共用的 Redis" };
  const detail = same(`${product} ${version}, ${where}`);
  const isOld = Number.parseInt(version, 10) < LEAST[product];
  if (!isOld) return { id: "shared:version", status: "ok", title, detail };
  return {
    id: "shared:version",
    status: "fail",
    title,
    detail,
    fix: { en: "Redis 7 or Valkey 8 at least", zh: "至少需要 Redis 7 或 Valkey 8" },
  };
}

function checkSentinels(silent: NonNullable<RedisFacts["silent"]>): Finding {
  const check = { id: "shared:sentinels", title: { en: "shared Redis: its sentinels", zh: "共用的 Redis：Sentinel" } };
  if (silent.length === 0) return { ...check, status: "ok", detail: { en: "all answer", zh: "全部正常应答" } };
  const those = describeSilent(silent);
  return {
    ...check,
    status: "warn",
    detail: { en: `not to be asked: ${those}`, zh: `无法询问：${those}` },
    fix: {
      en: "start it, or take it out of the address; the others say where the master is as long as one of them answers",
      zh: "请启动它，或将它从地址中删去；只要还有一个 Sentinel 应答，就能找到主节点",
    },
  };
}

function checkLatency({ roundTripMs }: RedisFacts): Finding {
  const check = {
    id: "shared:latency",
    title: { en: "shared Redis: round trip", zh: "共用的 Redis：往返时间" },
    detail: same(`${roundTripMs.toFixed(1)} ms`),
  };
  if (roundTripMs <= SLOW_MS) return { ...check, status: "ok" };
  return {
    ...check,
    status: "warn",
    fix: {
      en: "an answer begins a few round trips later: put Redis nearer to the processes",
      zh: "每个回答会晚几个往返才开始：请让 Redis 离进程更近",
    },
  };
}

function checkPersistence({ appendSync }: RedisFacts): Finding {
  const check = { id: "shared:persistence", title: { en: "shared Redis: on disk", zh: "共用的 Redis：落盘" } };
  if (appendSync === undefined)
    return {
      ...check,
      status: "warn",
      detail: { en: "appendonly is off", zh: "未开启 appendonly" },
      fix: {
        en: "set `appendonly yes`: when Redis restarts, messages that wait and what conversations remember are lost",
        zh: "请设置 `appendonly yes`：否则 Redis 重启时，排队的消息和会话记忆会丢失",
      },
    };
  if (appendSync === "no")
    return {
      ...check,
      status: "warn",
      detail: same("appendfsync no"),
      fix: {
        en: "set `appendfsync everysec`: when the machine dies, messages of about half a minute may be lost",
        zh: "请设置 `appendfsync everysec`：否则机器宕机时，约半分钟的消息可能丢失",
      },
    };
  return { ...check, status: "ok", detail: same(`appendfsync ${appendSync}`) };
}

function checkEviction({ evictionPolicy }: RedisFacts): Finding {
  const check = {
    id: "shared:eviction",
    title: { en: "shared Redis: when memory is full", zh: "共用的 Redis：内存满时" },
    detail: same(`maxmemory-policy ${evictionPolicy}`),
  };
  if (evictionPolicy === "noeviction") return { ...check, status: "ok" };
  return {
    ...check,
    status: "fail",
    fix: {
      en: "set `maxmemory-policy noeviction`: otherwise Redis deletes messages that wait and who answers where, without a word",
      zh: "请设置 `maxmemory-policy noeviction`：否则 Redis 会悄悄删除排队的消息和会话归属",
    },
  };
}
