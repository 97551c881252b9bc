import { currentLanguage } from "../i18n.js";

/** The open questions and their answers in words: `[English, 中文]`. @type {Record<string, [string, string]>} */
const QUESTIONS = {
  patchEntityMessage: ["PATCH on a message sent by card_id", "对以 card_id 发送的消息 PATCH"],
  patchConvertedMessage: ["PATCH on a converted card", "对 id_convert 后的卡片 PATCH"],
  sendableAfterMs: ["A new entity can be sent after", "新建实体多久后可发送"],
  convertibleAfterMs: ["A message can be converted after", "消息多久后可转换"],
  elementVisibleAfterMs: ["A new element is found after", "新组件多久后可见"],
  cardLimitWhileStreaming: ["Over 10 writes a second while streaming", "流式中每秒超过 10 次写入"],
  streamingCardsInChat: ["Several streaming cards in one chat", "同一会话多张流式卡片"],
  secondSend: ["Sending an entity again", "实体再次发送"],
  cardUuidReplay: ["A CardKit uuid used before", "CardKit uuid 重复"],
  cardUuidMs: ["A CardKit uuid is remembered for", "CardKit uuid 记忆时长"],
  failedCallConsumesSequence: ["A failed call uses its sequence up", "失败的调用消耗 sequence"],
  checkFirst: ["Looked at first", "先检查"],
  cardBytes: ["Largest card", "卡片大小上限"],
  cardTables: ["Markdown tables in a card", "单卡 Markdown 表格数"],
  unknownProperty: ["Unknown property on create", "创建时的未知属性"],
  imUuidReplay: ["A message uuid used before", "消息 uuid 重复"],
  fullUpdateEndsStreaming: ["A full update ends streaming", "全量更新结束流式"],
  addElementAfterTimeout: ["Adding elements after the timeout", "流式超时后新增组件"],
  updateMultiRequired: ["update_multi must be written out", "必须写明 update_multi"],
  userCardContent: ["user_card_content brings", "user_card_content 返回"],
  limitWindow: ["Limits count", "限频窗口"],
};

/** @type {Record<string, [string, string]>} */
const VALUES = {
  noop: ["code 0, nothing changes", "code 0，无变化"],
  replace: ["shows the new card", "显示新卡片"],
  replaceUntilNextCardKitCall: ["until the next CardKit call", "直到下一次 CardKit 调用"],
  refuse: ["refused", "拒绝"],
  works: ["works", "生效"],
  noopAfterCardKitCall: ["nothing after a CardKit call", "CardKit 调用后无变化"],
  free: ["free", "不限"],
  limited: ["13 a second together (429)", "合计每秒 13 次（429）"],
  other: ["230099, another sub-code", "230099 其他子码"],
  accepted: ["a second message", "第二条消息"],
  ok: ["code 0", "code 0"],
  appliedAgain: ["applied again", "再次生效"],
  same: ["the same answer", "同一结果"],
  true: ["yes", "是"],
  false: ["no", "否"],
  card: ["the card JSON", "卡片 JSON"],
  userDsl: ["{user_dsl}", "{user_dsl}"],
  sliding: ["back from the call", "从调用时刻往回算"],
  fixed: ["whole seconds", "整秒整分"],
};

/** @param {[string, string] | undefined} pair @param {string} fallback */
function inWords(pair, fallback) {
  return pair === undefined ? fallback : pair[currentLanguage() === "zh" ? 1 : 0];
}

/** @param {string} name @returns {string} */
export function questionInWords(name) {
  return inWords(QUESTIONS[name], name);
}

/** @param {string} name @param {unknown} value @returns {string} */
export function valueInWords(name, value) {
  if (typeof value === "number" && name.endsWith("Ms")) return value < 1_000 ? `${value} ms` : `${value / 1_000} s`;
  if (name === "cardBytes") return `${Number(value) / 1_024} KB`;
  if (typeof value === "number" && name === "secondSend") return `230099 / ${value}`;
  return inWords(VALUES[String(value)], String(value));
}
