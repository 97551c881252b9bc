export { createAdmin } from "./app.ts";
export { adminCookie, isAdmin } from "./auth.ts";
