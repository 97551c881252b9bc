export type { LoadImage } from "./load-image.ts";
export { ImageError } from "./load-image.ts";
export { ReplyImages } from "./reply-images.ts";
export type { ReplyImagesOptions } from "./reply-images.ts";
export { createWebImageLoader } from "./web-image-loader.ts";
export type { WebImageLoader, WebImageLoaderOptions } from "./web-image-loader.ts";
