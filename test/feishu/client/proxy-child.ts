import { createFeishuClient } from "../../../extensions/feishu/client/index.ts";
import { FeishuConnection } from "../../../extensions/feishu/inbound/index.ts";
import { listChatsFeishu } from "../../../extensions/feishu/send.ts";
import { silentLogger } from "../../../src/log/index.ts";
import { createSystemClock } from "../../../src/time/index.ts";

/**
 * Run as a process of its own, because proxy variables are read once. Calls the Feishu at argv[2] with app argv[3] and secret
 * argv[4], through the proxy argv[5] if there is one, and says "ok" when calls and the long connection worked.
 */
const [, , domain, appId = "", appSecret = "", proxy] = process.argv;
const clock = createSystemClock();
const client = createFeishuClient({
  account: { appId, appSecret, domain, proxy },
  clock,
  logger: silentLogger,
  random: Math.random,
});
const connection = new FeishuConnection({ client, clock, logger: silentLogger, random: Math.random, listener: {} });
await listChatsFeishu(client);
await connection.start(AbortSignal.timeout(8_000));
await connection.close();
await client.close();
process.stdout.write("ok");
