import { h } from "../dom.js";

/** The last two characters of a name, as Feishu shows them, on a colour of its own. @param {string} id @param {string} name @param {{ bot?: boolean, size?: number }} [options] */
export function avatar(id, name, options = {}) {
  let sum = 0;
  for (const unit of id) sum = (sum * 31 + (unit.codePointAt(0) ?? 0)) % 9973;
  const letters = [...name.trim()].slice(-2).join("") || "?";
  return h(
    "span",
    {
      class: `avatar hue-${sum % 6} ${options.bot ? "bot" : ""} ${options.size === 24 ? "tiny" : ""}`,
      "aria-hidden": "true",
    },
    letters,
  );
}
