import { currentLanguage } from "./i18n.js";

/** What the admin API says no with, in Chinese; `$1` is what it names. Its own words are English, for programs. @type {[RegExp, string][]} */
const CHINESE = [
  [/^there is no user (.*)$/u, "没有用户 $1"],
  [/^there is no message (.*)$/u, "没有消息 $1"],
  [/^there is no (?:such )?message$/u, "没有这条消息"],
  [/^(?:appId: )?there is no app (.*)$/u, "没有应用 $1"],
  [/^there is no chat (.*)$/u, "没有会话 $1"],
  [/^there is no topic (.*)$/u, "没有话题 $1"],
  [/^there is no code (.*)$/u, "没有注册码 $1"],
  [/^(?:cardId: )?there is no card (.*)$/u, "没有卡片 $1"],
  [/^there is no such entry$/u, "没有这条调用记录"],
  [/^there is no such fault$/u, "没有这项故障"],
  [/^there is no such file$/u, "没有这个文件"],
  [/^there is no such card$/u, "没有这张卡片"],
  [/^before: there is no message (.*) in this chat$/u, "本会话没有消息 $1"],
  [/^the message to answer is in another chat$/u, "要回复的消息在另一个会话中"],
  [/^the chat was dissolved$/u, "群组已解散"],
  [/^(.+) is not in this chat$/u, "$1 不在该会话中"],
  [/^no such bot in this chat$/u, "该会话中没有这个机器人"],
  [/^nothing to send.*$/u, "没有可发送的内容"],
  [/^only a person's own text can be edited$/u, "只能编辑自己发送的文本"],
  [/^only a person's own message can be taken back$/u, "只能撤回自己的消息"],
  [/^this message shows no card$/u, "这条消息没有卡片"],
  [/^the card has nothing like that to click$/u, "卡片上没有可以这样点击的组件"],
  [/^this is disabled$/u, "该组件已禁用"],
  [/^speed: must be above 0$/u, "速度必须大于 0"],
  [/^operation: nothing is called (.*)$/u, "没有名为 $1 的操作"],
  [/^the body is not JSON$/u, "请求内容不是 JSON"],
  [/^(.+): must be a number from (.+) on$/u, "$1 应为不小于 $2 的数"],
  [/^appId: this app is here already$/u, "该应用已存在"],
  [/^the app has no webhook$/u, "该应用没有 webhook"],
  [/^a timeline or recording has one JSON object a line$/u, "调用记录应为每行一个 JSON 对象"],
  [/^kind: image or file$/u, "类型应为图片或文件"],
];

/** A refusal of the admin API in the page's language; what is rare stays as it is. @param {string} words */
export function adminWords(words) {
  if (currentLanguage() !== "zh") return words;
  const known = CHINESE.find(([pattern]) => pattern.test(words));
  return known === undefined ? words : words.replace(known[0], known[1]);
}
