import { z } from "zod";
import type { RemoteStream } from "../feed/index.ts";
import type { OutgoingContent, OutgoingTarget, StreamingReplyOptions, UpdatedContent } from "../plugin-sdk/index.ts";
import { thinkTagModes } from "../provider-wire/index.ts";
import type { ThinkTagMode } from "../provider-wire/index.ts";
import type { DeliveryResult } from "../stream/index.ts";

const id = z.string().min(1).max(255);

/** Where something goes. Exactly one of `chat_id`, `open_id` and `reply_to`. */
export interface TargetBody {
  readonly instance?: string | undefined;
  readonly chat_id?: string | undefined;
  readonly open_id?: string | undefined;
  readonly reply_to?: string | undefined;
  readonly reply_in_thread?: boolean | undefined;
}

/** The schema of each field of a body. */
export type Fields<Body> = { readonly [Key in keyof Body]-?: z.ZodType<Body[Key]> };

/** See {@link TargetBody}. */
export const targetFields: Fields<TargetBody> = {
  instance: z.string().min(1).max(64).optional().describe("Which app sends; needed only when there are several."),
  chat_id: id.optional().describe("A chat: `oc_…`."),
  open_id: id.optional().describe("A person: `ou_…`."),
  reply_to: id.optional().describe("A message to answer: `om_…`."),
  reply_in_thread: z.boolean().optional().describe("With `reply_to`: answer in a topic of its own."),
};

/** The target a body names; undefined when it names none or several. */
export function toTarget(body: TargetBody): OutgoingTarget | undefined {
  const { chat_id, open_id, reply_to, reply_in_thread } = body;
  if ([chat_id, open_id, reply_to].filter((given) => given !== undefined).length !== 1) return undefined;
  if (chat_id !== undefined) return { chatId: chat_id };
  if (open_id !== undefined) return { personId: open_id };
  return reply_to === undefined ? undefined : { replyTo: reply_to, inThread: reply_in_thread };
}

const text = z.strictObject({ type: z.literal("text"), text: z.string().min(1) });
const markdown = z.strictObject({
  type: z.literal("markdown"),
  markdown: z.string().min(1),
  title: z.string().min(1).max(200).optional(),
});
const card = z.strictObject({
  type: z.literal("card"),
  card: z.record(z.string(), z.unknown()).describe("Card JSON, schema 2.0 or 1.0."),
});
const image = z.strictObject({
  type: z.literal("image"),
  image_base64: z.base64().min(1).describe("An image file, at most 10 MB."),
});

/** What is sent, with more fields beside it. A field that is neither is refused. */
export const contentSchema = <More>(more: Fields<More>): z.ZodType<ContentBody & More> =>
  // The fields of `more` have the types that `Fields` says; zod cannot follow a generic shape.
  z.discriminatedUnion("type", [
    text.extend(more),
    markdown.extend(more),
    card.extend(more),
    image.extend(more),
  ]) as unknown as z.ZodType<ContentBody & More>;
/** What a message is changed to. */
export const updateSchema: z.ZodType<Exclude<ContentBody, { type: "image" }>> = z.discriminatedUnion("type", [
  text,
  markdown,
  card,
]);

/** See {@link contentSchema}. */
export type ContentBody =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "markdown"; readonly markdown: string; readonly title?: string | undefined }
  | { readonly type: "card"; readonly card: Record<string, unknown> }
  | { readonly type: "image"; readonly image_base64: string };

/** The neutral content of a body. */
export function toContent(body: Exclude<ContentBody, { type: "image" }>): UpdatedContent;
export function toContent(body: ContentBody): OutgoingContent;
export function toContent(body: ContentBody): OutgoingContent {
  return body.type === "image" ? { type: "image", data: Buffer.from(body.image_base64, "base64") } : body;
}

/** How the text of a stream is read. */
export interface ReadBody {
  readonly think_tags?: ThinkTagMode | undefined;
}

/** See {@link ReadBody}. */
export const readFields: Fields<ReadBody> = {
  think_tags: z
    .enum(thinkTagModes)
    .optional()
    .describe(
      "Reasoning between `<think>` tags in the text: `auto` (default), `always`, `open` (begins inside), `off`.",
    ),
};

/** How a streaming card looks. */
export interface LookBody {
  readonly title?: string | undefined;
  readonly language?: "zh" | "en" | undefined;
  readonly flush_ms?: number | undefined;
}

/** See {@link LookBody}. */
export const lookFields: Fields<LookBody> = {
  title: z.string().min(1).max(200).optional().describe("Header of the card."),
  language: z.enum(["zh", "en"]).optional().describe("Language of the card's own words."),
  flush_ms: z.coerce
    .number()
    .int()
    .min(0)
    .max(10_000)
    .optional()
    .describe("Milliseconds between writes; 0 is as often as Feishu allows."),
};

