import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { accessSync, constants, mkdtempSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { removeFolder } from "../remove-folder.ts";
import { freePort } from "./free-port.ts";

/** A Redis or Valkey that belongs to one test file. */
export interface TestRedis {
  readonly url: string;
  readonly port: number;
  /** Of its own; goes with it. */
  readonly directory: string;
  /** Ends it without a word. */
  kill(): Promise<void>;
  /** Starts it again on its port, with what it had written down. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** The program, where there is one. */
const program: string | undefined = ["redis-server", "valkey-server"]
  .flatMap((name) => (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, name)))
  .find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** Says why tests with a real Redis are skipped; undefined when they run. @throws when they must run and cannot */
export function whyNoRedis(options: { readonly own?: boolean } = {}): string | undefined {
  if (program !== undefined || (options.own !== true && process.env["REDIS_URL"] !== undefined)) return undefined;
  const why = "no redis-server or valkey-server on the PATH (Debian: apt-get install redis-server)";
  if (process.env["REQUIRE_REDIS"] === "1") throw new Error(`REQUIRE_REDIS=1, and ${why}`);
  return why;
}

/** The server that `REDIS_URL` names, or one of its own. What tests write there is under names that nobody else has. */
export async function redisForTests(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const given = process.env["REDIS_URL"];
  return given === undefined ? startRedis() : { url: given, close: async () => {} };
}

/** How to start a Redis of a test's own. */
export interface StartRedisOptions {
  /** More of them; a second port is for what listens beside the first. Asked again where a port was taken meanwhile. */
  readonly args?:
    | readonly string[]
    | ((at: { readonly port: number; readonly second: number; readonly directory: string }) => readonly string[])
    | undefined;
  /** Instead of the arguments that a test's Redis has otherwise. */
  readonly bare?: boolean | undefined;
}

/** Between looking for a free port and taking it somebody else may have taken it. */
const PORT_ATTEMPTS = 5;

/** Starts a server of its own on a free port of this machine. */
export async function startRedis(options: StartRedisOptions = {}): Promise<TestRedis> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(options);
    } catch (error) {
      if (attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

async function startOnce({ args: more = [], bare = false }: StartRedisOptions): Promise<TestRedis> {
  if (program === undefined) throw new Error(whyNoRedis());
  const path = program;
  const directory = mkdtempSync(join(tmpdir(), "cardstream-redis-"));
  const [port, second] = [await freePort(), await freePort()];
  const own = typeof more === "function" ? more({ port, second, directory }) : more;
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const args = ["--port", String(port), "--bind", "127.0.0.1", "--dir", directory, "--save", ""];
    const durable = ["--appendonly", "yes", "--appendfsync", "everysec", "--maxmemory-policy", "noeviction"];
    child = spawn(path, bare ? own : [...args, ...durable, ...own], { stdio: "ignore" });
    await listening(port, child);
  };
  const kill = async (): Promise<void> => {
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null) return;
    const gone = new Promise((resolve) => running.once("exit", resolve));
    running.kill("SIGKILL");
    await gone;
  };
  const close = async (): Promise<void> => {
    await kill();
    removeFolder(directory);
  };
  try {
    await start();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    directory,
    kill,
    restart: start,
    close,
  };
}

/** Waits until it answers a PING: while it loads its file it takes connections and refuses commands. */
async function listening(port: number, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}`);
    const answers = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("connect", () => socket.write("PING\r\n"));
      socket.once("data", (data) => {
        socket.destroy();
        resolve(/^[+]PONG|^-NOAUTH/u.test(data.toString()));
      });
      socket.once("error", () => resolve(false));
    });
    if (answers) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
