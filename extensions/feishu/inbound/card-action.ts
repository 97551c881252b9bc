import { z } from "zod";
import type { FeishuEnvelope } from "./envelope.ts";
import type { FeishuPerson } from "./message.ts";

/** A press on something in a card of ours. All of it comes from the client of whoever pressed: untrusted until checked. */
export interface FeishuCardAction {
  readonly accountId: string;
  readonly eventId: string;
  readonly operator: FeishuPerson;
  /** For delayed updates of the card: 30 minutes, twice. Not the verification token. */
  readonly token: string;
  /** The pressed component's tag, for example `button`. */
  readonly tag: string;
  /** What the card said the component sends; empty when it sent no object. */
  readonly value: Readonly<Record<string, unknown>>;
  /** The component's `name`. */
  readonly name?: string | undefined;
  /** What was filled in, when the component submits a form. */
  readonly formValue?: Readonly<Record<string, unknown>> | undefined;
  readonly inputValue?: string | undefined;
  readonly option?: string | undefined;
  readonly options?: readonly string[] | undefined;
  readonly checked?: boolean | undefined;
  readonly timezone?: string | undefined;
  readonly messageId?: string | undefined;
  readonly chatId?: string | undefined;
  /** Wall-clock ms. */
  readonly createdAt: number;
  readonly raw: unknown;
}

/** What the person who pressed gets to see, and what becomes of the card. Nothing: no change. */
export interface FeishuCardActionAnswer {
  readonly toast?:
    | {
        readonly type: "info" | "success" | "warning" | "error";
        readonly content: string;
        /** By locale (`zh_cn`, `en_us`); the reader's own wins over `content`. */
        readonly i18n?: Readonly<Record<string, string>> | undefined;
      }
    | undefined;
  /** Replaces the card. Schema 2.0, and not while the card streams. */
  readonly card?: Readonly<Record<string, unknown>> | undefined;
}

const optional = z.string().optional().catch(undefined);
const record = z.record(z.string(), z.unknown());

const ids = z.object({ open_message_id: optional, open_chat_id: optional });

const schema = z.object({
  operator: z.object({ open_id: optional, union_id: optional, user_id: optional }),
  token: z.string().catch(""),
  action: z.object({
    // Absent for components that only have what was filled in: inputs, selects, date pickers, form buttons.
    value: z.unknown().optional(),
    tag: z.string().catch(""),
    name: optional,
    form_value: record.optional().catch(undefined),
    input_value: optional,
    option: optional,
    options: z.array(z.string()).optional().catch(undefined),
    checked: z.boolean().optional().catch(undefined),
    timezone: optional,
  }),
  context: ids.catch({}),
  ...ids.shape,
});

/**
 * Reads a `card.action.trigger`; undefined when it is not one.
 * @see Feishu server API, cardkit-v1/card-callback-communication
 */
export function toCardAction(envelope: FeishuEnvelope, accountId: string): FeishuCardAction | undefined {
  const parsed = schema.safeParse(envelope.event);
  if (!parsed.success) return undefined;
  const { operator, token, action, context } = parsed.data;
  const openId = operator.open_id || operator.union_id || operator.user_id;
  if (openId === undefined || openId === "") return undefined;
  return {
    accountId,
    eventId: envelope.eventId,
    operator: {
      openId,
      unionId: operator.union_id || undefined,
      userId: operator.user_id || undefined,
      type: "user",
    },
    token,
    tag: action.tag,
    value: toValue(action.value),
    name: action.name,
    formValue: action.form_value,
    inputValue: action.input_value,
    option: action.option,
    options: action.options,
    checked: action.checked,
    timezone: action.timezone,
    messageId: context.open_message_id || parsed.data.open_message_id || undefined,
    chatId: context.open_chat_id || parsed.data.open_chat_id || undefined,
    createdAt: envelope.createdAt,
    raw: envelope.event,
  };
}

/** The answer as Feishu wants it: the card is an object, not a string. */
export function toCallbackAnswer(answer: FeishuCardActionAnswer | undefined): object {
  return {
    ...(answer?.toast === undefined ? {} : { toast: answer.toast }),
    ...(answer?.card === undefined ? {} : { card: { type: "raw", data: answer.card } }),
  };
}

/** A component may also send a string, which often is an object written down. */
function toValue(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "string") return record.catch({}).parse(value);
  try {
    return record.catch({}).parse(JSON.parse(value));
  } catch {
    return {};
  }
}
