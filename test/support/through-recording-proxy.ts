import { mkdtempSync } from "node:fs";
import { request as httpRequest } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import type * as EmulatorModule from "../../src/emulator/index.ts";
import type * as LogModule from "../../src/log/index.ts";
import type * as RecordModule from "../../src/record/index.ts";
import type * as TimeModule from "../../src/time/index.ts";
import { removeFolder } from "./remove-folder.ts";

/**
 * Puts a recording proxy, with its page, before every emulator that a test file starts: what holds of the emulator must hold of it
 * through the proxy. The emulator's own page and API pass as well.
 */
vi.mock("../../src/emulator/index.ts", async (importOriginal) => {
  const original = await importOriginal<typeof EmulatorModule>();
  const startEmulator: typeof EmulatorModule.startEmulator = async (options) => {
    const emulator = await original.startEmulator(options);
    // Certificates are made at start, and nobody but the emulator's own client trusts them.
    if (options?.tls === true) return emulator;
    const { Mirror, parseUpstream, Recorder, startProxy } =
      await vi.importActual<typeof RecordModule>("../../src/record/index.ts");
    const { silentLogger } = await vi.importActual<typeof LogModule>("../../src/log/index.ts");
    const { createSystemClock } = await vi.importActual<typeof TimeModule>("../../src/time/index.ts");
    const direct = emulator.apiUrl;
    const folder = mkdtempSync(join(tmpdir(), "through-"));
    const clock = createSystemClock();
    const onError = (message: string): void => {
      throw new Error(`the recording failed: ${message}`);
    };
    const recorder = new Recorder({
      path: join(folder, "a.jsonl"),
      clock,
      upstream: "other",
      by: "test",
      onStop: (reason) => onError(reason.message),
      onError,
    });
    const shown = original.createEmulator();
    const mirror = new Mirror(shown, onError);
    const proxy = await startProxy({
      upstream: parseUpstream(direct),
      clock,
      logger: silentLogger,
      observers: [recorder, mirror],
      other: (incoming, outgoing) => passOn(direct, incoming, outgoing),
    });
    return new Proxy(emulator, {
      get(target, name) {
        if (name === "apiUrl") return proxy.url;
        if (name === "pageUrl") return `${proxy.url}/`;
        if (name === "close")
          return async () => {
            await proxy.close();
            await recorder.close();
            await mirror.close();
            await shown.close();
            removeFolder(folder);
            await target.close();
          };
        return Reflect.get(target, name, target) as unknown;
      },
      set: (target, name, value) => Reflect.set(target, name, value, target),
    });
  };
  return { ...original, startEmulator };
});

function passOn(origin: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { hostname, port } = new URL(origin);
  const { method, headers, url: path } = incoming;
  const request = httpRequest({ hostname, port, path, method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  request.on("error", () => incoming.socket.destroy());
  outgoing.on("close", () => request.destroy());
  incoming.pipe(request);
}
