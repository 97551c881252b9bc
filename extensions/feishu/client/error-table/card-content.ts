import { errorRow as row, REMEDY } from "./row.ts";
import type { FeishuErrorRow } from "./row.ts";

const create = { source: "im-v1/message/create, 230099 (Failed to create card content, ext=ErrCode: …)" };
const reported = (where: string): { source: string } => ({ source: `public report ${where}` });

/**
 * Sub-codes of 230099 (`ErrCode: N` in Feishu's text). 11310 is a catch-all: only there does the text decide.
 * @see Feishu server API, im-v1/message/create
 */
export const CARD_CONTENT_ERRORS: readonly FeishuErrorRow[] = [
  row(
    100290,
    "invalid",
    ["the card mentions somebody who does not exist", "卡片 @ 了不存在的用户"],
    ["Mention people by their open_id of this app only.", "请仅使用本应用下的 open_id 进行 @。"],
    create,
  ),
  row(11310, "too-large", ["the card has too many tables", "卡片表格数量超限"], REMEDY.card, {
    ...reported("larksuite/openclaw-lark#46, #53, #65, #436"),
    text: "table number over limit",
    tooMany: "tables",
  }),
  row(11310, "too-large", ["the card has more than 200 elements", "卡片组件超过 200 个"], REMEDY.card, {
    ...create,
    text: "element exceeds the limit",
    tooMany: "elements",
  }),
  row(11310, "busy", ["somebody is just using the card's buttons", "卡片正处于交互中"], REMEDY.retry, {
    ...create,
    text: "card action is lock",
  }),
  row(
    11310,
    "not-found",
    ["the card entity cannot be sent (unknown, or sent before)", "卡片实体不可用（不存在或已发送过）"],
    REMEDY.card,
    { ...reported("larksuite/openclaw-lark, src/card/card-error.ts"), text: "cardid is invalid" },
  ),
  row(11310, "invalid", ["the card was refused", "卡片内容被拒绝"], REMEDY.card, create),
  row(
    200380,
    "not-found",
    ["the card template does not exist", "卡片模板不存在"],
    ["Publish the template in the card builder.", "请在卡片搭建工具中发布模板。"],
    create,
  ),
  row(
    200381,
    "forbidden",
    ["the card template is not visible to this app", "卡片模板对该应用不可见"],
    ["Add the app to the template's users in the card builder.", "请在卡片搭建工具中授权该应用。"],
    create,
  ),
  row(200550, "invalid", ["a chart of the card is invalid", "图表组件配置错误"], REMEDY.card, create),
  row(
    200570,
    "invalid",
    ["an image key of the card is invalid", "图片 key 无效"],
    ["Upload the image with this app first.", "请先使用本应用上传图片。"],
    create,
  ),
  row(200621, "invalid", ["the card JSON could not be parsed", "卡片 JSON 解析失败"], REMEDY.bug, create),
  row(200732, "invalid", ["a template variable has the wrong type", "模板变量类型错误"], REMEDY.bug, create),
  row(200737, "invalid", ["a template variable has the wrong format", "模板变量格式错误"], REMEDY.bug, create),
  row(
    200800,
    "invalid",
    ["a card of version 1.0 cannot become one of version 2.0", "1.0 卡片不可更新为 2.0 卡片"],
    REMEDY.bug,
    { source: "baileyh8/hermes-feishu-streaming-card#227" },
  ),
  row(
    200830,
    "invalid",
    ["a card of version 2.0 cannot become one of version 1.0", "2.0 卡片不可更新为 1.0 卡片"],
    REMEDY.bug,
    {
      source: "cardkit-v1/card-callback-communication",
    },
  ),
  row(
    200861,
    "invalid",
    ["an element is not supported in card schema 2.0", "卡片 JSON 2.0 不支持该组件"],
    REMEDY.bug,
    create,
  ),
  row(200914, "invalid", ["the rows of a table are invalid", "表格行数据无效"], REMEDY.card, create),
  row(
    200915,
    "invalid",
    ["a table row names a column that does not exist", "表格行引用了不存在的列"],
    REMEDY.card,
    create,
  ),
  row(300220, "invalid", ["a card with audio cannot be forwardable", "含音频组件的卡片须禁止转发"], REMEDY.bug, create),
  row(300230, "invalid", ["two audio elements share an id", "音频组件 ID 重复"], REMEDY.bug, create),
  row(
    300240,
    "forbidden",
    ["the audio belongs to another app", "音频资源属于其他应用"],
    ["Upload the audio with this app.", "请使用本应用重新上传音频。"],
    create,
  ),
];
