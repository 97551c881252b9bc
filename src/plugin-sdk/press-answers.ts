import type { CardActionAnswer } from "./inbound.ts";

/**
 * What can come of a press on a button of a reply, in whichever host:
 * - `stopping`, `stopped`: the answer ends soon, or has ended
 * - `restarted`, `continued`: it is asked again, or goes on
 * - `foreign`: somebody else asked
 * - `used`: the button did its work before; `running`: its time has not come; `over`: its time is gone
 * - `outdated`: an older turn's; `forged`: no turn's at all
 * - `away`: the process that wrote the card does not answer now
 * - `not-ours`: not a button of a reply
 */
export type PressOutcome =
  | "stopping"
  | "stopped"
  | "restarted"
  | "continued"
  | "foreign"
  | "used"
  | "running"
  | "over"
  | "outdated"
  | "forged"
  | "away"
  | "not-ours";

const toast = (type: "info" | "success" | "warning", en: string, zh: string): CardActionAnswer => ({
  toast: { type, text: { en, zh } },
});

/** What the person who pressed is told. */
export const pressAnswers: Readonly<Record<PressOutcome, CardActionAnswer>> = {
  stopping: toast("success", "Stopping", "正在停止"),
  stopped: toast("success", "Stopped", "已停止"),
  restarted: toast("success", "Answering again", "正在重新生成"),
  continued: toast("success", "Going on", "正在继续"),
  foreign: toast("warning", "Only the person who asked can use this button", "只有提问者可以使用此按钮"),
  used: toast("info", "This button has been used already", "此按钮已使用过"),
  running: toast("info", "The answer is still being written", "回答还在生成中"),
  over: toast("info", "This answer has ended already", "这条回答已经结束"),
  outdated: toast("info", "This button is no longer valid; please ask again", "此按钮已失效，请重新提问"),
  forged: toast("warning", "This button is no longer in use", "这个按钮已失效"),
  away: toast("warning", "Nothing was done, or not yet; please press again in a moment", "尚未处理，请稍后再按一次"),
  "not-ours": {},
};
