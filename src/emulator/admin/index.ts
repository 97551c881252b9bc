export { createAdmin } from "./app.ts";
export { adminCookie } from "./auth.ts";
