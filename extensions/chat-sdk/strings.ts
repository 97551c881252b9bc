import type { Language } from "../../src/plugin-sdk/index.ts";

/** What the adapter says by itself. */
export interface ChatStrings {
  readonly stop: string;
  readonly submit: string;
  readonly close: string;
  readonly submitted: string;
  readonly closed: string;
  readonly needed: string;
  readonly noChoice: string;
  readonly noNumber: string;
  readonly outOfRange: (min: number | undefined, max: number | undefined) => string;
  readonly notYours: string;
  readonly formGone: string;
  readonly formWorking: string;
}

export const chatStrings: Readonly<Record<Language, ChatStrings>> = {
  en: {
    stop: "Stop",
    submit: "Submit",
    close: "Cancel",
    submitted: "✅ Submitted",
    closed: "Closed",
    needed: "is needed",
    noChoice: "is none of the choices",
    noNumber: "must be a number",
    outOfRange: (min, max) =>
      min === undefined
        ? `must be at most ${max}`
        : `must be at least ${min}${max === undefined ? "" : `, at most ${max}`}`,
    notYours: "This form is somebody else's",
    formGone: "This form is no longer in use",
    formWorking: "Your entries are being processed",
  },
  zh: {
    stop: "停止",
    submit: "提交",
    close: "取消",
    submitted: "✅ 已提交",
    closed: "已关闭",
    needed: "必填",
    noChoice: "不在可选项中",
    noNumber: "必须是数字",
    outOfRange: (min, max) =>
      [...(min === undefined ? [] : [`不能小于 ${min}`]), ...(max === undefined ? [] : [`不能大于 ${max}`])].join("，"),
    notYours: "这个表单是别人的",
    formGone: "这个表单已失效",
    formWorking: "正在处理你填写的内容",
  },
};
