import type { ButtonElement, LinkButtonElement, RadioSelectElement, SelectElement, SelectOptionElement } from "chat";
import { plainText } from "../feishu/card/index.ts";
import type { ElementJson } from "../feishu/card/index.ts";
import { isWebAddress } from "../feishu/dialect/index.ts";

/** What something in a card of this adapter's sends when somebody uses it. */
export type ControlValue =
  | { readonly cardstream: "chat"; readonly action: string; readonly value?: string | undefined }
  /** The name of a form that {@link Forms} keeps, and whether it is to be closed. */
  | { readonly cardstream: "chat"; readonly form: string; readonly close?: boolean | undefined }
  | { readonly cardstream: "chat"; readonly stop: string; readonly asker: string };

type Control = ButtonElement | LinkButtonElement | SelectElement | RadioSelectElement;

export const callback = (value: ControlValue): ElementJson => ({ type: "callback", value });

/** Controls side by side. */
export function controlsJson(controls: readonly Control[]): ElementJson {
  return {
    tag: "column_set",
    flex_mode: "flow",
    horizontal_spacing: "8px",
    columns: controls.map((control) => ({ tag: "column", width: "auto", elements: [controlJson(control)] })),
  };
}

/** A list to choose from. Feishu has no other kind: also what is meant as radio buttons becomes one. */
export function selectJson(select: {
  readonly options: readonly SelectOptionElement[];
  readonly initialOption?: string | undefined;
  readonly placeholder?: string | undefined;
}): ElementJson {
  const { options, initialOption, placeholder } = select;
  return {
    tag: "select_static",
    ...(placeholder !== undefined && { placeholder: plainText(placeholder) }),
    options: options.map(({ label, value }) => ({ text: plainText(label), value })),
    ...(initialOption !== undefined && { initial_option: initialOption }),
  };
}

function controlJson(control: Control): ElementJson {
  switch (control.type) {
    case "button":
      return {
        tag: "button",
        text: plainText(control.label),
        type: buttonType(control.style),
        ...(control.tooltip !== undefined && { hover_tips: plainText(control.tooltip) }),
        ...(control.disabled === true && { disabled: true }),
        behaviors: [callback({ cardstream: "chat", action: control.id, value: control.value })],
      };
    case "link-button":
      return {
        tag: "button",
        text: plainText(control.label),
        type: buttonType(control.style),
        // A press runs nothing but what the web's addresses run.
        ...(isWebAddress(control.url)
          ? { behaviors: [{ type: "open_url", default_url: control.url }] }
          : { disabled: true }),
      };
    default:
      return {
        ...selectJson({ ...control, placeholder: "placeholder" in control ? control.placeholder : control.label }),
        behaviors: [callback({ cardstream: "chat", action: control.id })],
      };
  }
}

const buttonType = (style: ButtonElement["style"]): string =>
  style === "primary" || style === "danger" ? style : "default";
