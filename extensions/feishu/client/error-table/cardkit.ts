import { errorRow as row, REMEDY } from "./row.ts";
import type { FeishuErrorRow } from "./row.ts";

const card = { source: "CardKit v1 (cardkit-v1/card/create, update, settings, batch_update)" };
const element = { source: "CardKit v1 (cardkit-v1/card-element/create, update, patch, delete, content)" };

/**
 * Codes of the CardKit operations; HTTP status 400.
 * @see Feishu server API, cardkit-v1/feishu-card-resource-overview
 */
export const CARDKIT_ERRORS: readonly FeishuErrorRow[] = [
  row(10002, "invalid", ["invalid parameter", "参数错误"], REMEDY.bug, card),
  row(200220, "invalid", ["the card could not be generated from its JSON", "卡片内容生成失败"], REMEDY.card, card),
  row(200400, "rate-limited", ["too many writes to one card", "单张卡片更新过于频繁"], REMEDY.retry, {
    source: "public reports (openclaw/openclaw#92708 and public clients)",
  }),
  row(200510, "streaming-closed", ["streaming mode timed out", "流式更新超时"], REMEDY.card, element),
  row(
    200610,
    "invalid",
    ["the card JSON has no body (schema 1.0?)", "卡片 JSON 缺少 body（可能是 1.0 结构）"],
    REMEDY.bug,
    { source: "public report NousResearch/hermes-agent#30167" },
  ),
  row(200621, "invalid", ["the card JSON could not be parsed", "卡片 JSON 解析失败"], REMEDY.card, {
    source: "public reports: what messages say inside 230099, seen on CardKit too",
  }),
  row(200740, "not-found", ["the card entity does not exist", "卡片实体不存在"], REMEDY.card, card),
  row(200750, "expired", ["the card entity is older than 14 days", "卡片实体已超过 14 天有效期"], REMEDY.card, card),
  row(200770, "duplicate", ["this write was already applied (same uuid)", "相同 uuid 的操作已执行"], REMEDY.none, card),
  row(200810, "busy", ["somebody is just using the card's buttons", "卡片正处于交互中"], REMEDY.retry, card),
  row(
    200850,
    "streaming-closed",
    ["streaming mode timed out after ten minutes", "流式模式已超过 10 分钟自动关闭"],
    REMEDY.card,
    element,
  ),
  row(200860, "too-large", ["the card is too large", "卡片内容超出大小限制"], REMEDY.card, card),
  row(300000, "server", ["internal error of the platform", "平台内部错误"], REMEDY.retry, {
    source: "public reports: passes within a second",
  }),
  row(300120, "server", ["internal error while writing the card", "写入卡片时内部错误"], REMEDY.retry, element),
  row(300121, "invalid", ["the element could not be replaced", "组件替换失败"], REMEDY.bug, element),
  row(300122, "invalid", ["the card's settings could not be changed", "卡片配置更新失败"], REMEDY.bug, card),
  row(300301, "invalid", ["two elements of the card share an element_id", "element_id 重复"], REMEDY.bug, card),
  row(300302, "invalid", ["update_multi has to be true", "update_multi 必须为 true"], REMEDY.bug, card),
  row(300303, "invalid", ["only card schema 2.0 is accepted", "仅支持卡片 JSON 2.0"], REMEDY.bug, card),
  row(300305, "too-large", ["the card has more than 200 elements", "卡片组件超过 200 个"], REMEDY.card, {
    ...card,
    tooMany: "elements",
  }),
  row(300307, "invalid", ["the card JSON is empty", "卡片 JSON 为空"], REMEDY.bug, card),
  row(300309, "streaming-closed", ["streaming mode is off", "流式更新模式已关闭"], REMEDY.card, element),
  row(300310, "invalid", ["the element cannot take streamed text", "该组件不支持流式文本"], REMEDY.bug, element),
  row(
    300311,
    "forbidden",
    ["the card belongs to another app", "卡片属于其他应用"],
    ["Write the card with the app that created it.", "请使用创建该卡片的应用操作。"],
    card,
  ),
  row(300312, "invalid", ["an element's tag cannot be changed", "组件 tag 不可修改"], REMEDY.bug, element),
  row(300313, "element-missing", ["the element was not found in the card", "卡片中未找到该组件"], REMEDY.card, element),
  row(300314, "invalid", ["the element could not be deleted", "组件删除失败"], REMEDY.card, element),
  row(300315, "too-large", ["the card is too large for one more element", "卡片过大，无法再新增组件"], REMEDY.card, {
    source: "public clients (300315 carries 200860 as its inner code)",
    text: "inner code: 200860",
  }),
  row(300315, "too-large", ["the card has more than 200 elements", "卡片组件超过 200 个"], REMEDY.card, {
    source: "public clients (300315 carries 300305 as its inner code)",
    text: "inner code: 300305",
    tooMany: "elements",
  }),
  row(300315, "invalid", ["the element could not be added", "组件新增失败"], REMEDY.card, element),
  row(300317, "sequence-conflict", ["sequence is not larger than the last one", "sequence 未递增"], REMEDY.none, card),
];
