/**
 * One typed function per Feishu operation. Each takes the client, camelCase params and `{ signal, timeoutMs }`, checks ids and
 * lengths before anything is sent, and rejects with FeishuInputError (nothing was sent), FeishuApiError (Feishu said no),
 * FeishuTransportError (fate unknown) or the signal's reason.
 * @module
 */
export {
  batchUpdateCardFeishu,
  convertMessageIdToCardIdFeishu,
  createCardEntityFeishu,
  setCardStreamingModeFeishu,
  updateCardEntityFeishu,
  updateCardSettingsFeishu,
} from "./send/card-entity.ts";
export type { CardAction, CardJson, CardSettings, CardWrite } from "./send/card-entity.ts";
export {
  addCardElementsFeishu,
  deleteCardElementFeishu,
  patchCardElementFeishu,
  replaceCardElementFeishu,
  streamUpdateCardElementFeishu,
} from "./send/card-elements.ts";
export type { ElementPlace } from "./send/card-elements.ts";
export { addReactionFeishu, deleteReactionFeishu, getBotInfoFeishu, listChatsFeishu } from "./send/chats.ts";
export type { BotInfo, FeishuChat } from "./send/chats.ts";
export { toFileName } from "./send/file-name.ts";
export {
  downloadResourceFeishu,
  sendAudioFeishu,
  sendFileFeishu,
  sendImageFeishu,
  sendMediaFeishu,
  uploadFileFeishu,
  uploadImageFeishu,
} from "./send/media.ts";
export type { DownloadedResource, FileData, FileType } from "./send/media.ts";
export type { MessageTarget, SentMessage } from "./send/message-target.ts";
export {
  editMessageFeishu,
  patchCardMessageFeishu,
  recallMessageFeishu,
  sendCardEntityFeishu,
  sendCardFeishu,
  sendPostFeishu,
  sendStreamingCardFeishu,
  sendTextFeishu,
} from "./send/messages.ts";
export type { EditedBody, Outgoing, StreamingCard } from "./send/messages.ts";
export { getMessageFeishu, listMessagesFeishu } from "./send/read.ts";
export type { FeishuMessage, ListMessagesParams } from "./send/read.ts";
