import type { Json } from "./card-rules.ts";

/** A request as the server takes it. */
export interface Call {
  readonly name: CallName;
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly body: Json;
  readonly token: string | undefined;
}

/** Every operation of Feishu that this simulator knows. */
export type CallName = (typeof ROUTES)[number][2];

const ROUTES = [
  ["POST", "auth/v3/tenant_access_token/internal", "token"],
  ["POST", "cardkit/v1/cards", "card.create"],
  ["POST", "cardkit/v1/cards/id_convert", "card.convert"],
  ["PUT", "cardkit/v1/cards/*", "card.put"],
  ["PATCH", "cardkit/v1/cards/*/settings", "card.settings"],
  ["POST", "cardkit/v1/cards/*/batch_update", "card.batch"],
  ["POST", "cardkit/v1/cards/*/elements", "card.add"],
  ["PUT", "cardkit/v1/cards/*/elements/*", "card.element.put"],
  ["PATCH", "cardkit/v1/cards/*/elements/*", "card.element.patch"],
  ["DELETE", "cardkit/v1/cards/*/elements/*", "card.element.delete"],
  ["PUT", "cardkit/v1/cards/*/elements/*/content", "card.content"],
  ["POST", "im/v1/messages", "im.send"],
  ["GET", "im/v1/messages", "im.list"],
  ["POST", "im/v1/messages/*/reply", "im.reply"],
  ["PATCH", "im/v1/messages/*", "im.patch"],
  ["PUT", "im/v1/messages/*", "im.put"],
  ["GET", "im/v1/messages/*", "im.get"],
  ["DELETE", "im/v1/messages/*", "im.recall"],
  ["POST", "im/v1/messages/*/reactions", "im.react"],
  ["DELETE", "im/v1/messages/*/reactions/*", "im.unreact"],
  ["POST", "im/v1/images", "im.image"],
  ["POST", "im/v1/files", "im.file"],
] as const;

/** What a request asks for; undefined for a path that nobody answers. */
export function readCall(
  method: string,
  url: string,
  headers: Record<string, string>,
  body: unknown,
): Call | undefined {
  const { pathname, searchParams } = new URL(url);
  const path = pathname.replace(/^\/open-apis\//u, "").split("/");
  const route = ROUTES.find(([verb, pattern]) => {
    const parts = pattern.split("/");
    return (
      verb === method && parts.length === path.length && parts.every((part, i) => part === "*" || part === path[i])
    );
  });
  if (route === undefined) return undefined;
  const bearer = Object.entries(headers).find(([name]) => name.toLowerCase() === "authorization")?.[1];
  return {
    name: route[2],
    path,
    query: searchParams,
    body: typeof body === "string" && body !== "" ? (JSON.parse(body) as Json) : {},
    token: bearer?.replace(/^Bearer /u, ""),
  };
}
