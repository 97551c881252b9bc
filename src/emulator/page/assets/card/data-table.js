import { h } from "../dom.js";
import { colorName } from "./colors.js";
import { blocksOf, renderBlock } from "./markdown.js";
import { pagedTable } from "./paged-table.js";

/**
 * The `table` component: columns with a type, rows as objects, paged.
 *
 * @param {any} component
 * @param {import("./card-view.js").CardView} view
 */
export function dataTable(component, view) {
  const columns = Array.isArray(component.columns) ? component.columns : [];
  const head = h(
    "tr",
    null,
    columns.map((/** @type {any} */ column) =>
      h(
        "th",
        { scope: "col", class: `align-${column.horizontal_align ?? "left"}` },
        column.display_name ?? column.name ?? "",
      ),
    ),
  );
  const rows = (component.rows ?? []).map((/** @type {any} */ row) =>
    h(
      "tr",
      null,
      columns.map((/** @type {any} */ column) =>
        h("td", { class: `align-${column.horizontal_align ?? "left"}` }, cell(own(row, column.name), column, view)),
      ),
    ),
  );
  const size = Number(component.page_size ?? 5);
  return pagedTable(
    h("table", null, h("thead", null, head), h("tbody", null, rows)),
    size >= 1 && size <= 10 ? size : 5,
  );
}

/** What a row itself holds: not what every object has. @param {any} row @param {any} name @returns {any} */
const own = (row, name) =>
  typeof row === "object" && row !== null && Object.hasOwn(row, name) ? row[name] : undefined;

/** As many as a number is shown with; more than browsers take would throw. @param {any} given */
const decimals = (given) => (Number.isInteger(given) ? Math.min(Math.max(given, 0), 20) : undefined);

/** @param {any} value @param {any} column @param {any} view @returns {any} */
function cell(value, column, view) {
  if (value === undefined || value === null) return "";
  switch (column.data_type) {
    case "markdown":
    case "lark_md":
      return blocksOf(String(value)).map((block) => renderBlock(block.tokens, view.context));
    case "options":
      return (Array.isArray(value) ? value : [value]).map((option) =>
        h("span", { class: `tag tag-${colorName(option?.color, "neutral")}` }, option?.text ?? String(option)),
      );
    case "persons":
      return (Array.isArray(value) ? value : [value]).map((id) =>
        h("span", { class: "mention" }, `@${view.context.nameOf(id) ?? id}`),
      );
    case "number": {
      const digits = decimals(column.format?.precision);
      const number = Number(value).toLocaleString(
        undefined,
        digits === undefined ? {} : { minimumFractionDigits: digits, maximumFractionDigits: digits },
      );
      return `${column.format?.symbol ?? ""}${number}`;
    }
    case "date":
      return new Date(Number(value)).toLocaleDateString();
    default:
      return String(value);
  }
}
