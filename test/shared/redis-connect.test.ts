import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";
import { generate } from "selfsigned";
import { afterEach, describe, expect, it } from "vitest";
import type { Logger } from "../../src/log/index.ts";
import { openRedisState, readRedisAddress, SharedStateError } from "../../src/shared/index.ts";
import type { SharedState } from "../../src/shared/index.ts";
import { createSystemClock } from "../../src/time/index.ts";
import { startRedis, whyNoRedis } from "../support/process/redis-server.ts";

const why = whyNoRedis({ own: true });

describe.skipIf(why !== undefined)(`connection to Redis${why === undefined ? "" : `: ${why}`}`, () => {
  const clock = createSystemClock();
  const lines: string[] = [];
  const log = (message: string, fields?: object): void => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const logger: Logger = { debug: log, info: log, warn: log, error: log };
  const cleanups: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const clean of cleanups.splice(0).toReversed()) await clean();
    lines.length = 0;
  });
  const server = async (...args: Parameters<typeof startRedis>): ReturnType<typeof startRedis> => {
    const redis = await startRedis(...args);
    cleanups.push(() => redis.close());
    return redis;
  };
  const open = async (url: string, ca?: string): Promise<SharedState> => {
    const state = await openRedisState({ address: readRedisAddress(url), ca, scope: "cli_1", clock, logger });
    cleanups.push(() => state.close());
    return state;
  };
  const trouble = async (work: Promise<unknown>): Promise<SharedStateError> => {
    const error: unknown = await work.catch((reason: unknown) => reason);
    if (!(error instanceof SharedStateError)) throw new Error(`expected a SharedStateError, got ${String(error)}`);
    return error;
  };

  it("speaks as an ACL user who may touch only our keys; a wrong password is refused and not repeated anywhere", async () => {
    const acl = ["--user", "bot", "on", ">hunter2", "~cs:*", "&*", "+@all", "-@dangerous", "-@admin"];
    const redis = await server({ args: acl });
    const url = new URL(redis.url);
    const state = await open(`redis://bot:hunter2@${url.host}`);
    const session = await state.join(60_000);
    expect((await state.accept(session, { chat: "c", key: "k", body: "b" })).outcome).toBe("taken");
    const wrong = await trouble(open(`redis://bot:hunter3@${url.host}`));
    expect(wrong).toMatchObject({ trouble: "refused" });
    expect(wrong.message).toMatch(/^Redis at redis:\/\/127\.0\.0\.1:\d+: WRONGPASS/u);
    expect(`${wrong.message} ${lines.join("\n")}`).not.toMatch(/hunter/u);
  });

  it("speaks TLS with a certificate it is told to trust, and with no other", async () => {
    const pair = await generate([{ name: "commonName", value: "localhost" }], {
      extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] }],
    });
    let port = 0;
    await server({
      args: ({ second, directory }) => {
        port = second;
        const [cert, key] = [join(directory, "cert.pem"), join(directory, "key.pem")];
        writeFileSync(cert, pair.cert);
        writeFileSync(key, pair.private);
        const files = ["--tls-cert-file", cert, "--tls-key-file", key, "--tls-ca-cert-file", cert];
        return ["--tls-port", String(port), ...files, "--tls-auth-clients", "no"];
      },
    });
    const state = await open(`rediss://127.0.0.1:${port}`, pair.cert);
    expect(await state.once("x", 1_000)).toBe(true);
    const untrusted = await trouble(open(`rediss://127.0.0.1:${port}`));
    expect(untrusted).toMatchObject({ trouble: "unreachable" });
    expect(untrusted.message).toMatch(/CERT|SELF_SIGNED/u);
  });

  it("says at once when nobody is there", async () => {
    const nobody = createServer();
    await new Promise<void>((resolve) => nobody.listen(0, "127.0.0.1", resolve));
    const { port } = nobody.address() as AddressInfo;
    await new Promise((resolve) => nobody.close(resolve));
    const error = await trouble(open(`redis://127.0.0.1:${port}`));
    expect(error).toMatchObject({
      trouble: "unreachable",
      message: `Redis at redis://127.0.0.1:${port}: ECONNREFUSED`,
    });
  });

  it("comes back after Redis was killed, with what was written; meanwhile it says that it was not asked", async () => {
    const redis = await server({ args: ["--appendfsync", "always"] });
    const state = await open(redis.url);
    const session = await state.join(60_000);
    const { claim } = await state.accept(session, { chat: "c", key: "k", body: "b" });
    if (claim === undefined) throw new Error("no owner");
    let reconnected = 0;
    state.listen(session, { onChat() {}, onMessage() {}, onLog() {}, onReconnected: () => (reconnected += 1) });
    await redis.kill();
    await expect.poll(async () => (await trouble(state.write(claim, { x: "1" }))).trouble).toBe("unreachable");
    await redis.restart();
    await expect.poll(() => reconnected, { timeout: 10_000 }).toBeGreaterThan(0);
    expect(await state.claims(session)).toEqual([claim]);
    expect(await state.write(claim, { x: "1" })).toBe(true);
  });

  it("a command whose answer was cut off may have been done or not, and is not sent again", async () => {
    const redis = await server();
    let cut = false;
    const sockets: Socket[] = [];
    const proxy = createServer((near) => {
      const far = new (near.constructor as new () => Socket)();
      far.connect(redis.port, "127.0.0.1");
      sockets.push(near, far);
      let mute = false;
      near.on("data", (data) => {
        far.write(data);
        if (!cut || !data.includes("EVALSHA")) return;
        [cut, mute] = [false, true];
        setTimeout(() => near.destroy(), 50);
      });
      far.on("data", (data) => mute || near.write(data));
      for (const one of [near, far]) one.on("error", () => {});
      near.on("close", () => far.destroy());
      far.on("close", () => near.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    cleanups.push(async () => {
      for (const socket of sockets) socket.destroy();
      proxy.close();
    });
    const direct = await open(redis.url);
    const session = await direct.join(60_000);
    const state = await open(`redis://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
    // The script is known from now on, so that it goes out as one EVALSHA.
    await state.accept(session, { chat: "other", key: "other", body: "" });
    cut = true;
    expect(await trouble(state.accept(session, { chat: "c", key: "k", body: "b" }))).toMatchObject({
      trouble: "unknown",
    });
    const [claim] = (await direct.claims(session)).filter(({ chat }) => chat === "c");
    expect(claim && (await direct.read(claim, "0"))).toHaveLength(1);
    await expect
      .poll(async () => state.accept(session, { chat: "c", key: "k", body: "b" }).catch(() => undefined))
      .toMatchObject({ outcome: "duplicate" });
  });
});
