import { t } from "../i18n.js";

/** What the emulator says about a chat in Feishu's Chinese words, in the language of the page. @type {Record<string, any>} */
const PREVIEWS = {
  "[生成中...]": "previewGenerating",
  "[消息已撤回]": "previewRecalled",
  "[卡片]": "previewCard",
  "[图片]": "previewImage",
  "[文件]": "previewFile",
  "[语音]": "previewAudio",
  "[视频]": "previewVideo",
  "[富文本]": "previewPost",
  "[表情]": "previewSticker",
  "[聊天记录]": "chatHistory",
};

/** What the chat list says of the newest message. @param {string} text @returns {string} */
export function previewText(text) {
  const key = Object.hasOwn(PREVIEWS, text) ? PREVIEWS[text] : undefined;
  return key === undefined ? text : t(key);
}
