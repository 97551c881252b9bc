import type { ModalChild, ModalElement, SelectOptionElement } from "chat";
import { markdownElement, plainText } from "../feishu/card/index.ts";
import type { CardJson, ElementJson } from "../feishu/card/index.ts";
import type { Language } from "../../src/plugin-sdk/index.ts";
import { callback, selectJson } from "./card-controls.ts";
import { ElementWriter } from "./card-json.ts";
import { chatStrings } from "./strings.ts";

/** What a form shows besides what it asks. */
export interface FormView {
  /** By which its presses name it. */
  readonly id: string;
  readonly modal: ModalElement;
  readonly language: Language;
  /** What was filled in before; takes the place of the initial values. */
  readonly values?: Readonly<Record<string, string>> | undefined;
  /** What is wrong with what was filled in, by field. */
  readonly errors?: Readonly<Record<string, string>> | undefined;
  /** Choices of the fields whose choices the bot makes when the form is opened. */
  readonly options?: Readonly<Record<string, readonly SelectOptionElement[]>> | undefined;
}

/** Fields of a form that somebody fills in. */
export type FormField = Exclude<ModalChild, { type: "text" | "fields" }>;

export const fieldsOf = ({ children }: ModalElement): FormField[] =>
  children.filter((child) => child.type !== "text" && child.type !== "fields");

const writer = new ElementWriter({ imageKey: () => undefined });

/**
 * A modal as a card with a form in it: Feishu has no dialogs for bots.
 * @see https://open.feishu.cn/document/feishu-cards/card-json-v2-components/containers/form-container
 */
export function formJson(view: FormView): CardJson {
  const { id, modal, language } = view;
  const strings = chatStrings[language];
  const button = (name: string, text: string, more: object): ElementJson => ({
    tag: "column",
    width: "auto",
    elements: [{ tag: "button", name, text: plainText(text), ...more }],
  });
  const buttons = {
    tag: "column_set",
    horizontal_spacing: "8px",
    columns: [
      button("submit", modal.submitLabel ?? strings.submit, {
        type: "primary",
        form_action_type: "submit",
        behaviors: [callback({ cardstream: "chat", form: id })],
      }),
      button("close", modal.closeLabel ?? strings.close, {
        behaviors: [callback({ cardstream: "chat", form: id, close: true })],
      }),
    ],
  };
  const elements = [...modal.children.flatMap((child) => childJson(child, view)), buttons];
  return card(modal.title, [{ tag: "form", name: "form", elements }]);
}

/** What becomes of a form that is done with. */
export function doneJson(modal: ModalElement, text: string): CardJson {
  return card(modal.title, [markdownElement(text)]);
}

const card = (title: string, elements: readonly ElementJson[]): CardJson => ({
  schema: "2.0",
  config: { update_multi: true },
  header: { title: plainText(title) },
  body: { elements },
});

function childJson(child: ModalChild, view: FormView): ElementJson[] {
  if (child.type === "text") return writer.write(child);
  if (child.type === "fields") return writer.write(child);
  const error = view.errors?.[child.id];
  const label = `**${child.label}**${error === undefined ? "" : ` <font color='red'>${error}</font>`}`;
  return [markdownElement(label), fieldJson(child, view)];
}

function fieldJson(field: FormField, { values, options }: FormView): ElementJson {
  const common = { name: field.id, required: field.optional !== true };
  const filled = values?.[field.id];
  const placeholder = "placeholder" in field && field.placeholder ? { placeholder: plainText(field.placeholder) } : {};
  const input = (more: object, initial: string | undefined): ElementJson => {
    const value = filled ?? initial;
    return {
      tag: "input",
      ...common,
      ...placeholder,
      width: "fill",
      ...(value !== undefined && { default_value: value }),
      ...more,
    };
  };
  switch (field.type) {
    case "text_input":
      return input(
        {
          ...(field.multiline === true && { input_type: "multiline_text", rows: 4 }),
          ...(field.maxLength !== undefined && { max_length: Math.min(field.maxLength, INPUT_MAX) }),
        },
        field.initialValue,
      );
    case "number_input":
      return input({}, field.initialValue?.toString());
    case "date_input": {
      const date = filled ?? field.initialValue;
      return { tag: "date_picker", ...common, ...placeholder, ...(date !== undefined && { initial_date: date }) };
    }
    case "external_select": {
      const { initialOption } = field;
      const all = options?.[field.id] ?? (initialOption === undefined ? [] : [initialOption]);
      return {
        ...selectJson({ ...field, options: all, initialOption: filled ?? initialOption?.value }),
        ...common,
      };
    }
    default:
      return { ...selectJson({ ...field, initialOption: filled ?? field.initialOption }), ...common };
  }
}

/** `max_length` of an input is 1–1,000. @see card-json-v2-components/interactive-components/input */
const INPUT_MAX = 1_000;
