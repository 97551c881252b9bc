import { h } from "../dom.js";
import { t } from "../i18n.js";

const KINDS = new Set([
  "default",
  "primary",
  "danger",
  "text",
  "primary_text",
  "danger_text",
  "primary_filled",
  "danger_filled",
  "laser",
]);

/**
 * A button that opens a link, asks the bot, or submits the form around it.
 *
 * @param {import("./element.js").Component} component
 * @param {import("./card-view.js").CardView} view
 */
export function button(component, view) {
  const kind = KINDS.has(component.type) ? component.type : "default";
  const label = component.text?.content ?? t("button");
  const control = h(
    "button",
    {
      type: "button",
      class: `card-button kind-${kind} size-${component.size ?? "medium"} ${component.width === "fill" ? "fill" : ""}`,
      disabled: component.disabled === true,
      title: (component.disabled ? component.disabled_tips : component.hover_tips)?.content ?? null,
    },
    h("span", null, label),
  );
  if (/^\d{2,3}px$/u.test(component.width ?? "")) control.style.width = component.width;
  control.addEventListener("click", () => void press(component, view, control));
  return control;
}

/** @param {any} component @param {any} view @param {HTMLButtonElement} control */
async function press(component, view, control) {
  if (component.confirm !== undefined && !(await view.confirm(component.confirm))) return;
  const around = control.closest("form");
  if (component.form_action_type === "reset") {
    if (around instanceof HTMLFormElement) around.reset();
    return;
  }
  await view.act(component, control, around instanceof HTMLFormElement ? around : undefined);
}
