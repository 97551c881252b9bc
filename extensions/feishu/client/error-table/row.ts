/**
 * What a caller acts on when Feishu says no. `unknown` covers every code that is not in the table.
 * `element-missing`: the card is there but the element is not (yet): retry shortly, else write the whole card.
 */
export type FeishuErrorKind =
  | "rate-limited"
  | "unauthenticated"
  | "forbidden"
  | "not-found"
  | "expired"
  | "sequence-conflict"
  | "duplicate"
  | "too-large"
  | "streaming-closed"
  | "element-missing"
  | "busy"
  | "invalid"
  | "server"
  | "unknown";

/** A sentence in both languages people of this product read. */
export interface Bilingual {
  readonly en: string;
  readonly zh: string;
}

/** One code of Feishu: what it means, what to do, and where that is written. */
export interface FeishuErrorRow {
  readonly code: number;
  readonly kind: FeishuErrorKind;
  readonly meaning: Bilingual;
  readonly remedy: Bilingual;
  /** The page or public report that says so. */
  readonly source: string;
  /** The row holds only for operations that start with this; without it, for all. */
  readonly operation?: string | undefined;
  /** The row holds only when Feishu's text contains this; only for codes whose text alone tells their cases apart: sub-code 11310, and 300315. */
  readonly text?: string | undefined;
  /** What there is too much of, when `kind` is `too-large`. */
  readonly tooMany?: "elements" | "tables" | undefined;
  /** A fresh token may help: refresh once and send again once. */
  readonly refreshToken?: true | undefined;
  /** People see the code in their client; no call is ever answered with it. */
  readonly shownToPeople?: true | undefined;
}

/** Shorthand that keeps a table readable: code, kind, [en, zh] meaning, [en, zh] remedy, and the rest. */
export function errorRow(
  code: number,
  kind: FeishuErrorKind,
  meaning: readonly [en: string, zh: string],
  remedy: readonly [en: string, zh: string],
  rest: Omit<FeishuErrorRow, "code" | "kind" | "meaning" | "remedy">,
): FeishuErrorRow {
  return Object.freeze({
    code,
    kind,
    meaning: { en: meaning[0], zh: meaning[1] },
    remedy: { en: remedy[0], zh: remedy[1] },
    ...rest,
  });
}

/** Remedies that many rows share. */
export const REMEDY: Readonly<
  Record<"bug" | "retry" | "token" | "target" | "card" | "stop" | "none", readonly [en: string, zh: string]>
> = {
  bug: ["A defect of this program: report it with the log id.", "这是本程序的缺陷：请附上 log id 反馈。"],
  retry: ["Wait and try again; nothing to change.", "稍候重试即可，无需改动。"],
  token: [
    "The token is renewed by itself; if it comes back, check app id and app secret.",
    "令牌会自动刷新；若反复出现，请检查 App ID 与 App Secret。",
  ],
  target: [
    "Check the id; ids of users are per app, so take it from an event of this app.",
    "请检查 ID；用户 ID 按应用区分，请使用本应用事件中的 ID。",
  ],
  card: ["The reply is continued in another card or as text.", "回复会改用新卡片或文本继续。"],
  stop: [
    "Nothing can be delivered there; the person or an administrator has to change it.",
    "无法在此投递，需要用户或管理员调整设置。",
  ],
  none: ["Nothing to do.", "无需处理。"],
};
