// The theme without its web fonts: readers have fonts, for Chinese as well.
export { default } from "vitepress/theme-without-fonts";
