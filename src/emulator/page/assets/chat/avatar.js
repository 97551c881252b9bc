import { h } from "../dom.js";

/** A person's or bot's initial on a colour of its own. @param {string} id @param {string} name @param {{ bot?: boolean, size?: number }} [options] */
export function avatar(id, name, options = {}) {
  let sum = 0;
  for (const unit of id) sum = (sum * 31 + (unit.codePointAt(0) ?? 0)) % 9973;
  const letter = [...name.trim()][0] ?? "?";
  return h(
    "span",
    {
      class: `avatar hue-${sum % 6} ${options.bot ? "bot" : ""} ${options.size === 24 ? "tiny" : ""}`,
      "aria-hidden": "true",
    },
    letter.toUpperCase(),
  );
}
