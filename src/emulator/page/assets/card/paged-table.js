import { h } from "../dom.js";
import { icon } from "../icons.js";
import { t } from "../i18n.js";

/**
 * A table in a frame that scrolls sideways, a page of rows at a time.
 *
 * @param {any} table
 * @param {number} perPage
 * @returns {HTMLElement}
 */
export function pagedTable(table, perPage) {
  const rows = [...table.querySelectorAll("tbody > tr")];
  const frame = h("div", { class: "table-frame", tabindex: "0", role: "group", "aria-label": t("table") }, table);
  const block = h("div", { class: "md-block table-block" }, frame);
  const pages = Math.ceil(rows.length / perPage);
  if (pages <= 1) return block;
  let page = 0;
  const where = h("span", { class: "pager-where", "aria-live": "polite" });
  const step = (/** @type {number} */ by) => {
    page = Math.min(pages - 1, Math.max(0, page + by));
    rows.forEach((row, index) => {
      row.hidden = Math.floor(index / perPage) !== page;
    });
    where.textContent = t("pageOf", { page: page + 1, pages });
    previous.disabled = page === 0;
    next.disabled = page === pages - 1;
  };
  const previous = h(
    "button",
    { type: "button", class: "ghost small", "aria-label": t("previousPage"), on: { click: () => step(-1) } },
    icon("back", 14),
  );
  const next = h(
    "button",
    { type: "button", class: "ghost small", "aria-label": t("nextPage"), on: { click: () => step(1) } },
    icon("forward", 14),
  );
  block.append(h("div", { class: "pager", dataset: { chrome: "" } }, previous, where, next));
  step(0);
  return block;
}
