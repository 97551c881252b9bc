import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { generate } from "selfsigned";
import { afterEach, describe, expect, it } from "vitest";
import { checkShared } from "../../src/cli/check/check-shared.ts";
import { redisTrouble } from "../../src/cli/strings/shared.ts";
import type { Logger } from "../../src/log/index.ts";
import { openRedisState, readRedisAddress, SentinelError, SharedStateError } from "../../src/shared/index.ts";
import type { SharedState } from "../../src/shared/index.ts";
import { createSystemClock } from "../../src/time/index.ts";
import { startFakeSentinel } from "../support/process/fake-sentinel.ts";
import type { FakeSentinel, Said } from "../support/process/fake-sentinel.ts";
import { startRedis, whyNoRedis } from "../support/process/redis-server.ts";
import type { StartRedisOptions, TestRedis } from "../support/process/redis-server.ts";
import { startSentinels } from "../support/process/redis-sentinels.ts";

const why = whyNoRedis({ own: true });
const OFTEN = { timeout: 30_000, interval: 20 };

describe.skipIf(why !== undefined)(`a Redis that Sentinel leads to${why === undefined ? "" : `: ${why}`}`, () => {
  const clock = createSystemClock();
  const lines: string[] = [];
  const log = (message: string, fields?: object): void => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const logger: Logger = { debug: log, info: log, warn: log, error: log };
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const clean of cleanups.splice(0).toReversed()) await clean();
    lines.length = 0;
  });

  const server = async (options?: StartRedisOptions): Promise<TestRedis> => {
    const redis = await startRedis(options);
    cleanups.push(() => redis.close());
    return redis;
  };
  const replicaOf = ({ port }: TestRedis): Promise<TestRedis> =>
    server({ args: ["--replicaof", `127.0.0.1 ${port}`, "--repl-diskless-sync-delay", "0"] });
  const sentinelsOf = async (...args: Parameters<typeof startSentinels>): ReturnType<typeof startSentinels> => {
    const sentinels = await startSentinels(...args);
    cleanups.push(() => sentinels.close());
    return sentinels;
  };
  const fakes = async (...said: readonly Said[]): Promise<[url: string, FakeSentinel[]]> => {
    const all = await Promise.all(said.map(startFakeSentinel));
    for (const one of all) cleanups.push(() => one.close());
    return [`redis+sentinel://${all.map(({ port }) => `127.0.0.1:${port}`).join(",")}/mymaster`, all];
  };
  const open = async (url: string, ca?: string): Promise<SharedState> => {
    const state = await openRedisState({ address: readRedisAddress(url), ca, scope: "cli_1", clock, logger });
    cleanups.push(() => state.close());
    return state;
  };
  const at = (redis: TestRedis): Promise<SharedState> => open(redis.url);
  const trouble = async (work: Promise<unknown>): Promise<SharedStateError> => {
    const error: unknown = await work.catch((reason: unknown) => reason);
    if (!(error instanceof SharedStateError)) throw new Error(`expected a SharedStateError, got ${String(error)}`);
    return error;
  };
  const deadPort = async (): Promise<number> => {
    const nobody = createServer();
    await new Promise<void>((resolve) => nobody.listen(0, "127.0.0.1", resolve));
    const { port } = nobody.address() as AddressInfo;
    await new Promise((resolve) => nobody.close(resolve));
    return port;
  };

  it("[D13] follows when the master is killed: says that it was not asked meanwhile, then has all that was written", async () => {
    const master = await server({ args: ["--repl-diskless-sync-delay", "0"] });
    const replicas = [await replicaOf(master), await replicaOf(master)];
    const { url } = await sentinelsOf(master.port);
    const state = await open(url);
    const session = await state.join(60_000);
    const { claim } = await state.accept(session, { chat: "c", key: "k", body: "b" });
    if (claim === undefined) throw new Error("no owner");
    let reconnected = 0;
    state.listen(session, { onChat() {}, onMessage() {}, onLog() {}, onReconnected: () => (reconnected += 1) });
    for (const replica of replicas)
      await expect.poll(async () => (await at(replica)).claims(session).catch(() => []), OFTEN).toEqual([claim]);
    // Sentinels know of replicas only after they have asked the master.
    await expect.poll(() => replicasOf(url), OFTEN).toBe(2);
    await master.kill();
    await expect.poll(async () => (await trouble(state.write(claim, { x: "1" }))).trouble).toBe("unreachable");
    await expect.poll(() => reconnected, OFTEN).toBe(1);
    expect(await state.claims(session)).toEqual([claim]);
    expect(await state.write(claim, { x: "1" })).toBe(true);
  });

  it("leaves a master that is none any more, although it answers, as soon as a sentinel says so", async () => {
    const [old, promoted] = [await server(), await server()];
    const [url, [first]] = await fakes({ port: old.port, epoch: 1 }, { port: old.port, epoch: 1 });
    const state = await open(url);
    expect(await state.once("a", 60_000)).toBe(true);
    first?.say({ port: promoted.port, epoch: 2 });
    // The other sentinel still names the old one.
    await expect.poll(async () => state.once("a", 60_000).catch(() => undefined), OFTEN).toBe(true);
    expect(await (await at(promoted)).once("a", 60_000)).toBe(false);
    expect(lines.join("\n")).toContain("the sentinels name another master");
  });

  it("hears of it also when nobody tells, and does not go back when the one that knows better is away", async () => {
    const [old, promoted] = [await server(), await server()];
    const [url, [first]] = await fakes({ port: old.port, epoch: 1 }, { port: old.port, epoch: 1 });
    const state = await open(url);
    expect(await state.once("a", 60_000)).toBe(true);
    first?.say({ port: promoted.port, epoch: 2 }, { quietly: true });
    await expect.poll(async () => state.once("a", 60_000).catch(() => undefined), OFTEN).toBe(true);
    first?.close();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await state.once("a", 60_000)).toBe(false);
    expect(await (await at(old)).once("b", 60_000)).toBe(true);
    expect(await state.once("b", 60_000)).toBe(true);
  });

  it("believes who has the newest configuration; one that hangs and one that is away hold nobody up", async () => {
    const [old, promoted] = [await server(), await server()];
    const [url, all] = await fakes(
      ...[1, 1, 3].map((epoch) => ({ port: epoch === 3 ? promoted.port : old.port, epoch })),
    );
    all[0]?.hang();
    all[1]?.close();
    const state = await open(url);
    expect(await state.once("a", 60_000)).toBe(true);
    expect(await (await at(promoted)).once("a", 60_000)).toBe(false);
  });

  it("takes a promotion for what it is: waits a moment for one that is named and is no master yet", async () => {
    const master = await server();
    const replica = await replicaOf(master);
    const [url, [sentinel]] = await fakes({ port: replica.port, epoch: 1 });
    setTimeout(() => sentinel?.say({ port: master.port, epoch: 2 }, { quietly: true }), 500);
    expect(await (await open(url)).once("a", 60_000)).toBe(true);
  });

  it("looks again where nobody answered in time: somebody may have been busy", async () => {
    const master = await server();
    const [url, [sentinel]] = await fakes({ port: master.port, epoch: 1 });
    sentinel?.hang();
    setTimeout(() => sentinel?.hang(false), 1_500);
    expect(await (await open(url)).once("a", 60_000)).toBe(true);
  });

  it("says what is wrong: nobody answers, no such master, no master, no sentinel; in both languages", async () => {
    const master = await server();
    const replica = await replicaOf(master);
    const dead = await deadPort();
    const why = async (url: string): Promise<SharedStateError> => trouble(open(url));
    const silent = await why(`redis+sentinel://bot:hunter2@127.0.0.1:${dead},127.0.0.1:${master.port}/mymaster`);
    expect(silent).toBeInstanceOf(SentinelError);
    expect(silent.message).toContain(
      `no sentinel can be asked: 127.0.0.1:${dead} (ECONNREFUSED), 127.0.0.1:${master.port} (is no sentinel)`,
    );
    expect(redisTrouble(silent).zh).toContain("没有可用的 Sentinel");
    const [url] = await fakes({ port: replica.port, epoch: 1 });
    const unknown = await why(url.replace("mymaster", "ourmaster"));
    expect(unknown).toMatchObject({ trouble: "refused" });
    expect(unknown.message).toContain('its sentinels watch no master "ourmaster"; they watch "mymaster"');
    expect(redisTrouble(unknown).zh).toContain("Sentinel 不认识主节点 ourmaster，它们监控的是 mymaster");
    const none = await why(url);
    expect(none).toMatchObject({ trouble: "unreachable" });
    expect(none.message).toMatch(/the sentinel 127\.0\.0\.1:\d+ names 127\.0\.0\.1:\d+, which is no master now$/u);
    expect(redisTrouble(none).zh).toContain("现在不是主节点");
    const [gone] = await fakes({ port: dead, epoch: 1 });
    expect((await why(gone)).message).toBe(`Redis at 127.0.0.1:${dead}, master of ${gone}: ECONNREFUSED`);
    expect(`${silent.message} ${lines.join("\n")}`).not.toContain("hunter2");
  });

  it("speaks TLS and as an ACL user, to the sentinels and to the master; wrong passwords are told apart", async () => {
    const pair = await generate([{ name: "commonName", value: "localhost" }], {
      extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] }],
    });
    const tls = (port: number, directory: string): string[] => {
      const [cert, key] = [join(directory, "cert.pem"), join(directory, "key.pem")];
      writeFileSync(cert, pair.cert);
      writeFileSync(key, pair.private);
      return [
        `tls-port ${port}`,
        `tls-cert-file ${cert}`,
        `tls-key-file ${key}`,
        `tls-ca-cert-file ${cert}`,
        "tls-auth-clients no",
        "tls-replication yes",
      ];
    };
    let port = 0;
    await server({
      args: ({ second, directory }) => {
        port = second;
        const user = ["--user", "bot", "on", ">hunter2", "~cs:*", "&*", "+@all", "-@dangerous", "-@admin", "+role"];
        return [...tls(second, directory).flatMap((line) => `--${line}`.split(" ")), ...user];
      },
    });
    const who =
      "user watch on >hunter3 resetchannels &+switch-master -@all +hello +auth +ping +client +subscribe +sentinel";
    let asked = 0;
    await server({
      bare: true,
      args: ({ port: plain, second, directory }) => {
        asked = second;
        const file = join(directory, "sentinel.conf");
        const settings = [...tls(second, directory), `port ${plain}`, "bind 127.0.0.1", `dir ${directory}`, who];
        writeFileSync(file, `${[...settings, `sentinel monitor mymaster 127.0.0.1 ${port} 1`].join("\n")}\n`);
        return [file, "--sentinel"];
      },
    });
    const url = (user: string, asks: string): string =>
      `rediss+sentinel://bot:${user}@127.0.0.1:${asked}/mymaster?sentinel_username=watch&sentinel_password=${asks}`;
    const state = await open(url("hunter2", "hunter3"), pair.cert);
    expect(await state.once("x", 1_000)).toBe(true);
    const master = await trouble(open(url("hunter4", "hunter3"), pair.cert));
    expect(master).toMatchObject({ trouble: "refused" });
    expect(master.message).toMatch(
      /^Redis at 127\.0\.0\.1:\d+, master of rediss\+sentinel:\/\/127\S+mymaster: WRONGPASS/u,
    );
    const asking = await trouble(open(url("hunter2", "hunter4"), pair.cert));
    expect(asking).toMatchObject({ trouble: "refused" });
    expect(asking.message).toMatch(/no sentinel can be asked: .*WRONGPASS.*\?sentinel_username=…&sentinel_password=…/u);
    const untrusted = await trouble(open(url("hunter2", "hunter3")));
    expect(untrusted.message).toMatch(/no sentinel can be asked: .*(?:CERT|SELF_SIGNED)/u);
    expect([master, asking, untrusted].map(String).join(" ") + lines.join("\n")).not.toContain("hunter");
  });

  it("the doctor says which master it is, and which sentinels do not answer", async () => {
    const master = await server();
    const [url, [, second]] = await fakes({ port: master.port, epoch: 1 }, { port: master.port, epoch: 1 });
    const findings = async (): Promise<Record<string, string>> => {
      const settings = { address: readRedisAddress(url), prefix: "cs", ca: undefined };
      const found = await checkShared(settings, clock);
      return Object.fromEntries(found.map(({ id, status, detail }) => [id, `${status} ${detail?.en}`]));
    };
    expect(await findings()).toMatchObject({
      "shared:version": expect.stringMatching(
        new RegExp(`^ok \\w+ [\\d.]+, 127\\.0\\.0\\.1:${master.port}, master of redis\\+sentinel://127`, "u"),
      ),
      "shared:sentinels": "ok all answer",
    });
    second?.hang();
    expect(await findings()).toMatchObject({
      "shared:sentinels": `warn not to be asked: 127.0.0.1:${second?.port} (no answer within 2000 ms)`,
    });
  });
});

/** How many replicas the first sentinel of an address knows. */
async function replicasOf(url: string): Promise<number> {
  const { createClient } = await import("@redis/client");
  const [, host = ""] = /\/\/([^,/]+)/u.exec(url) ?? [];
  const client = createClient({ url: `redis://${host}`, maintNotifications: "disabled" });
  await client.connect();
  try {
    const replicas: unknown = await client.sendCommand(["SENTINEL", "REPLICAS", "mymaster"]);
    return Array.isArray(replicas) ? replicas.length : 0;
  } finally {
    client.destroy();
  }
}
