import type { FeishuDelivery } from "../delivery/index.ts";
import type { Finding } from "./finding.ts";

/** What is known of this app's Feishu beyond its documents: found by `cardstream probe`, or learned from refusals. */
export function checkWorld({ world }: FeishuDelivery): Finding {
  const check = { id: "world", title: { en: "what is known of this Feishu", zh: "对此飞书的了解" } } as const;
  if (world?.from === undefined) {
    const detail = { en: "what its documents say; nothing was refused yet", zh: "仅文档所述；尚无被拒绝的情况" };
    return { ...check, status: "ok", detail };
  }
  const { path, date } = world.from;
  const { cardBytes, cardTables } = world.limits;
  const en = [
    ...(cardTables === undefined ? [] : [`${cardTables} tables on a card`]),
    ...(cardBytes === undefined ? [] : [`cards of less than ${Math.ceil(cardBytes / 1024)} KB`]),
  ];
  const zh = [
    ...(cardTables === undefined ? [] : [`每张卡片 ${cardTables} 个表格`]),
    ...(cardBytes === undefined ? [] : [`卡片小于 ${Math.ceil(cardBytes / 1024)} KB`]),
  ];
  return {
    ...check,
    status: "ok",
    detail: {
      en: `${en.join(", ") || "no limits"} (${date}); as a world: cardstream emulator --world ${path}`,
      zh: `${zh.join("，") || "无限制"}（${date}）；可作为世界文件使用：cardstream emulator --world ${path}`,
    },
  };
}
