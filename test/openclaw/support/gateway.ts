import { execFile, spawn } from "node:child_process";
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openclawDir } from "./host-install.ts";
import { removeFolder } from "../../support/remove-folder.ts";

/** One clean home of the host: its own state, config and workspace. */
export interface HostHome {
  readonly dir: string;
  readonly configPath: string;
  readonly workspace: string;
  readonly logPath: string;
  /** More variables for the host's processes, from the next one on. */
  readonly env: Record<string, string>;
  /** Runs one command of the host's CLI, without the gateway's output. Never rejects. */
  cli(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }>;
  readConfig(): Record<string, unknown>;
  writeConfig(config: Record<string, unknown>): void;
  remove(): void;
}

/** The gateway process. */
export interface Gateway {
  readonly port: number;
  /** What the gateway has printed so far. */
  log(): string;
  /** Ends the process (SIGTERM unless told otherwise) and waits for it. */
  stop(signal?: NodeJS.Signals): Promise<{ ms: number }>;
}

const openclaw = join(openclawDir, "openclaw.mjs");

/** The surrounding environment with another home, without what npm and vitest put into it for their own children. */
function environment(dir: string, more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(?:npm_|VITEST|NODE_ENV$|NODE_OPTIONS$|TEST$)/iu.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    HOME: dir,
    OPENCLAW_HOME: dir,
    OPENCLAW_STATE_DIR: join(dir, "state"),
    OPENCLAW_CONFIG_PATH: join(dir, "openclaw.json"),
    NO_COLOR: "1",
    // The host installs a plugin's dependencies with npm, whose settings and cache are those of the real home.
    NPM_CONFIG_USERCONFIG: join(process.env["HOME"] ?? "", ".npmrc"),
    NPM_CONFIG_CACHE: join(process.env["HOME"] ?? "", ".npm"),
    ...more,
  };
}

/** Makes an empty home in the temporary folder. */
export function createHostHome(): HostHome {
  const dir = mkdtempSync(join(tmpdir(), "cardstream-openclaw-"));
  const configPath = join(dir, "openclaw.json");
  const workspace = join(dir, "workspace");
  mkdirSync(workspace);
  const env: Record<string, string> = {};
  return {
    dir,
    configPath,
    workspace,
    logPath: join(dir, "gateway.log"),
    env,
    cli: (...args) =>
      new Promise((resolve) => {
        const options = {
          env: environment(dir, env),
          cwd: dir,
          encoding: "utf8" as const,
          maxBuffer: 32_000_000,
          timeout: 300_000,
        };
        execFile(process.execPath, [openclaw, ...args], options, (error, stdout, stderr) => {
          resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr });
        });
      }),
    readConfig: () => JSON.parse(readFileSync(configPath, "utf8")) as Record<string, unknown>,
    writeConfig: (config) => writeFileSync(configPath, JSON.stringify(config, undefined, 2)),
    remove: () => removeFolder(dir),
  };
}

/** A port that was free a moment ago; the host cannot be told to choose one. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

/**
 * Starts the gateway of `home` and waits until it answers. Twenty to thirty seconds and 850 MB: one per suite.
 * @throws when the process ends before, with the end of its log.
 */
export async function startGateway(home: HostHome, port: number): Promise<Gateway> {
  const output = createWriteStream(home.logPath, { flags: "a" });
  const child = spawn(process.execPath, [openclaw, "gateway", "run", "--port", String(port)], {
    cwd: home.workspace,
    env: environment(home.dir, home.env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.pipe(output, { end: false });
  child.stderr.pipe(output, { end: false });
  const log = (): string => readFileSync(home.logPath, "utf8");
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
  });
  const stop: Gateway["stop"] = async (signal = "SIGTERM") => {
    const startedAt = performance.now();
    child.kill(signal);
    const late = AbortSignal.timeout(60_000);
    late.addEventListener("abort", () => child.kill("SIGKILL"));
    await exited;
    output.end();
    return { ms: performance.now() - startedAt };
  };
  for (let i = 0; i < 1_500 && child.exitCode === null; i++) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(2000) });
      if (response.ok) return { port, log, stop };
    } catch {
      // not listening yet
    }
    await sleep(200);
  }
  await stop("SIGKILL");
  throw new Error(`the gateway did not come up:\n${log().slice(-3000)}`);
}
