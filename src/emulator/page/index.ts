export { readPageAsset } from "./asset.ts";
export type { PageAsset } from "./asset.ts";
