import { timingSafeEqual } from "node:crypto";

/** The cookie that the page gets, so that it needs no token of its own. */
const ADMIN_COOKIE = "emulator_admin";

function same(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Does the request carry the admin token: as a bearer, in `?token=`, or in the page's cookie? */
export function isAdmin(request: Request, token: string): boolean {
  const bearer = /^Bearer\s+(.*)$/iu.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";
  if (bearer !== "" && same(bearer.trim(), token)) return true;
  const asked = new URL(request.url).searchParams.get("token");
  if (asked !== null && same(asked, token)) return true;
  const cookies = (request.headers.get("cookie") ?? "").split(";").map((one) => one.trim().split("="));
  return cookies.some(([name, value]) => name?.startsWith(ADMIN_COOKIE) === true && same(value ?? "", token));
}

/**
 * `Set-Cookie` for the page. Strict same-site, so another website's requests do not carry it; the port is in the name because
 * cookies do not tell ports apart and two emulators may run side by side.
 */
export function adminCookie(token: string, port: string): string {
  return `${ADMIN_COOKIE}_${port}=${token}; Path=/; HttpOnly; SameSite=Strict`;
}
