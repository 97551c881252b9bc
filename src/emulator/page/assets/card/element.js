import { h } from "../dom.js";
import { icon } from "../icons.js";
import { t } from "../i18n.js";
import { button } from "./button.js";
import { colorName, rgba } from "./colors.js";
import { checker, form, input, select } from "./form.js";
import { image } from "./markdown.js";
import { panel } from "./panel.js";
import { dataTable } from "./data-table.js";

/**
 * The components of card JSON 2.0 as DOM (docs/en/reference/platform.md), and `action` and `note` of 1.0, which old cards still carry.
 *
 * @typedef {Record<string, any>} Component one component of a card, as the bot wrote it
 * @typedef {import("./card-view.js").CardView} CardView
 */

const SIZES = new Set([
  "heading-0",
  "heading-1",
  "heading-2",
  "heading-3",
  "heading-4",
  "heading",
  "normal",
  "notation",
  "xxxx-large",
  "xxx-large",
  "xx-large",
  "x-large",
  "large",
  "medium",
  "small",
  "x-small",
]);

/** Margins and paddings as Feishu takes them: one to four lengths in px. @param {unknown} value */
export function lengths(value) {
  return typeof value === "string" && /^(?:-?\d{1,3}px\s*){1,4}$/u.test(value) ? value : undefined;
}

/** @param {Component} component */
function textClasses(component) {
  const size = SIZES.has(component.text_size) ? component.text_size : "normal";
  const align = ["left", "center", "right"].includes(component.text_align) ? component.text_align : "left";
  const ink = component.text_color === undefined ? "" : `ink-${colorName(component.text_color, "default")}`;
  // lark_md keeps newlines, as its page shows; Markdown elements need a blank line or <br>.
  return `size-${size} align-${align} ${ink} ${component.tag === "lark_md" ? "newlines" : ""}`;
}

/**
 * @param {Component} component
 * @param {CardView} view
 * @param {string} path where the component stands in the card, for those without an element_id
 * @returns {HTMLElement}
 */
export function renderElement(component, view, path) {
  const element = renderTag(component, view, path);
  const margin = lengths(component.margin);
  if (margin !== undefined) element.style.margin = margin;
  if (typeof component.element_id === "string") element.dataset.elementId = component.element_id;
  return element;
}

/** @param {any[] | undefined} list @param {CardView} view @param {string} path */
export function renderAll(list, view, path) {
  return (Array.isArray(list) ? list : []).map((item, index) => renderElement(item ?? {}, view, `${path}.${index}`));
}

/** @param {Component} component @param {CardView} view @param {string} path @returns {any} */
function renderTag(component, view, path) {
  switch (component.tag) {
    case "markdown":
      return view.text(component, `${path}.content`, true, textClasses(component));
    case "plain_text":
    case "lark_md":
      return view.text(component, `${path}.content`, component.tag === "lark_md", textClasses(component));
    case "div":
      return division(component, view, path);
    case "hr":
      return h("hr", { class: "card-hr" });
    case "img":
      return picture(component, view);
    case "img_combination":
      return h(
        "div",
        { class: "pictures" },
        (component.img_list ?? []).map((/** @type {Component} */ item) => picture(item, view)),
      );
    case "button":
      return button(component, view);
    case "collapsible_panel":
      return panel(component, view, path);
    case "column_set":
      return columns(component, view, path);
    case "column":
      return h("div", { class: "column" }, renderAll(component.elements, view, path));
    case "action":
      return h("div", { class: "row" }, renderAll(component.actions, view, path));
    case "note":
      return h("div", { class: "row note" }, renderAll(component.elements, view, path));
    case "table":
      return dataTable(component, view);
    case "form":
      return form(component, view, path);
    case "input":
      return input(component, view);
    case "select_static":
    case "multi_select_static":
      return select(component, view);
    case "checker":
      return checker(component, view, path);
    case "interactive_container":
      return interactive(component, view, path);
    case "person":
      return h("span", { class: "mention" }, `@${view.context.nameOf(component.user_id) ?? component.user_id ?? ""}`);
    default:
      return h("div", { class: "placeholder" }, icon("warn", 14), ` ${t("notDrawn", { tag: String(component.tag) })}`);
  }
}

/** @param {Component} component @param {CardView} view @param {string} path */
function division(component, view, path) {
  const text = component.text === undefined ? null : renderElement(component.text, view, `${path}.text`);
  const fields = (component.fields ?? []).map((/** @type {Component} */ field, /** @type {number} */ index) =>
    h(
      "div",
      { class: field.is_short ? "field short" : "field" },
      renderElement(field.text ?? {}, view, `${path}.fields.${index}`),
    ),
  );
  return h("div", { class: "division" }, text, fields.length > 0 && h("div", { class: "fields" }, fields));
}

/** @param {Component} component @param {CardView} view */
function picture(component, view) {
  const alt = component.alt?.content ?? component.title?.content ?? "";
  return h(
    "div",
    { class: `card-picture ${component.scale_type === "crop_center" ? "crop" : ""}` },
    image(String(component.img_key ?? ""), alt, view.context),
  );
}

/** @param {Component} component @param {CardView} view @param {string} path */
function columns(component, view, path) {
  const background = colorName(component.background_style, "none");
  const set = h("div", { class: `columns flow-${component.flex_mode ?? "none"} fill-${background}` });
  for (const [index, column] of (component.columns ?? []).entries()) {
    const box = renderElement({ ...column, tag: "column" }, view, `${path}.columns.${index}`);
    const weight = Number(column.weight ?? 1);
    if (column.width === "weighted") box.style.flex = `${Number.isFinite(weight) ? weight : 1} 1 0`;
    else if (/^\d{1,3}px$/u.test(column.width ?? "")) box.style.flex = `0 0 ${column.width}`;
    else box.style.flex = "0 1 auto";
    box.classList.add(
      `valign-${["top", "center", "bottom"].includes(column.vertical_align) ? column.vertical_align : "top"}`,
    );
    box.classList.add(`fill-${colorName(column.background_style, "none")}`);
    set.append(box);
  }
  return set;
}

/** @param {Component} component @param {CardView} view @param {string} path */
function interactive(component, view, path) {
  const box = h(
    "div",
    {
      class: "interactive",
      role: "button",
      tabindex: component.disabled ? null : "0",
      "aria-disabled": component.disabled ? "true" : null,
    },
    renderAll(component.elements, view, path),
  );
  const act = () => view.act(component, box);
  if (!component.disabled) {
    box.addEventListener("click", act);
    box.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      if (event.key === "Enter" || event.key === " ") act();
    });
  }
  const color = rgba(component.background_style);
  if (color !== undefined) box.style.background = color;
  return box;
}
