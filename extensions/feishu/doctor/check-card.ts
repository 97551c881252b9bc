import type { Language } from "../../../src/plugin-sdk/index.ts";
import { toDelta } from "../../../src/stream/index.ts";
import { sleep } from "../../../src/time/index.ts";
import { markdownElement } from "../card/index.ts";
import type { FeishuDelivery } from "../delivery/index.ts";
import { createReplyDispatcher } from "../reply-dispatcher.ts";
import { createCardEntityFeishu } from "../send.ts";
import { explainFailure } from "./explain-failure.ts";
import type { Finding } from "./finding.ts";

/** Whether CardKit takes a card. It is created and never sent, so nobody sees it. */
export async function checkCard(delivery: FeishuDelivery, signal: AbortSignal): Promise<Finding> {
  const check = { id: "card", title: { en: "card (dry run)", zh: "卡片（演练）" } };
  const card = {
    schema: "2.0",
    config: { streaming_mode: true, update_multi: true },
    body: { elements: [markdownElement("…", { element_id: "answer" })] },
  };
  try {
    await createCardEntityFeishu(delivery.client, { card }, { signal });
    return { ...check, status: "ok", detail: { en: "created, not sent", zh: "已创建，未发送" } };
  } catch (error) {
    signal.throwIfAborted();
    return { ...check, status: "fail", ...explainFailure(error) };
  }
}

const LINES: Readonly<Record<Language, readonly string[]>> = {
  en: ["This card was streamed by `cardstream doctor`. ", "If you see **all of it**, ", "streaming works. ✅"],
  zh: ["这张卡片由 `cardstream doctor` 流式写入。", "如果你看到**全部文字**，", "说明流式输出正常。✅"],
};
const PAUSE_MS = 400;
const END_WITHIN_MS = 20_000;

/** Streams a card into a chat and checks that all of it arrived, by streaming. */
export async function checkStreaming(
  delivery: FeishuDelivery,
  chatId: string,
  language: Language,
  signal: AbortSignal,
): Promise<Finding> {
  const check = { id: "streaming", title: { en: `streamed card in ${chatId}`, zh: `在 ${chatId} 流式写卡片` } };
  const reply = createReplyDispatcher({
    delivery,
    target: { type: "chat", chatId },
    settings: { locale: language },
    header: { title: "cardstream doctor" },
  });
  let why: unknown;
  reply.events.on("fallback", ({ error }) => {
    why ??= error;
  });
  for (const line of LINES[language]) {
    reply.append(toDelta(line));
    await sleep(delivery.clock, PAUSE_MS, signal).catch(() => {});
  }
  const ended = signal.aborted ? reply.abort({ withinMs: 1_000 }) : reply.finalize({ withinMs: END_WITHIN_MS });
  const { delivered, total, tier, calls, firstGlyphMs, owed, error } = await ended;
  signal.throwIfAborted();
  if (delivered < total) return { ...check, status: "fail", ...explainFailure(why ?? error) };
  const ms = Math.round(firstGlyphMs ?? 0);
  const detail = {
    en: `all ${total} characters visible, first after ${ms} ms, ${calls} calls`,
    zh: `${total} 字全部可见，首字 ${ms} ms，调用 ${calls} 次`,
  };
  if (owed.length > 0) {
    const { detail: cause, ...rest } = explainFailure(why ?? error);
    const open = {
      en: `all ${total} characters visible, but ${owed.length} card(s) could not be closed: ${cause?.en ?? ""}`,
      zh: `${total} 字全部可见，但有 ${owed.length} 张卡片未能收尾：${cause?.zh ?? ""}`,
    };
    return { ...check, ...rest, status: "warn", detail: open };
  }
  if (tier === "cardkit") return { ...check, status: "ok", detail };
  const { detail: cause, ...rest } = explainFailure(why);
  const instead = {
    en: `arrived, but by ${tier} instead of streaming: ${cause?.en ?? ""}`,
    zh: `已送达，但以 ${tier} 代替了流式：${cause?.zh ?? ""}`,
  };
  return { ...check, ...rest, status: "warn", detail: instead };
}
