import type { Emulator } from "../../../src/emulator/index.ts";

/** Another group with everybody and the app in it. @returns its chat_id */
export async function addGroup(emulator: Emulator, name: string): Promise<string> {
  const members = emulator.store.users.all().map((user) => emulator.store.users.openId(user, emulator.app.appId));
  const response = await emulator.fetch(`${emulator.apiUrl}/emulator/chats`, {
    method: "POST",
    headers: { authorization: `Bearer ${emulator.adminToken}`, "content-type": "application/json" },
    body: JSON.stringify({ name, members, apps: [emulator.app.appId] }),
  });
  return ((await response.json()) as { chatId: string }).chatId;
}
