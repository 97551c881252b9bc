import { accessSync, constants, existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { startEmulator } from "../../emulator/index.ts";
import type { Language } from "../../plugin-sdk/index.ts";
import { Mirror, parseUpstream, Recorder, startProxy, UpstreamError } from "../../record/index.ts";
import type { Upstream } from "../../record/index.ts";
import { createSystemClock } from "../../time/index.ts";
import { createConsoleLogger } from "../terminal/console-logger.ts";
import type { CliIo } from "../terminal/io.ts";
import { listenForStop } from "../terminal/stop-on-signal.ts";
import { cliStrings } from "../strings/index.ts";
import { recordStrings } from "../strings/record.ts";
import { readVersion } from "../settings/version.ts";

/** Options of `cardstream record`. */
export interface RecordOptions {
  readonly language: Language;
  readonly upstream?: string | undefined;
  readonly port?: number | undefined;
  readonly out?: string | undefined;
  readonly keepTexts?: boolean | undefined;
  readonly webhook?: string | undefined;
  /** false with `--no-page`. */
  readonly page?: boolean | undefined;
}

/** Beside the port of the local Feishu and that of the MCP server. */
const DEFAULT_PORT = 7339;

/** `cardstream record`: a proxy between a bot and Feishu, until a signal ends it. */
export async function record(options: RecordOptions, io: CliIo): Promise<number> {
  const words = recordStrings[options.language].record;
  const clock = createSystemClock();
  let upstream: Upstream;
  try {
    upstream = parseUpstream(options.upstream ?? "feishu");
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    io.err(`${error.message}\n`);
    return 2;
  }
  const webhook = options.webhook === undefined ? undefined : readWebhook(options.webhook);
  if (options.webhook !== undefined && webhook === undefined) {
    io.err(`${words.badWebhook(options.webhook)}\n`);
    return 2;
  }
  const day = new Date(clock.wallNow()).toISOString().slice(0, 19).replaceAll(":", "");
  const path = resolve(io.cwd, options.out ?? `feishu-${day}.jsonl`);
  if (existsSync(path)) {
    io.err(`${words.exists(path)}\n`);
    return 2;
  }
  try {
    accessSync(dirname(path), constants.W_OK);
  } catch (error) {
    io.err(`${words.unwritable(path, (error as NodeJS.ErrnoException).code ?? String(error))}\n`);
    return 2;
  }
  const logger = createConsoleLogger(io.err);
  const stop = listenForStop(io);
  const page = options.page === false ? undefined : await startEmulator({ logger, watchOnly: true });
  const recorder = new Recorder({
    path,
    clock,
    upstream: upstream.name,
    by: `cardstream ${readVersion()}`,
    keepTexts: options.keepTexts,
    secrets: [io.env["FEISHU_APP_SECRET"] ?? ""],
    onStop: (reason) => io.err(`${words.stopped(reason.message)}\n`),
    onError: (message) => logger.warn("a line is missing from the recording", { error: message }),
  });
  const mirror = page === undefined ? undefined : new Mirror(page, (message) => logger.debug(message));
  const observers = mirror === undefined ? [recorder] : [recorder, mirror];
  try {
    const port = options.port ?? DEFAULT_PORT;
    const proxy = await startProxy({ upstream, clock, logger, port, webhook, observers }).catch((error: unknown) => {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "EADDRINUSE" && code !== "EACCES") throw error;
      const { errors } = cliStrings[options.language];
      io.err(`${code === "EACCES" ? errors.portDenied(port) : errors.portInUse(port)}\n`);
      return undefined;
    });
    if (proxy === undefined) return 2;
    try {
      io.out(`${words.ready(proxy.url, upstream.api)}\n`);
      if (proxy.webhookUrl !== undefined) io.out(`${words.webhookReady(proxy.webhookUrl)}\n`);
      if (page !== undefined) io.out(`${words.page(page.pageUrl)}\n`);
      io.out(`${words.file(path, options.keepTexts !== true)}\n`);
      await stop.received;
    } finally {
      await proxy.close();
    }
    await recorder.close();
    io.err(`${words.done(recorder.lines, path)}\n`);
    return recorder.stopped === undefined ? 0 : 1;
  } finally {
    await recorder.close();
    await page?.close();
    stop.dispose();
  }
}

function readWebhook(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === "http:" || url.protocol === "https:" ? url : undefined;
}
