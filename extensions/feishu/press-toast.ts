import type { CardActionAnswer } from "../../src/plugin-sdk/index.ts";
import type { FeishuCardActionAnswer } from "./inbound/index.ts";

/** What a press is answered with, as Feishu takes it. Feishu picks the toast's language by the reader's own. */
export function toToastAnswer({ toast }: CardActionAnswer): FeishuCardActionAnswer | undefined {
  if (toast === undefined) return undefined;
  const { type, text } = toast;
  return { toast: { type, content: text.zh, i18n: { zh_cn: text.zh, en_us: text.en } } };
}
