import { UserActionError, findPerson, findSent } from "../as-user.ts";
import { applyTree } from "../card/apply.ts";
import { chatOf, isStreaming, readInline } from "../card/entity.ts";
import { CardIssue } from "../card/issue.ts";
import { fillTemplate } from "../card/template.ts";
import type { Core } from "../state/core.ts";
import { isObject, textOr } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { CALLBACK_MS } from "../limits.ts";
import type { CardEntity } from "../store/cards.ts";
import { announceCard } from "../views/make-views.ts";
import { envelope } from "./envelope.ts";
import { operatorIds } from "./events.ts";
import type { SinkResult } from "./sink.ts";

/** A person clicks something in a card. One of `elementId`, `name` and `value` says what. */
export interface Click {
  /** open_id, user_id or name. @defaultValue the first person */
  readonly from?: string | undefined;
  readonly messageId: string;
  readonly elementId?: string | undefined;
  /** `name` of a component. */
  readonly name?: string | undefined;
  /** Sent as it is, whether or not the card has a component with it: a forged click. */
  readonly value?: unknown;
  readonly formValue?: JsonObject | undefined;
  readonly inputValue?: string | undefined;
  readonly option?: string | undefined;
  /** Of a component that takes several. */
  readonly options?: readonly string[] | undefined;
  readonly checked?: boolean | undefined;
}

/** A short notice; `i18n` by language, `content` for the others. */
export interface Toast {
  readonly type: string;
  readonly content: string;
  readonly i18n?: Readonly<Record<string, string>> | undefined;
}

/** What the person sees of a click. */
export interface ClickResult {
  readonly status: "ok" | "failed";
  /** The client-visible code of a failure: 200341 no answer within 3 s, 200671 handler failed, … */
  readonly code: number | undefined;
  readonly toast: Toast | undefined;
  readonly cardUpdated: boolean;
  /** Address a component opens. */
  readonly openUrl: string | undefined;
  /** Plain words about an answer that could not be followed. */
  readonly warning: string | undefined;
}

const NOTHING: ClickResult = {
  status: "ok",
  code: undefined,
  toast: undefined,
  cardUpdated: false,
  openUrl: undefined,
  warning: undefined,
};