/** The neutral look of a body. */
export const toLook = ({ title, language, flush_ms }: LookBody): StreamingReplyOptions => ({
  title,
  language,
  flushMs: flush_ms,
  placeholder: true,
});

const orNull = <T extends z.ZodType>(type: T): z.ZodNullable<T> => z.nullable(type);
const characters = z.int().min(0);

const resultSchema: z.ZodType<ResultBody> = z.object({
  outcome: z.enum(["finalized", "failed", "aborted"]),
  delivered: characters.describe("Characters known to be visible. Less than `total`: see `error`."),
  total: characters,
  cards: z.int(),
  tier: z.enum(["cardkit", "im-patch", "text", "none"]).describe("The lowest means of delivery that was used."),
  retries: z.int(),
  rejected: z.int(),
  unknown_resolved: z.int(),
  calls: z.int(),
  bytes: z.int(),
  first_glyph_ms: orNull(z.number()),
  finish_lag_ms: orNull(z.number()),
  parts: z.array(
    z.object({
      tier: z.string(),
      message_id: orNull(z.string()),
      card_id: orNull(z.string()),
      start: characters,
      end: characters,
    }),
  ),
  owed: z
    .array(z.object({ message_id: orNull(z.string()), card_id: orNull(z.string()) }))
    .describe("Cards that show their text but could not be closed when the stream ended. The gateway goes on trying."),
  error: orNull(z.string()).describe("Why a part is missing, or why a card could not be closed."),
});

/** A stream and what is known of its delivery. */
export const streamSchema: z.ZodType<StreamBody> = z.object({
  id: z.string(),
  provider: z.string(),
  instance: z.string(),
  chat_id: orNull(z.string()),
  message_id: orNull(z.string()),
  started_at: z.number().describe("Milliseconds since 1970."),
  last_flush_at: orNull(z.number()),
  finalized: z.boolean(),
  offset: characters.describe("Characters accepted (UTF-16 code units): where the next append belongs."),
  acknowledged: characters.describe("Characters that Feishu has acknowledged: what a reader sees."),
  result: orNull(resultSchema).describe("Set once the stream has ended."),
});

/** What is known of a stream that has ended. */
interface ResultBody {
  readonly outcome: DeliveryResult["outcome"];
  readonly delivered: number;
  readonly total: number;
  readonly cards: number;
  readonly tier: DeliveryResult["tier"];
  readonly retries: number;
  readonly rejected: number;
  readonly unknown_resolved: number;
  readonly calls: number;
  readonly bytes: number;
  readonly first_glyph_ms: number | null;
  readonly finish_lag_ms: number | null;
  readonly parts: {
    readonly tier: string;
    readonly message_id: string | null;
    readonly card_id: string | null;
    readonly start: number;
    readonly end: number;
  }[];
  readonly owed: { readonly message_id: string | null; readonly card_id: string | null }[];
  readonly error: string | null;
}

/** See {@link streamSchema}. */
export interface StreamBody {
  readonly id: string;
  readonly provider: string;
  readonly instance: string;
  readonly chat_id: string | null;
  readonly message_id: string | null;
  readonly started_at: number;
  readonly last_flush_at: number | null;
  readonly finalized: boolean;
  readonly offset: number;
  readonly acknowledged: number;
  readonly result: ResultBody | null;
}

/** A stream as it is answered. */
export function toStreamBody(stream: RemoteStream): StreamBody {
  const { provider, instance, chatId, messageId, startedAt, lastFlushAt, finalized } = stream.session;
  return {
    id: stream.id,
    provider,
    instance,
    chat_id: chatId ?? null,
    message_id: messageId ?? null,
    started_at: startedAt,
    last_flush_at: lastFlushAt ?? null,
    finalized,
    offset: stream.offset,
    acknowledged: stream.acknowledged,
    result: stream.result === undefined ? null : toResultBody(stream.result),
  };
}

function toResultBody(result: DeliveryResult): ResultBody {
  const { outcome, delivered, total, cards, tier, retries, rejected, calls, bytes } = result;
  return {
    outcome,
    delivered,
    total,
    cards,
    tier,
    retries,
    rejected,
    unknown_resolved: result.unknownResolved,
    calls,
    bytes,
    first_glyph_ms: result.firstGlyphMs ?? null,
    finish_lag_ms: result.finishLagMs ?? null,
    parts: result.parts.map(({ tier, messageId, cardId, start, end }) => ({
      tier,
      message_id: messageId ?? null,
      card_id: cardId ?? null,
      start,
      end,
    })),
    owed: result.owed.map(({ messageId, cardId }) => ({ message_id: messageId ?? null, card_id: cardId ?? null })),
    error: result.error?.message ?? null,
  };
}
