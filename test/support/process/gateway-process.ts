import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmulator } from "../../../src/emulator/index.ts";
import type { Emulator } from "../../../src/emulator/index.ts";
import type { CliProcess } from "./cli-process.ts";
import { startCli } from "./cli-process.ts";

/** A local Feishu and `cardstream gateway` processes that write to it, sharing one state folder. */
export interface GatewayWorld {
  readonly emulator: Emulator;
  readonly chatId: string;
  readonly token: string;
  /** Starts a gateway, which need not come to listen. */
  spawn(args?: readonly string[]): CliProcess;
  /** Starts a gateway; resolves when it listens. */
  start(args?: readonly string[]): Promise<{ url: string; process: CliProcess }>;
  close(): Promise<void>;
}

/** @param config of the gateways' config file */
export async function createGatewayWorld(config: object = {}): Promise<GatewayWorld> {
  const emulator = await startEmulator({ port: 0 });
  const folder = await mkdtemp(join(tmpdir(), "cardstream-gateway-"));
  await writeFile(join(folder, "cardstream.json5"), JSON.stringify(config));
  const { appId, appSecret } = emulator.app;
  const token = "token-of-this-test-run";
  const env = {
    FEISHU_APP_ID: appId,
    FEISHU_APP_SECRET: appSecret,
    FEISHU_DOMAIN: emulator.apiUrl,
    CARDSTREAM_GATEWAY_TOKEN: token,
  };
  const running: CliProcess[] = [];
  const spawn = (args: readonly string[] = []): CliProcess => {
    const named = ["--lang", "en", "--port", "0", "--config", "cardstream.json5"];
    const process = startCli(["gateway", ...named, ...args], { env, cwd: folder });
    running.push(process);
    return process;
  };
  return {
    emulator,
    chatId: emulator.directChatId(),
    token,
    spawn,
    async start(args) {
      const process = spawn(args);
      await process.until(/gateway\s+http:\S+/u);
      const url = /http:\S+/u.exec(process.stdout())?.[0] ?? "";
      return { url, process };
    },
    async close() {
      for (const { child } of running) child.kill("SIGKILL");
      await Promise.all(running.map(({ ended }) => ended));
      await emulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
