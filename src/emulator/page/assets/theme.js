/** Light or dark: the system's choice until the person makes one. */

const KEY = "cardstream.theme";

/** @returns {"light" | "dark"} */
export function currentTheme() {
  const saved = localStorage.getItem(KEY);
  if (saved === "light" || saved === "dark") return saved;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** Puts the theme on the document. */
export function applyTheme() {
  document.documentElement.dataset.theme = currentTheme();
}

/** Switches and remembers. */
export function toggleTheme() {
  localStorage.setItem(KEY, currentTheme() === "dark" ? "light" : "dark");
  applyTheme();
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", applyTheme);
