import { z } from "zod";
import { ok } from "../api/answer.ts";
import type { Answer } from "../api/answer.ts";
import type { Call, Route } from "../api/call.ts";
import { refuse } from "../api/refusal.ts";
import type { User } from "../store/users.ts";

const base = { auth: "tenant", scopes: [], invalid: "fieldValidation" } as const;
const batchBody = z.object({
  emails: z.array(z.string()).max(50).optional(),
  mobiles: z.array(z.string()).max(50).optional(),
});

function find(call: Call): User {
  const id = call.param("user_id");
  const type = call.idType("user_id_type");
  const { users } = call.core.store;
  if (type === "open_id") {
    const found = users.byOpenId(id);
    if (found === undefined) throw refuse("openIdUnknown");
    if (found.appId !== call.app.appId) throw refuse("openIdOfOtherApp");
    return found.user;
  }
  const user = users.all().find((one) => (type === "union_id" ? one.unionId : one.userId) === id);
  if (user === undefined) throw refuse("userIdUnknown");
  return user;
}

function get(call: Call): Answer {
  const user = find(call);
  const { app, core } = call;
  return ok({
    user: {
      open_id: core.store.users.openId(user, app.appId),
      union_id: user.unionId,
      user_id: user.userId,
      name: user.name,
      en_name: user.nameEn ?? "",
      email: user.email,
      avatar: {},
      status: {
        is_activated: true,
        is_exited: user.resigned,
        is_frozen: false,
        is_resigned: user.resigned,
        is_unjoin: false,
      },
    },
  });
}

function batchGetId(call: Call): Answer {
  const input = call.input(batchBody);
  const type = call.idType("user_id_type");
  const byEmail = (input.emails ?? []).map((email) => {
    const user = call.core.store.users.all().find((one) => one.email === email);
    if (user === undefined) return { email };
    const ids: Record<string, string> = { union_id: user.unionId, user_id: user.userId };
    return { email, user_id: ids[type] ?? call.core.store.users.openId(user, call.app.appId) };
  });
  return ok({ user_list: [...byEmail, ...(input.mobiles ?? []).map((mobile) => ({ mobile }))] });
}

/** Names and ids of people; the reference has no page for these, so only what bots ask for. */
export const userRoutes: readonly Route[] = [
  { ...base, operation: "user.get", method: "GET", path: "/open-apis/contact/v3/users/:user_id", run: get },
  {
    ...base,
    operation: "user.batch_get_id",
    method: "POST",
    path: "/open-apis/contact/v3/users/batch_get_id",
    run: batchGetId,
  },
];
