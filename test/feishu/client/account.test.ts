import { describe, expect, it } from "vitest";
import { createFeishuClient, FeishuClientPool, resolveAccount } from "../../../extensions/feishu/client/index.ts";
import type { FeishuAccount } from "../../../extensions/feishu/client/index.ts";
import { listChatsFeishu } from "../../../extensions/feishu/send.ts";
import { silentLogger } from "../../../src/log/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { RecordingFetch } from "../recording-fetch.ts";

const app = { appId: "cli_1", appSecret: "s1" };

describe("accounts", () => {
  it.each<[FeishuAccount["domain"], string]>([
    [undefined, "https://open.feishu.cn"],
    ["feishu", "https://open.feishu.cn"],
    ["lark", "https://open.larksuite.com"],
    ["http://127.0.0.1:8080/", "http://127.0.0.1:8080"],
    [new URL("https://feishu.corp.example/base/"), "https://feishu.corp.example/base"],
  ])("[C13] domain %s means %s", (domain, baseUrl) => {
    expect(resolveAccount({ ...app, domain })).toMatchObject({ baseUrl, accountId: "cli_1", proxy: undefined });
  });

  it.each<[Partial<FeishuAccount>, string]>([
    [{ appId: "" }, "appId: missing"],
    [{ appSecret: " " }, "appSecret: missing"],
    [{ domain: "open.feishu.cn" }, "domain: must be"],
    [{ domain: "ftp://x" }, "domain: must be"],
    [{ proxy: "user:pass@proxy" }, "proxy: must be"],
  ])("refuses %j", (change, message) => {
    expect(() => resolveAccount({ ...app, ...change })).toThrow(message);
    expect(() => resolveAccount({ ...app, ...change })).not.toThrow(/pass@/u);
  });

  it("refuses a timeout of nothing", () => {
    expect(() =>
      createFeishuClient({ account: app, clock: new FakeClock(), logger: silentLogger, random: () => 0, timeoutMs: 0 }),
    ).toThrow("timeoutMs");
  });

  it("[A8][C13] the page to grant scopes on is that of the account's cloud", () => {
    const url = (domain: FeishuAccount["domain"]): string =>
      createFeishuClient({
        account: { ...app, domain },
        clock: new FakeClock(),
        logger: silentLogger,
        random: () => 0,
      }).scopeGrantUrl(["cardkit:card:write", "im:chat"]);
    expect(url("feishu")).toBe(
      "https://open.feishu.cn/app/cli_1/auth?q=cardkit%3Acard%3Awrite,im%3Achat&token_type=tenant",
    );
    expect(url("lark")).toMatch(/^https:\/\/open\.larksuite\.com\/app\/cli_1\/auth\?/u);
  });

  it("[C13] several apps in one process keep their tokens and clouds apart", async () => {
    const urls: string[] = [];
    const make = (account: FeishuAccount) => {
      const feishu = new RecordingFetch();
      feishu.token = () => ({ json: { code: 0, tenant_access_token: `t-${account.appId}`, expire: 7200 } });
      const client = createFeishuClient({
        account,
        clock: new FakeClock(),
        logger: silentLogger,
        random: () => 0,
        fetch: (url, init) => {
          urls.push(`${new URL(url).host} ${init.headers["Authorization"] ?? ""}`);
          return feishu.fetch(url, init);
        },
      });
      return client;
    };
    await Promise.all([
      listChatsFeishu(make({ appId: "cli_1", appSecret: "a" })),
      listChatsFeishu(make({ appId: "cli_2", appSecret: "b", domain: "lark" })),
    ]);
    expect(urls.toSorted()).toEqual([
      "open.feishu.cn ",
      "open.feishu.cn Bearer t-cli_1",
      "open.larksuite.com ",
      "open.larksuite.com Bearer t-cli_2",
    ]);
  });
});

describe("a pool of clients", () => {
  const make = (maxIdle?: number) =>
    new FeishuClientPool({
      clock: new FakeClock(),
      logger: silentLogger,
      random: () => 0,
      fetch: new RecordingFetch().fetch,
      maxIdle,
    });

  it("[B24] lends one client per account and keeps it for the next", () => {
    const pool = make();
    const first = pool.acquire(app);
    const second = pool.acquire({ ...app });
    expect(second.client).toBe(first.client);
    first.release();
    second.release();
    expect(pool.acquire(app).client).toBe(first.client);
    expect(pool.acquire({ ...app, appSecret: "changed" }).client).not.toBe(first.client);
    expect(pool.acquire({ ...app, domain: "lark" }).client).not.toBe(first.client);
  });

  it("[B24] stays bounded over two hundred accounts, closing the longest unused", async () => {
    const pool = make(3);
    const clients = [];
    for (let i = 0; i < 200; i++) {
      const lease = pool.acquire({ ...app, appId: `cli_${i}` });
      if (i < 2 || i > 196) clients.push(lease.client);
      lease.release();
    }
    expect(pool.size).toBe(3);
    const [old, , recent] = clients;
    if (old === undefined || recent === undefined) throw new Error("no clients");
    await expect(listChatsFeishu(old)).rejects.toThrow("closed");
    await expect(listChatsFeishu(recent)).resolves.toBeDefined();
  });

  it("[B24] never closes a client in use, and releasing twice counts once", async () => {
    const pool = make(1);
    const held = pool.acquire(app);
    const again = pool.acquire(app);
    again.release();
    again.release();
    for (let i = 0; i < 5; i++) pool.acquire({ ...app, appId: `cli_x${i}` }).release();
    await expect(listChatsFeishu(held.client)).resolves.toBeDefined();
    await pool.close();
    expect(pool.size).toBe(0);
    await expect(listChatsFeishu(held.client)).rejects.toThrow("closed");
  });
});
