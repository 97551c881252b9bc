/** What a call does, as far as a recording is read. */
export interface Operation {
  /** `card.create`, `message.reply`, …; the path with its ids left out where it has no name. */
  readonly name: string;
  readonly cardId?: string | undefined;
  readonly messageId?: string | undefined;
  /** The `open_id` of who is looked up. */
  readonly personId?: string | undefined;
}

const NAMES: readonly (readonly [method: string, path: RegExp, name: string])[] = [
  ["POST", /^\/cardkit\/v1\/cards$/u, "card.create"],
  ["POST", /^\/cardkit\/v1\/cards\/id_convert$/u, "card.convert"],
  ["PUT", /^\/cardkit\/v1\/cards\/(?<card>[^/]+)$/u, "card.update"],
  ["PATCH", /^\/cardkit\/v1\/cards\/(?<card>[^/]+)\/settings$/u, "card.settings"],
  ["POST", /^\/cardkit\/v1\/cards\/(?<card>[^/]+)\/batch_update$/u, "card.batch"],
  ["POST", /^\/cardkit\/v1\/cards\/(?<card>[^/]+)\/elements$/u, "element.add"],
  ["PUT", /^\/cardkit\/v1\/cards\/(?<card>[^/]+)\/elements\/[^/]+\/content$/u, "element.content"],
  ["PUT", /^\/cardkit\/v1\/cards\/(?<card>[^/]+)\/elements\/[^/]+$/u, "element.replace"],
  ["PATCH", /^\/cardkit\/v1\/cards\/(?<card>[^/]+)\/elements\/[^/]+$/u, "element.patch"],
  ["DELETE", /^\/cardkit\/v1\/cards\/(?<card>[^/]+)\/elements\/[^/]+$/u, "element.delete"],
  ["POST", /^\/im\/v1\/messages$/u, "message.create"],
  ["GET", /^\/im\/v1\/messages$/u, "message.list"],
  ["GET", /^\/im\/v1\/messages\/mget$/u, "message.mget"],
  ["POST", /^\/im\/v1\/messages\/(?<message>[^/]+)\/reply$/u, "message.reply"],
  ["POST", /^\/im\/v1\/messages\/(?<message>[^/]+)\/reactions$/u, "reaction.add"],
  ["DELETE", /^\/im\/v1\/messages\/(?<message>[^/]+)\/reactions\/[^/]+$/u, "reaction.delete"],
  ["GET", /^\/im\/v1\/messages\/(?<message>[^/]+)\/reactions$/u, "reaction.list"],
  ["GET", /^\/im\/v1\/messages\/(?<message>[^/]+)\/resources\/[^/]+$/u, "message.resource"],
  ["PATCH", /^\/im\/v1\/messages\/(?<message>[^/]+)$/u, "message.patch"],
  ["PUT", /^\/im\/v1\/messages\/(?<message>[^/]+)$/u, "message.edit"],
  ["DELETE", /^\/im\/v1\/messages\/(?<message>[^/]+)$/u, "message.recall"],
  ["GET", /^\/im\/v1\/messages\/(?<message>[^/]+)$/u, "message.get"],
  ["GET", /^\/contact\/v3\/users\/(?<person>ou_[^/]+)$/u, "user.get"],
  ["POST", /^\/im\/v1\/images$/u, "image.upload"],
  ["POST", /^\/im\/v1\/files$/u, "file.upload"],
];

/** Names a call by method and path. */
export function operationOf(method: string, path: string): Operation {
  const local = path.replace(/^\/open-apis/u, "");
  if (/^\/auth\/|^\/callback\/ws\/|^\/oauth\//u.test(local)) return { name: "auth" };
  for (const [wanted, pattern, name] of NAMES) {
    const match = wanted === method ? pattern.exec(local) : null;
    if (match !== null) {
      const { card: cardId, message: messageId, person: personId } = match.groups ?? {};
      return { name, cardId, messageId, personId };
    }
  }
  const shape = local
    .split("/")
    .map((part) => (/^[a-z][a-z_]*$|^v\d$|^$/u.test(part) ? part : ":id"))
    .join("/");
  return { name: `${method} ${shape}` };
}
