import type { Localized } from "../../plugin-sdk/index.ts";
import type { SharedStateError } from "../../shared/index.ts";

/** Why the Redis that several processes share cannot be used, its address first. */
export function redisTrouble({ message, trouble }: SharedStateError): Localized {
  const told = message.replace(/^Redis at /u, "");
  return trouble === "refused"
    ? { en: `the shared Redis refuses: ${told}`, zh: `共用的 Redis 拒绝了请求（${told}）` }
    : { en: `the shared Redis cannot be reached: ${told}`, zh: `共用的 Redis 连不上（${told}）` };
}

/** What to do about it. */
export const redisFix: Localized = {
  en: "start it, or mend shared.redis (CARDSTREAM_REDIS); until then processes do not start",
  zh: "请启动它，或修正 shared.redis（CARDSTREAM_REDIS）；在此之前进程无法启动",
};
