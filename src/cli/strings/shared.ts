import type { Localized } from "../../plugin-sdk/index.ts";
import { describeSilent, SentinelError, wantsLogin } from "../../shared/index.ts";
import type { SharedStateError } from "../../shared/index.ts";

/** Why the Redis that several processes share cannot be used, its address first. */
export function redisTrouble(error: SharedStateError): Localized {
  const told = error.message.replace(/^Redis at /u, "");
  const zh = error instanceof SentinelError ? sentinelTrouble(error, told) : told;
  return error.trouble === "refused"
    ? { en: `the shared Redis refuses: ${told}`, zh: `共用的 Redis 拒绝了请求（${zh}）` }
    : { en: `the shared Redis cannot be reached: ${told}`, zh: `共用的 Redis 连不上（${zh}）` };
}

/** @param told the same in English, its address first */
function sentinelTrouble({ fault }: SentinelError, told: string): string {
  const where = told.slice(0, told.indexOf(": "));
  switch (fault.kind) {
    case "silent": {
      const login = wantsLogin(fault.silent)
        ? "；Sentinel 的用户与密码写作 ?sentinel_username=…&sentinel_password=…"
        : "";
      return `${where}：没有可用的 Sentinel：${describeSilent(fault.silent)}${login}`;
    }
    case "unknown-master": {
      const known = fault.known.length === 0 ? "没有监控任何主节点" : `监控的是 ${fault.known.join("、")}`;
      return `${where}：Sentinel 不认识主节点 ${fault.master}，它们${known}`;
    }
    default:
      return `${where}：Sentinel ${fault.by.host}:${fault.by.port} 给出的 ${fault.at.host}:${fault.at.port} 现在不是主节点`;
  }
}

/** What to do about it. */
export const redisFix: Localized = {
  en: "start it, or mend shared.redis (CARDSTREAM_REDIS); until then processes do not start",
  zh: "请启动它，或修正 shared.redis（CARDSTREAM_REDIS）；在此之前进程无法启动",
};
