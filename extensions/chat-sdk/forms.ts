import type { Adapter, Author, ChatInstance, ModalElement, ModalResponse, SelectOptionElement } from "chat";
import { editMessage } from "../feishu/edit-message.ts";
import type { CardJson } from "../feishu/card/index.ts";
import type { FeishuCardAction, FeishuCardActionAnswer } from "../feishu/inbound/index.ts";
import type { FeishuInstance } from "../feishu/index.ts";
import type { Language } from "../../src/plugin-sdk/index.ts";
import { DeadlineError, withDeadline } from "../../src/time/index.ts";
import { doneJson, fieldsOf, formJson } from "./form-json.ts";
import type { FormView } from "./form-json.ts";
import { readForm } from "./form-values.ts";
import { chatStrings } from "./strings.ts";

/** A form that somebody may fill in; kept in the Chat's state, so that any process can take it. */
interface KeptForm {
  readonly modal: ModalElement;
  readonly contextId: string | undefined;
  /** Whose it is. */
  readonly personId: string;
  readonly language: Language;
  readonly options: Readonly<Record<string, readonly SelectOptionElement[]>>;
}

/** What {@link Forms} work with. */
export interface FormsOptions {
  readonly instance: FeishuInstance;
  readonly adapter: Adapter;
  readonly chat: () => ChatInstance;
  readonly author: (openId: string) => Author;
  /** Work that goes on behind an answer. */
  readonly track: (work: Promise<unknown>) => void;
}

/** A form works for a day. */
const KEPT_MS = 86_400_000;
/** A press has to be answered within 2.5 s. */
const ANSWER_WITHIN_MS = 2_000;

/** Modals of the Chat SDK's as cards with a form in them. */
export class Forms {
  readonly #options: FormsOptions;

  constructor(options: FormsOptions) {
    this.#options = options;
  }

  /** Makes the card of a modal. The caller sends it. */
  async open(modal: ModalElement, who: Omit<KeptForm, "modal" | "options">): Promise<CardJson> {
    const id = this.#options.instance.delivery.nonce(24);
    const kept: KeptForm = { modal, ...who, options: await this.#loadOptions(modal, who.personId) };
    await this.#keep(id, kept);
    return formJson({ id, ...kept });
  }

  /** Somebody submits or closes a form. All of `action` but the message comes from their client. */
  async press(action: FeishuCardAction, id: string, close: boolean): Promise<FeishuCardActionAnswer | undefined> {
    const kept = await this.#options.chat().getState().get<KeptForm>(this.#key(id));
    const { openId } = action.operator;
    if (kept === null) return toast("formGone");
    if (kept.personId !== openId) return toast("notYours");
    return close ? this.#close(action, id, kept) : this.#submit(action, id, kept);
  }

  async #close(action: FeishuCardAction, id: string, kept: KeptForm): Promise<FeishuCardActionAnswer> {
    const { modal, contextId, language, personId } = kept;
    await this.#options.chat().getState().delete(this.#key(id));
    if (modal.notifyOnClose === true)
      this.#options.chat().processModalClose(
        {
          adapter: this.#options.adapter,
          callbackId: modal.callbackId,
          privateMetadata: modal.privateMetadata,
          user: this.#options.author(personId),
          viewId: action.messageId ?? "",
          raw: action,
        },
        contextId,
      );
    return { card: doneJson(modal, chatStrings[language].closed) };
  }

  async #submit(action: FeishuCardAction, id: string, kept: KeptForm): Promise<FeishuCardActionAnswer | undefined> {
    const { modal, contextId, language, personId, options } = kept;
    const view: FormView = { id, modal, language, options };
    const { values, errors } = readForm(modal, action.formValue ?? {}, language);
    if (Object.keys(errors).length > 0) return { card: formJson({ ...view, values, errors }) };
    const event = {
      adapter: this.#options.adapter,
      callbackId: modal.callbackId,
      privateMetadata: modal.privateMetadata,
      values,
      user: this.#options.author(personId),
      viewId: action.messageId ?? "",
      raw: action,
    };
    const card = this.#tell(event, contextId).then((response) => this.#follow(response, { ...view, values }, kept));
    try {
      return { card: await withDeadline(this.#clock, ANSWER_WITHIN_MS, "answering a form", () => card) };
    } catch (error) {
      if (!(error instanceof DeadlineError)) throw error;
      this.#options.track(this.#replaceLater(action.messageId, card));
      return toast("formWorking");
    }
  }

  /**
   * Tells the bot. The Chat SDK forgets where a modal belongs with its first submission, though one that had errors is submitted again:
   * what it forgets is put back.
   */
  async #tell(
    event: Parameters<ChatInstance["processModalSubmit"]>[0],
    contextId: string | undefined,
  ): Promise<ModalResponse | undefined> {
    const chat = this.#options.chat();
    const key = `modal-context:${this.#options.adapter.name}:${contextId}`;
    const context = contextId === undefined ? null : await chat.getState().get(key);
    const response = await chat.processModalSubmit(event, contextId);
    const goesOn = response !== undefined && response.action !== "close" && response.action !== "clear";
    if (goesOn && context !== null) await chat.getState().set(key, context, KEPT_MS);
    return response;
  }

  /** What the bot's answer makes of the form. Feishu stacks no dialogs: one that is pushed takes the place of the one below. */
  async #follow(response: ModalResponse | undefined, view: FormView, kept: KeptForm): Promise<CardJson> {
    switch (response?.action) {
      case "errors":
        return formJson({ ...view, errors: response.errors });
      case "update":
      case "push": {
        const { modal } = response;
        const next: KeptForm = { ...kept, modal, options: await this.#loadOptions(modal, kept.personId) };
        await this.#keep(view.id, next);
        return formJson({ id: view.id, ...next });
      }
      default:
        await this.#options.chat().getState().delete(this.#key(view.id));
        return doneJson(view.modal, chatStrings[view.language].submitted);
    }
  }

  async #replaceLater(messageId: string | undefined, card: Promise<CardJson>): Promise<void> {
    const { delivery } = this.#options.instance;
    try {
      const json = await card;
      if (messageId !== undefined) await editMessage(delivery, messageId, { card: json });
    } catch (error) {
      delivery.logger.warn("a form could not be changed", { error: error instanceof Error ? error.name : "unknown" });
    }
  }

  /** Feishu asks for no choices while somebody types, so all of them are there from the beginning. */
  async #loadOptions(modal: ModalElement, personId: string): Promise<KeptForm["options"]> {
    const { adapter, chat, author } = this.#options;
    const loaded = fieldsOf(modal).flatMap((field) =>
      field.type === "external_select"
        ? [
            chat()
              .processOptionsLoad({ actionId: field.id, adapter, query: "", raw: undefined, user: author(personId) })
              .then((result) => [field.id, (result ?? []).flatMap((one) => ("options" in one ? one.options : [one]))]),
          ]
        : [],
    );
    return Object.fromEntries(await Promise.all(loaded)) as KeptForm["options"];
  }

  async #keep(id: string, kept: KeptForm): Promise<void> {
    await this.#options.chat().getState().set(this.#key(id), kept, KEPT_MS);
  }

  #key(id: string): string {
    return `${this.#options.adapter.name}:form:${id}`;
  }

  get #clock(): FeishuInstance["delivery"]["clock"] {
    return this.#options.instance.delivery.clock;
  }
}

const toast = (what: "formGone" | "notYours" | "formWorking"): FeishuCardActionAnswer => {
  const { zh, en } = chatStrings;
  return { toast: { type: "info", content: zh[what], i18n: { zh_cn: zh[what], en_us: en[what] } } };
};
