import { h } from "../dom.js";
import { icon } from "../icons.js";
import { t } from "../i18n.js";
import { colorName } from "./colors.js";
import { lengths, renderAll, renderElement } from "./element.js";

/**
 * A collapsible panel. Whether the person opened it outlives the next version of the card.
 *
 * @param {import("./element.js").Component} component
 * @param {import("./card-view.js").CardView} view
 * @param {string} path
 */
export function panel(component, view, path) {
  const key = component.element_id ?? path;
  const open = view.panels.get(key) ?? component.expanded === true;
  const header = component.header ?? {};
  const body = h("div", { class: "panel-body" }, renderAll(component.elements, view, path));
  const title =
    header.title === undefined
      ? h("span", null, t("details"))
      : renderElement(header.title, view, `${path}.header.title`);
  const toggle = h(
    "button",
    { type: "button", class: `panel-header icon-${header.icon_position ?? "right"}`, "aria-expanded": String(open) },
    h("span", { class: "panel-title" }, title),
    icon("down", 16),
  );
  const box = h("div", { class: `panel border-${colorName(component.border?.color, "none")}` }, toggle, body);
  body.hidden = !open;
  const padding = lengths(component.padding);
  if (padding !== undefined) body.style.padding = padding;
  toggle.addEventListener("click", () => {
    body.hidden = !body.hidden;
    toggle.setAttribute("aria-expanded", String(!body.hidden));
    view.panels.set(key, !body.hidden);
  });
  return box;
}