function findComponent(card: JsonObject, wanted: (node: JsonObject) => boolean): JsonObject | undefined {
  const visit = (value: unknown): JsonObject | undefined => {
    if (Array.isArray(value)) {
      for (const one of value) {
        const found = visit(one);
        if (found !== undefined) return found;
      }
      return undefined;
    }
    if (!isObject(value)) return undefined;
    if (typeof value["tag"] === "string" && wanted(value)) return value;
    for (const one of Object.values(value)) {
      const found = typeof one === "object" ? visit(one) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return visit(card);
}

function behaviors(node: JsonObject | undefined): JsonObject[] {
  const list = node?.["behaviors"];
  return Array.isArray(list) ? list.filter(isObject) : [];
}

/** Does it send its form? `action_type` is the older way to say so. */
function isSubmit(node: JsonObject | undefined): boolean {
  return (
    node?.["form_action_type"] === "submit" ||
    node?.["action_type"] === "form_submit" ||
    behaviors(node).some((one) => one["type"] === "form_action")
  );
}

/** Components that call back without any `behaviors`. @see web:input, web:single-select-dropdown-menu, web:overflow, web:date-picker */
const TELL_BY_THEMSELVES = new Set([
  "input",
  "select_static",
  "select_person",
  "date_picker",
  "picker_time",
  "picker_datetime",
  "overflow",
  "select_img",
]);

/** Inside a form they wait for its submit button. */
function tellsByItself(card: JsonObject, node: JsonObject | undefined): boolean {
  if (node === undefined || !TELL_BY_THEMSELVES.has(String(node["tag"]))) return false;
  return findComponent(card, (form) => form["tag"] === "form" && contains(form, node)) === undefined;
}

function contains(form: JsonObject, node: JsonObject): boolean {
  return findComponent(form, (one) => one === node) !== undefined;
}

/**
 * Sends `card.action.trigger` and shows what the app's answer does: toast, new card, or the error the person would see.
 * The card is locked (200810) until the answer is there.
 * @throws UserActionError when there is nothing to click
 * @see docs:cardkit-v1/card-callback-communication
 */
export async function clickAs(core: Core, click: Click): Promise<ClickResult> {
  const user = findPerson(core, click.from);
  const message = findSent(core, click.messageId);
  const card = core.store.cards.get(message.cardId ?? "");
  const app = message.sender.type === "app" ? core.store.apps.get(message.sender.appId) : undefined;
  if (card === undefined || app === undefined || message.recalled)
    throw new UserActionError("this message shows no card");
  if (core.store.chats.get(message.chatId)?.members.has(user.userId) !== true)
    throw new UserActionError(`${user.name} is not in this chat`);
  const node =
    click.elementId !== undefined || click.name !== undefined
      ? findComponent(card.tree.json, (one) =>
          click.elementId === undefined ? one["name"] === click.name : one["element_id"] === click.elementId,
        )
      : undefined;
  if (node === undefined && click.value === undefined)
    throw new UserActionError("the card has nothing like that to click");
  if (node?.["disabled"] === true) throw new UserActionError("this is disabled");
  const callback = behaviors(node).find((one) => one["type"] === "callback");
  const link = behaviors(node).find((one) => one["type"] === "open_url");
  const openUrl = link === undefined ? undefined : textOr(link["pc_url"]) || textOr(link["default_url"]);
  const submits = isSubmit(node);
  const value = click.value ?? callback?.["value"] ?? node?.["value"];
  if (value === undefined && callback === undefined && !submits && !tellsByItself(card.tree.json, node))
    return { ...NOTHING, openUrl };
  // A form component without a name cannot be told from another one; the client says so before it asks the app.
  if (submits && typeof node?.["name"] !== "string") return { ...NOTHING, status: "failed", code: 200530 };
  const issued = core.actionTokens.issue(app.appId, message.messageId);
  const event = envelope(core, app, "card.action.trigger", {
    operator: { tenant_key: app.tenantKey, ...operatorIds(core, app, user.userId) },
    token: issued.value,
    action: {
      // Components without a value of the app's own bring none, not an empty one.
      ...(value === undefined ? {} : { value }),
      tag: textOr(node?.["tag"]) || "button",
      ...(typeof node?.["name"] === "string" ? { name: node["name"] } : {}),
      ...(click.formValue === undefined ? {} : { form_value: click.formValue }),
      ...(click.inputValue === undefined ? {} : { input_value: click.inputValue }),
      ...(click.option === undefined ? {} : { option: click.option }),
      ...(click.options === undefined ? {} : { options: click.options }),
      ...(click.checked === undefined ? {} : { checked: click.checked }),
      timezone: "Asia/Shanghai",
    },
    host: "im_message",
    context: { open_message_id: message.messageId, open_chat_id: message.chatId },
  });
  card.lockedUntil = core.clock.now() + CALLBACK_MS;
  announceCard(core, card);
  const result = await core.inbound.ask(app, event);
  card.lockedUntil = -1;
  issued.token.answered = true;
  // Taking the card away before the answer arrives shows an error (seen in public code).
  const seen = message.recalled ? { ...NOTHING, status: "failed" as const, code: 300000 } : follow(core, card, result);
  announceCard(core, card);
  const { toast } = seen;
  if (toast !== undefined)
    core.feed.emit(() => ({
      type: "toast",
      from: core.store.users.openId(user, core.defaultAppId()),
      messageId: message.messageId,
      toast,
    }));
  return { ...seen, openUrl };
}

const TOAST_TYPES: readonly string[] = ["info", "success", "error", "warning"];

/** The toast of an answer in Chinese, the language of the person who clicks. */
function readToast(value: unknown): ClickResult["toast"] | "malformed" {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) return "malformed";
  const { type = "info", content, i18n } = value;
  const translated = isObject(i18n) ? textOr(i18n["zh_cn"]) || textOr(i18n["en_us"]) : "";
  const text = translated || content;
  if (typeof type !== "string" || !TOAST_TYPES.includes(type) || typeof text !== "string") return "malformed";
  if (!isObject(i18n)) return { type, content: text };
  const words = Object.entries(i18n).flatMap(([language, one]) => (typeof one === "string" ? [[language, one]] : []));
  return { type, content: text, i18n: Object.fromEntries(words) };
}

/** What an answer does. @see docs:cardkit-v1/card-callback-communication */
function follow(core: Core, card: CardEntity, result: SinkResult): ClickResult {
  const failed = (code: number, warning?: string): ClickResult => ({ ...NOTHING, status: "failed", code, warning });
  if (result.status === "failed") return failed(result.problem);
  const { answer } = result;
  if (answer === undefined || answer === null) return NOTHING;
  if (!isObject(answer)) return failed(200672, "the answer is not a JSON object");
  const toast = readToast(answer["toast"]);
  if (toast === "malformed") return failed(200672, `toast needs content, and a type out of ${TOAST_TYPES.join(", ")}`);
  if (answer["card"] === undefined) return { ...NOTHING, toast };
  const { card: given } = answer;
  if (!isObject(given) || !isObject(given["data"]) || (given["type"] !== "raw" && given["type"] !== "template"))
    return failed(200673, "card needs the type raw or template, and data, which is an object, not a string");
  if (isStreaming(core, card)) {
    return {
      ...NOTHING,
      toast,
      warning: "while a card is streaming, an answer cannot change it: turn streaming off first",
    };
  }
  try {
    const json = given["type"] === "template" ? fillTemplate(core, card.appId, given["data"]) : given["data"];
    if (
      isObject(json) &&
      Object.keys(json).length > 0 &&
      json["schema"] !== "2.0" &&
      card.tree.json["schema"] === "2.0"
    ) {
      return failed(200830, "a card of version 2.0 was answered with one of version 1.0");
    }
    if (isObject(json) && json["schema"] === "2.0" && card.tree.json["schema"] !== "2.0")
      return failed(200673, "a card of version 1.0 was answered with one of version 2.0");
    applyTree(card, readInline(core, card.appId, json, chatOf(core, card)));
    return { ...NOTHING, toast, cardUpdated: true };
  } catch (error) {
    if (error instanceof CardIssue) return failed(200673, error.message);
    throw error;
  }
}
