import { describe, expect, it } from "vitest";
import { createEmulator } from "../../../src/emulator/index.ts";
import { silentLogger } from "../../../src/log/index.ts";
import { AccountClients } from "../../../extensions/feishu/openclaw/account/clients.ts";
import { createDirectory, createResolver } from "../../../extensions/feishu/openclaw/outbound/directory.ts";
import type { DirectoryEntry } from "../../../extensions/feishu/openclaw/host/plugin-shape.ts";
import { FakeClock } from "../../support/fake-clock.ts";

describe("[A11] the directory", () => {
  const clock = new FakeClock();
  const emulator = createEmulator({ clock });
  const clients = new AccountClients({ clock, random: () => 0.5, logger: silentLogger, fetch: emulator.fetch });
  const { appId, appSecret, name, botOpenId } = emulator.app;
  const allowFrom = ["*", "ou_a", "ou_b", "ou_a"];
  const cfg = { channels: { feishu: { appId, appSecret, domain: emulator.apiUrl, allowFrom } } };
  const group = emulator.store.chats.all().find((chat) => chat.type === "group");
  const directory = createDirectory(clients) as Record<
    "self" | "listPeers" | "listGroups",
    (query: object) => Promise<DirectoryEntry | DirectoryEntry[]>
  >;

  it("knows the bot, its groups, and the people that the config names", async () => {
    expect(await clock.runUntil(directory.self({ cfg }))).toEqual({ kind: "user", id: botOpenId, name });
    const groups = [{ kind: "group", id: `chat:${group?.chatId}`, name: group?.name }];
    expect(await clock.runUntil(directory.listGroups({ cfg, query: group?.name.slice(1, 4) }))).toEqual(groups);
    expect(await clock.runUntil(directory.listGroups({ cfg, query: "nothing like it" }))).toEqual([]);
    const people = (await directory.listPeers({ cfg, limit: 5 })) as DirectoryEntry[];
    expect(people.map(({ id }) => id)).toEqual(["user:ou_a", "user:ou_b"]);
  });

  it("finds groups by name and everything by id, and says why something is not found", async () => {
    const { resolveTargets } = createResolver(clients);
    const inputs = [`#${group?.name.toUpperCase()}`, "oc_abc", "nowhere"];
    expect(await clock.runUntil(resolveTargets({ cfg, inputs, kind: "group" }))).toEqual([
      { input: inputs[0], resolved: true, id: `chat:${group?.chatId}`, name: group?.name },
      { input: "oc_abc", resolved: true, id: "chat:oc_abc" },
      { input: "nowhere", resolved: false, note: "the bot is in no group of this name" },
    ]);
    const [person, unknown] = await resolveTargets({ cfg, inputs: ["ming@example.com", "小明"], kind: "user" });
    expect(person).toEqual({ input: "ming@example.com", resolved: true, id: "user:ming@example.com" });
    expect(unknown).toMatchObject({ resolved: false, note: expect.stringContaining("open_id") as string });
  });
});
