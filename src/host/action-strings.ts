import type { CardActionAnswer } from "../plugin-sdk/index.ts";

/** What can come of a press on one of our buttons. */
export type PressOutcome =
  | "stopped"
  | "restarted"
  | "continued"
  | "foreign"
  | "used"
  | "over"
  | "outdated"
  | "not-ours";

const toast = (type: "info" | "success" | "warning", en: string, zh: string): CardActionAnswer => ({
  toast: { type, text: { en, zh } },
});

/** What the person who pressed is told. */
export const pressAnswers: Readonly<Record<PressOutcome, CardActionAnswer>> = {
  stopped: toast("success", "Stopped", "已停止"),
  restarted: toast("success", "Answering again", "正在重新生成"),
  continued: toast("success", "Going on", "正在继续"),
  foreign: toast("warning", "Only the person who asked can use this button", "只有提问者可以使用此按钮"),
  used: toast("info", "This button has been used already", "此按钮已使用过"),
  over: toast("info", "This answer has ended already", "这条回答已经结束"),
  outdated: toast("info", "This button is no longer valid; please ask again", "此按钮已失效，请重新提问"),
  "not-ours": {},
};
