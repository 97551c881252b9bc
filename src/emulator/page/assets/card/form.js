import { h } from "../dom.js";
import { t } from "../i18n.js";
import { renderAll } from "./element.js";

/** Parts of a card a person fills in. Values go to the bot when a button of the form is pressed. */

/**
 * A component's name as data. As the attribute `name` it would be a property of the form or the document as well, in the place of
 * one that the page needs (`createElement`, `elements`).
 *
 * @param {any} component
 */
const named = (component) => (typeof component.name === "string" ? { name: component.name } : {});

/** @param {any} component @param {any} view @param {string} path */
export function form(component, view, path) {
  const element = h("form", { class: "card-form" }, renderAll(component.elements, view, path));
  element.addEventListener("submit", (/** @type {Event} */ event) => event.preventDefault());
  return element;
}

/** @param {any} component @param {any} view */
export function input(component, view) {
  const label = component.label?.content ?? component.placeholder?.content ?? component.name ?? t("input");
  const field = h(component.input_type === "multiline_text" ? "textarea" : "input", {
    class: "card-input",
    dataset: named(component),
    placeholder: component.placeholder?.content ?? null,
    value: component.default_value ?? null,
    maxlength: component.max_length ?? null,
    disabled: component.disabled === true,
    "aria-label": label,
  });
  field.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    // Outside a form a line is sent by itself, as with the arrow in Feishu's client.
    if (event.key !== "Enter" || event.isComposing || event.keyCode === 229 || field.closest("form") !== null) return;
    if (field instanceof HTMLTextAreaElement && event.shiftKey) return;
    event.preventDefault();
    void view.act(component, field, undefined, { inputValue: field.value });
  });
  return h("label", { class: "card-field" }, component.label && h("span", null, label), field);
}

/** @param {any} component @param {any} view */
export function select(component, view) {
  const field = h(
    "select",
    {
      class: "card-input",
      dataset: named(component),
      multiple: component.tag === "multi_select_static",
      disabled: component.disabled === true,
      "aria-label": component.placeholder?.content ?? component.name ?? t("choose"),
    },
    component.tag === "select_static" && h("option", { value: "" }, component.placeholder?.content ?? t("choose")),
    (component.options ?? []).map((/** @type {any} */ option) =>
      h(
        "option",
        { value: option.value ?? "", selected: option.value === component.initial_option },
        option.text?.content ?? option.value ?? "",
      ),
    ),
  );
  field.addEventListener("change", () => {
    if (field.closest("form") === null) void view.act(component, field, undefined, { option: field.value });
  });
  return field;
}

/** @param {any} component @param {any} view @param {string} path */
export function checker(component, view, path) {
  const box = h("input", {
    type: "checkbox",
    dataset: named(component),
    checked: component.checked === true,
    disabled: component.disabled === true,
  });
  box.addEventListener("change", () => {
    if (box.closest("form") === null) void view.act(component, box, undefined, { checked: box.checked });
  });
  return h(
    "label",
    { class: "card-checker" },
    box,
    renderAll(component.text === undefined ? [] : [component.text], view, path),
  );
}

/** What a person filled in, by component name. @param {HTMLFormElement} element */
export function formValues(element) {
  /** @type {Record<string, unknown>} */
  const values = Object.create(null);
  for (const field of element.elements) {
    const name = field instanceof HTMLElement ? field.dataset["name"] : undefined;
    if (!name) continue;
    if (field instanceof HTMLInputElement) values[name] = field.type === "checkbox" ? field.checked : field.value;
    else if (field instanceof HTMLTextAreaElement) values[name] = field.value;
    else if (field instanceof HTMLSelectElement)
      values[name] = field.multiple ? [...field.selectedOptions].map((option) => option.value) : field.value;
  }
  return values;
}
