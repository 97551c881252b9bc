// #region time
import { createEmulator } from "../../../src/emulator/index.ts";
import type { Clock } from "../../../src/time/index.ts";

export async function streamingEnds(clock: Clock, advance: (ms: number) => Promise<void>): Promise<number> {
  const feishu = createEmulator({ clock });
  const call = async (method: string, path: string, body: unknown, token = ""): Promise<Record<string, string>> => {
    const headers = { authorization: `Bearer ${token}` };
    const response = await feishu.fetch(`${feishu.apiUrl}/open-apis${path}`, {
      method,
      headers,
      body: JSON.stringify(body),
    });
    return (await response.json()) as Record<string, string>;
  };
  const { appId, appSecret } = feishu.app;
  const auth = await call("POST", "/auth/v3/tenant_access_token/internal", { app_id: appId, app_secret: appSecret });
  const token = auth["tenant_access_token"];
  const card = {
    schema: "2.0",
    config: { streaming_mode: true },
    body: { elements: [{ tag: "markdown", element_id: "md", content: "" }] },
  };
  await call("POST", "/cardkit/v1/cards", { type: "card_json", data: JSON.stringify(card) }, token);
  const cardId = feishu.store.cards.all()[0]?.cardId ?? "";
  await advance(600_000);
  const answer = await call(
    "PUT",
    `/cardkit/v1/cards/${cardId}/elements/md/content`,
    { content: "too late", sequence: 1 },
    token,
  );
  return Number(answer["code"]); // 200850
}
// #endregion time
